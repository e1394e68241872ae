package server_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"callout/party"
	"callout/server"
	"callout/store"
	"callout/work"

	"github.com/google/uuid"
)

func customer(name string) map[string]any { return map[string]any{"name": name} }

func TestACommandIsDoneAsWhoeverLoggedIn(t *testing.T) {
	h := newHouse(t)
	mia := h.user("Mia", party.Clerk)
	done := mia.command("customer.add.v1", customer("Grand Hotel"))
	if done.Status != "done" || done.Entry == 0 || done.Subject.Prefix() != "cus" || len(done.Events) != 1 {
		t.Errorf("the result is %+v", done)
	}
	h.read(func(r store.Reader) error {
		e, err := store.ReadEntry(r, done.Entry)
		if err != nil {
			return err
		}
		who, err := e.Actor()
		if err == nil && (who != store.Actor{ID: mia.id, Name: "Mia", How: store.Token}) {
			t.Errorf("the entry's actor is %+v", who)
		}
		_, err = work.Customers.Get(r, done.Subject)
		return err
	})
	// There is no field by which somebody else could be named.
	for _, body := range []string{
		`{"name": "customer.add.v1", "args": {"name": "X"}, "actor": {"name": "Ada"}}`,
		`{"name": "customer.add.v1", "args": {"name": "X"}, "as": "Ada"}`,
		`{"name": "customer.add.v1", "args": {"name": "X", "id": "cus_00000000000000000000000000"}}`,
	} {
		if rep := mia.ask("POST", "/v1/commands", body); rep.status != 400 {
			t.Errorf("%s: %d %s", body, rep.status, rep.body)
		}
	}
}

func TestWhatIsWrongWithACommand(t *testing.T) {
	h := newHouse(t)
	ada := h.token(h.person("Ada"), time.Hour, party.Write)
	mia := h.user("Mia", party.Auditor)
	tomorrow := time.Now().Add(24 * time.Hour).Format(time.RFC3339)
	for _, tt := range []struct {
		who    *client
		body   string
		status int
		code   string
	}{
		{ada, ``, 400, "body.json"},
		{ada, `[]`, 400, "body.json"},
		{ada, `{}`, 400, "command.name"},
		{ada, `{"name": "customer.add.v1", "args": {"name": "X"}} {}`, 400, "body.json"},
		{ada, `{"name": "customer.add.v1", "args": {"name": "X"}, "hurry": true}`, 400, "body.json"},
		{ada, `{"name": "customer.add.v9"}`, 400, "command.unknown"},
		{ada, `{"name": "customer.add.v1", "args": {"name": 7}}`, 400, "command.args"},
		{ada, `{"name": "customer.add.v1", "args": {"name": "X"} , "at": "` + tomorrow + `"}`, 400, "at.future"},
		{ada, `{"name": "customer.add.v1", "args": {"name": ""}}`, 400, "text.missing"},
		{ada, `{"name": "customer.add.v1", "args": {"name": "X"}, "reason": "` + strings.Repeat("x", 2001) + `"}`, 400, "command.reason"},
		{ada, `{"name": "customer.add.v1", "args": {"name": "X"}, "id": "` + strings.Repeat("x", 201) + `"}`, 400, "command.id"},
		{ada, `{"name": "customer.add.v1", "args": {"name": "X"}, "after": ["soon"]}`, 400, "command.after"},
		{ada, `{"name": "customer.add.v1", "args": {"name": "X"}, "after": ["` + uuid.NewString() + `"]}`, 409, "command.depends"},
		{ada, `{"name": "customer.add.v1", "commands": [{"name": "customer.add.v1"}]}`, 400, "command.both"},
		{ada, `{"name": "customer.edit.v1", "args": {"id": "cus_00000000000000000000000000"}}`, 404, ""},
		{ada, `{"name": "clock.tick.v1"}`, 403, "role.forbidden"},
		{ada, `{"name": "store.add_key.v1", "args": {"key": "x"}}`, 403, "role.forbidden"},
		{ada, `{"name": "user.add.v1", "args": {"name": "Eve"}}`, 403, "role.scope"}, // the token has no scope admin
		{mia, `{"name": "customer.add.v1", "args": {"name": "X"}}`, 403, "role.forbidden"},
		{mia, `{"name": "user.add.v1", "args": {"name": "Eve"}}`, 403, "role.forbidden"},
		{&client{h: h}, `{"name": "customer.add.v1"}`, 401, "login.token"},
		{&client{h: h, token: "cout_x"}, `{"name": "customer.add.v1"}`, 401, "login.token"},
		{h.token(mia.id, time.Hour, party.Accounts), `{"name": "token.issue.v1"}`, 403, "role.scope"}, // may not even read
	} {
		rep := tt.who.ask("POST", "/v1/commands", tt.body)
		p := rep.problem(t)
		if rep.status != tt.status || p.Code != tt.code || p.Status != tt.status || p.Detail == "" || p.Exit == 0 || !strings.HasPrefix(p.Instance, "urn:callout:request:") {
			t.Errorf("%.150s: %d %+v, want %d %s", tt.body, rep.status, p, tt.status, tt.code)
		}
	}
	if rep := ada.ask("POST", "/v1/commands", `{"name": "x"}`, "Content-Type: text/plain"); rep.problem(t).Code != "body.type" {
		t.Errorf("a body of text: %s", rep.body)
	}
	if rep := ada.ask("POST", "/v1/commands", `{"reason": "`+strings.Repeat("x", 9<<20)+`"}`); rep.problem(t).Code != "body.large" {
		t.Errorf("a large body: %.200s", rep.body)
	}
}

func TestManyCommands(t *testing.T) {
	h := newHouse(t)
	mia := h.user("Mia", party.Clerk)
	id := func() string { return uuid.NewString() }
	first, bad, child, orphan := id(), id(), id(), id()
	item := func(id, name string, after ...string) map[string]any {
		return map[string]any{"id": id, "name": "customer.add.v1", "args": customer(name), "after": after}
	}
	body := map[string]any{"commands": []any{
		item(first, "A"), item(bad, ""), item(child, "B", first), item(orphan, "C", bad), item(id(), "D", child), map[string]any{"name": "invoice.approve.v1"},
	}}
	var out server.CommandAnswer
	rep := mia.ask("POST", "/v1/commands", body)
	rep.into(t, &out)
	var got []string
	for _, r := range out.Results {
		word := r.Status
		if r.Error != nil {
			word += " " + r.Error.Code
		}
		got = append(got, word)
	}
	if want := "done, invalid text.missing, done, conflict command.depends, done, refused role.forbidden"; rep.status != 207 || strings.Join(got, ", ") != want {
		t.Errorf("%d %s\nwant %s", rep.status, strings.Join(got, ", "), want)
	}
	if out.Journal != out.Results[4].Entry {
		t.Errorf("the newest entry is %d, not %d", out.Results[4].Entry, out.Journal)
	}
	rep = mia.ask("POST", "/v1/commands", body) // the same again
	rep.into(t, &out)
	if out.Results[0].Status != "again" || out.Results[2].Status != "again" || out.Results[1].Status != "invalid" {
		t.Errorf("the second time: %s", rep.body)
	}
	many := make([]any, 501)
	for i := range many {
		many[i] = item(id(), fmt.Sprint("X", i))
	}
	if rep := mia.ask("POST", "/v1/commands", map[string]any{"commands": many}); rep.problem(t).Code != "command.many" {
		t.Errorf("too many: %.200s", rep.body)
	}
}

func TestRepeatingIsHarmless(t *testing.T) {
	h := newHouse(t)
	mia, tom := h.user("Mia", party.Clerk), h.user("Tom", party.Clerk)
	body := map[string]any{"name": "customer.add.v1", "args": customer("Grand Hotel")}
	before := h.size()
	entries := make(chan uint64, 8)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			var out server.CommandAnswer
			mia.ask("POST", "/v1/commands", body, "Idempotency-Key: one").into(t, &out)
			entries <- out.Results[0].Entry
		})
	}
	all.Wait()
	close(entries)
	for n := range entries {
		if n != before+1 {
			t.Errorf("an answer names entry %d", n)
		}
	}
	if h.size() != before+1 {
		t.Errorf("%d entries for one command", h.size()-before)
	}
	// The same key is another command for another person, and may not be used for another command.
	if rep := tom.ask("POST", "/v1/commands", map[string]any{"name": "customer.add.v1", "args": customer("Tom's")}, "Idempotency-Key: one"); rep.status != 200 {
		t.Errorf("another person's key: %s", rep.body)
	}
	if rep := mia.ask("POST", "/v1/commands", map[string]any{"name": "customer.add.v1", "args": customer("Other")}, "Idempotency-Key: one"); rep.problem(t).Code != "command.reused" {
		t.Errorf("another command: %s", rep.body)
	}
	// Whoever guesses the id and the command of another does not see what came of it.
	id := uuid.NewString()
	body["id"], body["args"] = id, customer("Secret")
	mia.ask("POST", "/v1/commands", body)
	if rep := tom.ask("POST", "/v1/commands", body); rep.problem(t).Code != "command.reused" || strings.Contains(string(rep.body), "cus_") {
		t.Errorf("a guessed id: %s", rep.body)
	}
}

func (h *house) size() (n uint64) {
	h.read(func(r store.Reader) (err error) {
		n, err = store.Size(r)
		return err
	})
	return n
}

func TestADryRunChangesNothing(t *testing.T) {
	h := newHouse(t)
	mia := h.user("Mia", party.Clerk)
	before := h.size()
	var out server.CommandAnswer
	mia.ask("POST", "/v1/commands", map[string]any{"dry_run": true, "name": "customer.add.v1", "args": customer("Grand Hotel")}).into(t, &out)
	r := out.Results[0]
	if r.Status != "dry-run" || r.Entry != 0 || len(r.Changes) != 1 || r.Changes[0].Op != "create" || h.size() != before {
		t.Errorf("a dry run: %+v, %d entries", out, h.size()-before)
	}
	rep := mia.ask("POST", "/v1/commands", map[string]any{"dry_run": true, "name": "customer.add.v1", "args": customer("")})
	if rep.problem(t).Code != "text.missing" {
		t.Errorf("a dry run that is refused: %s", rep.body)
	}
}

func TestTokensCount(t *testing.T) {
	h := newHouse(t)
	mia := h.user("Mia", party.Clerk)
	who := func(c *client) int { return c.ask("GET", "/v1/whoami", nil).status }
	if who(mia) != 200 {
		t.Fatal("a good token does not count")
	}
	short := h.token(mia.id, 1500*time.Millisecond, party.Read)
	for who(short) == 200 { // until it expires
		time.Sleep(50 * time.Millisecond)
	}
	if got := who(short); got != 401 {
		t.Errorf("an expired token: %d", got)
	}
	wrong := *mia
	wrong.token = h.token(h.person("Ada"), time.Hour, party.Read).token[:13] + mia.token[13:]
	if got := who(&wrong); got != 401 {
		t.Errorf("a secret under another's handle: %d", got)
	}
	var id store.ID
	h.read(func(r store.Reader) (err error) {
		id, err = party.Tokens.FindID(r, strings.Split(mia.token, "_")[1])
		return err
	})
	mia.command("token.revoke.v1", map[string]any{"token": id})
	if got := who(mia); got != 401 {
		t.Errorf("a revoked token: %d", got)
	}
	if log := h.log.String(); strings.Contains(log, strings.Split(mia.token, "_")[2]) {
		t.Error("a secret is in the log")
	}
}
