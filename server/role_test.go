package server_test

import (
	"slices"
	"strings"
	"testing"

	"callout/party"
	"callout/server"
	"callout/shop"
	"callout/store"
)

// opens says which roles open which operations of routes, as the manual does: this list is the test's own.
var opens = map[string][]party.Role{
	"any":          party.Roles(),
	shop.OpRead:    party.Roles(),
	shop.OpProof:   party.Roles(),
	shop.OpSync:    {party.Dispatcher, party.Clerk, party.Approver, party.Manager, party.Auditor, party.Admin},
	shop.OpJournal: {party.Dispatcher, party.Clerk, party.Approver, party.Manager, party.Auditor, party.Admin},
	shop.OpMetrics: {party.Manager, party.Auditor, party.Admin},

	"evidence.add.v1": {party.Worker, party.Dispatcher, party.Clerk, party.Manager, party.Admin},
}

// TestRoutesByRole asks every route of the table as every role, as somebody without one, and as nobody.
func TestRoutesByRole(t *testing.T) {
	w := newWorld(t)
	people := map[party.Role]*client{}
	for _, role := range party.Roles() {
		people[role] = w.user("The "+string(role), role)
	}
	none := w.user("Nobody")
	path := strings.NewReplacer("{collection}", "customer", "{ref}", string(w.toms.customer), "{entry}", "1", "{sha256}", strings.Repeat("0", 64), "/stream", "/stream?after=x")
	for _, rt := range server.Routes() {
		if rt.Op == "" || !strings.HasPrefix(rt.Path, "/v1/") && rt.Path != "/metrics" {
			continue
		}
		if opens[rt.Op] == nil {
			t.Errorf("%s %s is for %q, of which the test knows nothing", rt.Method, rt.Path, rt.Op)
		}
		to := path.Replace(rt.Path)
		if got := (&client{h: w.house}).ask(rt.Method, to, nil); got.status != 401 {
			t.Errorf("%s %s as nobody: %d", rt.Method, rt.Path, got.status)
		}
		for role, c := range people {
			if got, want := c.ask(rt.Method, to, nil).status != 403, slices.Contains(opens[rt.Op], role); got != want {
				t.Errorf("%s %s as %s: let in %v, want %v", rt.Method, rt.Path, role, got, want)
			}
		}
		if got := none.ask(rt.Method, to, nil).status; (got == 403) != (rt.Op != "any") {
			t.Errorf("%s %s without a role: %d", rt.Method, rt.Path, got)
		}
	}
}

// TestCommandsByRole sends every command of the schema as every role: who is not meant is told so, and nobody
// else is.
func TestCommandsByRole(t *testing.T) {
	h := newHouse(t)
	var names []string
	names = append(names, h.CommandNames()...)
	people := map[string]*client{"": h.user("Nobody")}
	for _, role := range party.Roles() {
		people[string(role)] = h.user("The "+string(role), role)
	}
	before := h.size()
	for role, c := range people {
		var items []any
		for _, name := range names {
			items = append(items, map[string]any{"name": name, "args": map[string]any{}})
		}
		var out server.CommandAnswer
		c.ask("POST", "/v1/commands", map[string]any{"dry_run": true, "commands": items}).into(t, &out)
		for i, r := range out.Results {
			forbidden := r.Error != nil && r.Error.Code == "role.forbidden"
			if may := shop.May([]party.Role{party.Role(role)}, names[i]); may == forbidden {
				t.Errorf("%q sends %s: %+v, may %v", role, names[i], r, may)
			}
			if slices.Contains(shop.Ours(), names[i]) && !forbidden {
				t.Errorf("%q sends %s, which is the product's own", role, names[i])
			}
		}
	}
	if h.size() != before {
		t.Errorf("%d entries came of it", h.size()-before)
	}
}

// crawl returns everything that somebody can read of all collections: lists by every index, and single records.
func (w *world) crawl(c *client) (text string, ids []store.ID) {
	w.t.Helper()
	var all strings.Builder
	for _, sh := range w.Shapes() {
		for _, index := range append([]string{""}, sh.Indexes...) {
			var page server.Records
			rep := c.ask("GET", "/v1/"+sh.Name+"?limit=1000&index="+index, nil)
			if rep.status != 200 {
				w.t.Fatalf("%s by %q: %d %s", sh.Name, index, rep.status, rep.body)
			}
			rep.into(w.t, &page)
			for _, doc := range page.Items {
				all.Write(doc)
				var rec struct{ ID store.ID }
				reply{body: doc}.into(w.t, &rec)
				ids = append(ids, rec.ID)
			}
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	for _, id := range ids {
		coll := ""
		for _, sh := range w.Shapes() {
			if sh.Prefix == id.Prefix() {
				coll = sh.Name
			}
		}
		rep := c.ask("GET", "/v1/"+coll+"/"+string(id), nil)
		if rep.status != 200 {
			w.t.Errorf("%s is in a list, and alone it is %d", id, rep.status)
		}
		all.Write(rep.body)
	}
	return all.String(), ids
}

// TestTechniciansSeeTheirOwn reads everything there is, as Tom: nothing of Tim's is in it, and no cost or price.
func TestTechniciansSeeTheirOwn(t *testing.T) {
	w := newWorld(t)
	text, ids := w.crawl(w.tom)
	for _, secret := range []string{"TIMS", `"13.37"`, "TAX-13.37", `"42.42"`, "secret_sha256", "@example.com"} { // in quotes: an instant may have the digits, too
		if i := strings.Index(text, secret); i >= 0 {
			t.Errorf("Tom reads %q: …%s…", secret, text[max(0, i-200):min(len(text), i+50)])
		}
	}
	for _, id := range []store.ID{w.toms.order, w.toms.task, w.toms.visit, w.toms.site, w.toms.customer, w.toms.entry, w.toms.item, w.toms.technician, w.tom.id} {
		if !slices.Contains(ids, id) {
			t.Errorf("Tom does not see %s, which is his", id)
		}
	}
	for _, ref := range []string{string(w.tims.order), w.tims.number, strings.ToLower(w.tims.number)} {
		if rep := w.tom.ask("GET", "/v1/work_order/"+ref, nil); rep.status != 404 || strings.Contains(string(rep.body), "TIMS") {
			t.Errorf("Tom asks for %s: %d %s", ref, rep.status, rep.body)
		}
	}
	if rep := w.tom.ask("GET", "/v1/customer/TIMS%20customer", nil); rep.status != 404 {
		t.Errorf("Tom asks for a customer by name: %d %s", rep.status, rep.body)
	}
	if rep := w.tom.ask("GET", "/v1/work_order/"+w.toms.number, nil); rep.status != 200 {
		t.Errorf("Tom asks for his own: %d %s", rep.status, rep.body)
	}
	// The other side of the same: an auditor reads all of it, so that the words above mean something.
	text, _ = w.crawl(w.user("Rex", party.Auditor))
	for _, word := range []string{"TIMS", "TOMS", "13.37", "42.42", "@example.com"} {
		if !strings.Contains(text, word) {
			t.Errorf("an auditor does not read %q", word)
		}
	}
	// And whoever has no role reads nothing but who they are.
	if rep := w.user("Nobody").ask("GET", "/v1/customer", nil); rep.status != 403 {
		t.Errorf("nobody in particular: %d", rep.status)
	}
}

// TestTechniciansDoTheirOwn: the same command on one's own and on the other's.
func TestTechniciansDoTheirOwn(t *testing.T) {
	w := newWorld(t)
	from, to := "2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z"
	type args = map[string]any
	for _, tt := range []struct {
		name string
		args func(side) args
	}{
		{"appointment.travel.v1", func(s side) args { return args{"appointment": s.visit} }},
		{"appointment.start.v1", func(s side) args { return args{"appointment": s.visit} }},
		{"time.add.v1", func(s side) args {
			return args{"order": s.order, "task": s.task, "technician": s.technician, "from": from, "to": to}
		}},
		{"time.submit.v1", func(s side) args { return args{"entry": s.entry} }},
		{"item.add.v1", func(s side) args {
			return args{"order": s.order, "task": s.task, "kind": "part", "ref": "PUMP", "qty": "1"}
		}},
		{"task.done.v1", func(s side) args { return args{"id": s.task} }},
		{"appointment.finish.v1", func(s side) args { return args{"appointment": s.visit, "outcome": "completed"} }},
	} {
		theirs, mine := w.tom.try(tt.name, tt.args(w.tims)), w.tom.try(tt.name, tt.args(w.toms))
		if theirs.status != 404 && theirs.status != 403 || strings.Contains(string(theirs.body), "TIMS") {
			t.Errorf("Tom does %s to what is Tim's: %d %s", tt.name, theirs.status, theirs.body)
		}
		if mine.status != 200 {
			t.Errorf("Tom does %s to his own: %d %s", tt.name, mine.status, mine.body)
		}
		if strings.Contains(string(mine.body), "events") {
			t.Errorf("Tom is told more than he may see: %s", mine.body)
		}
	}
	for name, a := range map[string]args{
		"time for another": {"order": w.toms.order, "task": w.toms.task, "technician": w.tims.technician, "from": from, "to": to},
	} {
		if rep := w.tom.try("time.add.v1", a); rep.status != 403 {
			t.Errorf("%s: %d %s", name, rep.status, rep.body)
		}
	}
	for _, field := range []string{"price", "cost"} {
		rep := w.tom.try("item.add.v1", args{"order": w.toms.order, "kind": "expense", "text": "x", "qty": "1", field: "9"})
		if rep.status != 403 {
			t.Errorf("Tom names a %s: %d %s", field, rep.status, rep.body)
		}
	}
	// Undoing: one's own only.
	w.do(&party.ChangeRoles{Person: w.tim.id, Grant: []party.Role{party.Dispatcher}})
	rec := w.tim.command("customer.add.v1", args{"name": "New"})
	if rep := w.tom.try("store.undo.v1", args{"entry": rec.Entry}); rep.status != 404 {
		t.Errorf("Tom takes back what Tim did: %d %s", rep.status, rep.body)
	}
	other := w.user("Olga", party.Dispatcher)
	if rep := other.try("store.undo.v1", args{"entry": rec.Entry}); rep.problem(t).Code != "role.own" {
		t.Errorf("Olga takes back what Tim did: %s", rep.body)
	}
	if rep := w.tim.try("store.undo.v1", args{"entry": rec.Entry}); rep.status != 200 {
		t.Errorf("Tim takes back what he did: %s", rep.body)
	}
	// Roles that were taken away count at once, for tokens that were given before.
	w.do(&party.ChangeRoles{Person: w.tim.id, Revoke: []party.Role{party.Dispatcher}})
	if rep := w.tim.try("customer.add.v1", args{"name": "Again"}); rep.problem(t).Code != "role.forbidden" {
		t.Errorf("Tim has lost his role: %s", rep.body)
	}
}

// TestADryRunShowsOnlyOnesOwn: what would be derived from a technician's command is not theirs to see.
func TestADryRunShowsOnlyOnesOwn(t *testing.T) {
	w := newWorld(t)
	rep := w.tom.ask("POST", "/v1/commands", map[string]any{"dry_run": true, "name": "item.add.v1",
		"args": map[string]any{"order": w.toms.order, "task": w.toms.task, "kind": "part", "ref": "PUMP", "qty": "1"}})
	if rep.status != 200 || strings.Contains(string(rep.body), "13.37") || !strings.Contains(string(rep.body), "line_item") {
		t.Errorf("%d %s", rep.status, rep.body)
	}
	mia := w.user("Mia", party.Clerk)
	rep = mia.ask("POST", "/v1/commands", map[string]any{"dry_run": true, "name": "item.add.v1",
		"args": map[string]any{"order": w.toms.order, "task": w.toms.task, "kind": "part", "ref": "PUMP", "qty": "1"}})
	if !strings.Contains(string(rep.body), "13.37") {
		t.Errorf("a clerk does not see the cost: %s", rep.body)
	}
}
