package storetest

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"callout/internal/fault"
	"callout/store"

	"pgregory.net/rapid"
)

func plainJSON(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // the model's own types
	}
	return strings.TrimSpace(b.String())
}

func bigEndian(n int) string {
	return string(binary.BigEndian.AppendUint64(nil, uint64(int64(n))^1<<63))
}

// dump is the store's state in the model's form.
func (s *Shop) dump() string {
	var out []string
	s.Read(func(r store.Reader) error {
		for _, space := range s.Spaces() {
			if space == "j" || space == "t" || space == "m" || space == "r/store" {
				continue
			}
			err := r.Scan(space, store.Range{}, func(key, value []byte) bool {
				text := string(value)
				switch {
				case space == "n" || space == "c":
					text = fmt.Sprint(binary.BigEndian.Uint64(value))
				case strings.HasPrefix(space, "r/"):
					text = string(value[40:])
				}
				out = append(out, fmt.Sprintf("%s %q %s", space, key, text))
				return true
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// script draws commands that often meet: few names, few records, repeated ids.
type script struct {
	t        *rapid.T
	m        *model
	sent     []store.Intent
	accounts []store.ID
	tickets  []store.ID
}

func (g *script) intent(n int) store.Intent {
	t := g.t
	if len(g.sent) > 0 && rapid.IntRange(0, 9).Draw(t, "again") == 0 {
		in := rapid.SampledFrom(g.sent).Draw(t, "which")
		if rapid.Bool().Draw(t, "for something else") {
			in.Cmd = g.command()
		}
		return in
	}
	at := time.Date(2026, 1, 1, 0, 0, n, 0, time.UTC)
	if rapid.IntRange(0, 19).Draw(t, "ahead") == 19 {
		at = at.AddDate(1, 0, 0)
	}
	in := store.Intent{ID: ID(n), At: at, Cmd: g.command(), Actor: rapid.SampledFrom([]store.Actor{Anna, Ben}).Draw(t, "actor")}
	g.sent = append(g.sent, in)
	return in
}

func (g *script) command() store.Command {
	t := g.t
	name := rapid.SampledFrom([]string{"a", "b", "c", "d", " ", "ä & <ö>"})
	city := rapid.SampledFrom([]string{"", "Graz", "Linz"})
	tags := rapid.SampledFrom([][]string{nil, {"x"}, {"x", "y"}, {"y", "y"}})
	balance := rapid.IntRange(-1, 3)
	margin := rapid.SampledFrom([]string{"", "0.1", "0.2"})
	policy := rapid.SampledFrom([]string{"Gold", "gold", "Silver"})
	account := rapid.SampledFrom(append([]store.ID{"ac_00000000000000000000000000"}, g.accounts...))
	ticket := rapid.SampledFrom(append([]store.ID{"tk_00000000000000000000000000"}, g.tickets...))
	switch rapid.IntRange(0, 13).Draw(t, "command") {
	case 0, 1, 2:
		return &CreateAccount{Called: name.Draw(t, "name"), City: city.Draw(t, "city"), Tags: tags.Draw(t, "tags"),
			Balance: balance.Draw(t, "balance"), Margin: margin.Draw(t, "margin")}
	case 3, 4:
		return &EditAccount{account.Draw(t, "id"), rapid.Ptr(name, true).Draw(t, "name"), rapid.Ptr(city, true).Draw(t, "city"),
			rapid.Ptr(tags, true).Draw(t, "tags"), rapid.Ptr(balance, true).Draw(t, "balance"), rapid.Ptr(margin, true).Draw(t, "margin")}
	case 5:
		return &DeleteAccount{account.Draw(t, "id")}
	case 6:
		return &SwapNames{account.Draw(t, "a"), account.Draw(t, "b")}
	case 7, 8:
		return &OpenTicket{account.Draw(t, "id"), rapid.SampledFrom([]string{"", "", "Gold"}).Draw(t, "policy")}
	case 9:
		return &CloseTicket{ticket.Draw(t, "id")}
	case 10:
		return &PublishPolicy{policy.Draw(t, "of"), rapid.IntRange(1, 2).Draw(t, "hours")}
	default:
		return &store.Undo{Entry: uint64(rapid.IntRange(max(1, len(g.m.log)-4), len(g.m.log)+1).Draw(t, "entry"))}
	}
}

// note learns the ids of what was created.
func (g *script) note(rec store.Receipt) {
	switch {
	case rec.Err != nil:
	case rec.Subject.Prefix() == "ac" && !slices.Contains(g.accounts, rec.Subject):
		g.accounts = append(g.accounts, rec.Subject)
	case rec.Subject.Prefix() == "tk" && !slices.Contains(g.tickets, rec.Subject):
		g.tickets = append(g.tickets, rec.Subject)
	}
}

// Property runs random commands, in batches, against the model: the same verdicts, and
// after each batch the same records, indexes, numbers and command ids; a preview of the
// batch, taken twice, says what it will do; and the store verifies. Where a second engine is
// given, it ends with the same bytes in every space.
func Property(t *testing.T, open func(testing.TB) store.Engine, twin func(testing.TB) store.Engine) {
	rapid.Check(t, func(rt *rapid.T) {
		shops := []*Shop{founded(t, rt, open)}
		if twin != nil {
			shops = append(shops, founded(t, rt, twin))
		}
		m := newModel()
		m.log = append(m.log, logged{cmd: founding{}})
		m.done[store.CommandIDFrom("store.init.v1", Tenant.String())] = 1
		g := &script{t: rt, m: m}
		n := 0
		for range rapid.IntRange(1, 8).Draw(rt, "batches") {
			var in []store.Intent
			for range rapid.IntRange(1, 6).Draw(rt, "commands") {
				n++
				in = append(in, g.intent(n))
			}
			for i, rec := range runBatch(t, rt, shops, in) {
				v := m.run(in[i], rec)
				if fault.KindOf(rec.Err) != v.kind || fault.CodeOf(rec.Err) != v.code {
					rt.Fatalf("%s %s: %v, the model says %s %s", in[i].Cmd.Name(), plainJSON(in[i].Cmd), rec.Err, v.kind, v.code)
				}
				g.note(rec)
			}
			if got, want := shops[0].dump(), m.dump(); got != want {
				rt.Fatalf("the store holds\n%s\nthe model\n%s", got, want)
			}
			if shops[0].Size() != uint64(len(m.log)) {
				rt.Fatalf("%d entries, the model has %d", shops[0].Size(), len(m.log))
			}
		}
		rep, err := shops[0].Verify(t.Context(), store.VerifyOptions{})
		if err != nil || !rep.OK() {
			rt.Fatalf("%+v, %v", rep, err)
		}
		if twin != nil && shops[0].Text() != shops[1].Text() {
			rt.Fatal("the engines do not hold the same")
		}
	})
}

func founded(t *testing.T, rt *rapid.T, open func(testing.TB) store.Engine) *Shop {
	s := OpenShop(t, open(t), NewKeys())
	if err := s.Init(t.Context(), Tenant, Anna); err != nil {
		rt.Fatal(err)
	}
	return s
}

// runBatch previews a batch twice and then does it, on each shop.
func runBatch(t *testing.T, rt *rapid.T, shops []*Shop, in []store.Intent) (recs []store.Receipt) {
	show := func(rec store.Receipt) string {
		return fmt.Sprint(plainJSON(rec.Changes), plainJSON(rec.Events), rec.Subject, rec.Number, rec.Again, rec.Err)
	}
	for _, s := range shops {
		shown, err := s.Preview(t.Context(), in...)
		if err != nil {
			rt.Fatal(err)
		}
		again, err := s.Preview(t.Context(), in...)
		if err != nil {
			rt.Fatal(err)
		}
		recs, err = s.Do(t.Context(), in...)
		if err != nil || len(recs) != len(in) {
			rt.Fatalf("%d receipts, %v", len(recs), err)
		}
		for i, rec := range recs {
			if show(shown[i]) != show(rec) || show(again[i]) != show(rec) {
				rt.Fatalf("%s: the previews showed\n%s\n%s\ndone was\n%s", plainJSON(in[i].Cmd), show(shown[i]), show(again[i]), show(rec))
			}
		}
	}
	return recs
}

// founding stands for the store's first entry in the model's log: a
// command that cannot be taken back.
type founding struct{}

func (founding) Name() string { return "none" }

func (founding) Do(*store.Tx) error { return nil }
