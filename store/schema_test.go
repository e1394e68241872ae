package store_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"callout/internal/fault"
	"callout/store"
	"callout/store/bolt"
	"callout/store/memory"
	"callout/store/storetest"
)

func TestOpenRefusesDefects(t *testing.T) {
	for name, change := range map[string]func(*store.Schema){
		"a collection twice": func(s *store.Schema) { s.Collections = append(s.Collections, storetest.Accounts) },
		"a prefix twice": func(s *store.Schema) {
			s.Collections = append(s.Collections, store.Define(store.Def[storetest.Ticket, store.NoRow]{Name: "other", Prefix: "tk"}))
		},
		"a command twice": func(s *store.Schema) { s.Commands = append(s.Commands, s.Commands[0]) },
	} {
		schema := storetest.Business()
		change(&schema)
		if _, err := store.Open(memory.New(), schema, store.Options{}); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestDecode(t *testing.T) {
	s := storetest.NewShop(t, memory.New())
	cmd, err := s.Decode("account.create.v1", []byte(`{"name":"A","balance":3}`))
	if err != nil {
		t.Fatal(err)
	}
	if c, ok := cmd.(*storetest.CreateAccount); !ok || c.Called != "A" || c.Balance != 3 {
		t.Errorf("decoded %+v", cmd)
	}
	for name, args := range map[string]string{"account.create.v9": "{}", "account.create.v1": `{"name":3}`} {
		if _, err := s.Decode(name, []byte(args)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s %s: %v", name, args, err)
		}
	}
	names := s.CommandNames()
	if !slices.IsSorted(names) || !slices.Contains(names, "store.undo.v1") || !slices.Contains(names, "ticket.open.v1") {
		t.Errorf("names %v", names)
	}
}

// movesIn creates an account and its first ticket as steps of one command.
type movesIn struct {
	Called string `json:"name"`
}

func (c *movesIn) Name() string { return "account.moves_in.v1" }

func (c *movesIn) Do(tx *store.Tx) error {
	id, _, err := tx.Sub(storetest.ID(501), &storetest.CreateAccount{Called: c.Called})
	if err != nil {
		return err
	}
	ticket, number, err := tx.Sub(storetest.ID(502), &storetest.OpenTicket{Account: id})
	if err != nil {
		return err
	}
	tx.Returns(ticket, number)
	return nil
}

// A command that is a step of another makes what it would have made alone.
func TestSub(t *testing.T) {
	schema := storetest.Business()
	schema.Commands = append(schema.Commands, func() store.Command { return &movesIn{} })
	open := func() *store.Store {
		s, err := store.Open(memory.New(), schema, store.Options{Keys: storetest.NewKeys()})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Init(t.Context(), storetest.Tenant, storetest.Anna); err != nil {
			t.Fatal(err)
		}
		return s
	}
	at := time.Date(2026, 1, 3, 4, 5, 6, 0, time.UTC)
	whole, err := open().One(t.Context(), store.Intent{Cmd: &movesIn{Called: "A"}, Actor: storetest.Anna, At: at})
	if err != nil {
		t.Fatal(err)
	}
	alone, err := open().One(t.Context(), store.Intent{ID: storetest.ID(501), Cmd: &storetest.CreateAccount{Called: "A"}, Actor: storetest.Anna, At: at})
	if err != nil {
		t.Fatal(err)
	}
	if whole.Number != "TK-1001" || whole.Subject.Prefix() != "tk" {
		t.Errorf("the whole is about %s %s", whole.Subject, whole.Number)
	}
	if !slices.ContainsFunc(whole.Changes, func(c store.Change) bool { return c.ID == alone.Subject }) {
		t.Errorf("the step made none of %s: %+v", alone.Subject, whole.Changes)
	}
}

// Many goroutines share one store: every command takes effect once, in one order.
func TestConcurrent(t *testing.T) {
	for name, engine := range map[string]store.Engine{"memory": memory.New(), "bolt": openBolt(t)} {
		t.Run(name, func(t *testing.T) {
			s := storetest.NewShop(t, engine)
			a := s.Must(&storetest.CreateAccount{Called: "A"})
			before := s.Size()
			var group sync.WaitGroup
			for range 8 {
				group.Go(func() {
					for i := range 5 { // everybody sends the same five commands
						in := store.Intent{ID: storetest.ID(900 + i), Cmd: &storetest.OpenTicket{Account: a.Subject}, Actor: storetest.Anna}
						if _, err := s.One(t.Context(), in); err != nil {
							t.Error(err)
						}
						if _, err := s.Preview(t.Context(), in); err != nil {
							t.Error(err)
						}
					}
				})
			}
			group.Wait()
			if got := s.Size() - before; got != 5 || s.Account(a.Subject).Open != 5 {
				t.Errorf("%d entries, %d open tickets", got, s.Account(a.Subject).Open)
			}
			s.Verified()
		})
	}
}

func openBolt(t testing.TB) *bolt.Engine {
	t.Helper()
	e, err := bolt.Open(t.TempDir()+"/callout.db", bolt.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// A space that the schema does not have is found where the engine can list its spaces.
func TestUnknownSpace(t *testing.T) {
	e := openBolt(t)
	s := storetest.NewShop(t, e)
	w := store.Write{Space: "r/ghost", Key: []byte("k"), Value: []byte("v")}
	if err := e.Commit(t.Context(), func(store.Reader) (store.Batch, error) { return store.Batch{w}, nil }); err != nil {
		t.Fatal(err)
	}
	var steps, found []string
	rep, err := s.Verify(t.Context(), store.VerifyOptions{
		Progress: func(st store.Step) { steps = append(steps, st.String()) },
		Found:    func(f store.Finding) { found = append(found, f.String()) },
	})
	if err != nil || len(rep.Findings) != 1 || rep.Findings[0].Space != "r/ghost" || len(found) != 1 {
		t.Errorf("%+v, %v, %v", rep, found, err)
	}
	for _, want := range []string{"journal entry 2", `r/revision "rev_`, "the engine's own structures"} {
		if !slices.ContainsFunc(steps, func(s string) bool { return strings.HasPrefix(s, want) }) {
			t.Errorf("no step %q among %q", want, steps)
		}
	}
	rep, err = s.Verify(t.Context(), store.VerifyOptions{MaxFindings: 1})
	if err != nil || len(rep.Findings) != 1 {
		t.Errorf("%+v, %v", rep, err)
	}
}
