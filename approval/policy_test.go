package approval_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"callout/approval"
	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
	"callout/store/storetest"
)

func euros(s string) *money.Amount {
	eur, err := money.ParseCurrency("currency", "EUR")
	if err != nil {
		panic(err)
	}
	a, err := money.ParseAmount("amount", s, eur)
	if err != nil {
		panic(err)
	}
	return &a
}

// company gives the office a currency and people with roles: mia and carl are managers, bert and
// cora approve, clara is a clerk.
func company(t *testing.T) *office {
	t.Helper()
	o := newOffice(t)
	o.must("ana", &party.InitCompany{Company: "Alpine Lifts", Code: "EUR", Zone: "Europe/Vienna"})
	for name, role := range storetest.InOrder(map[string]party.Role{
		"mia": party.Manager, "carl": party.Manager, "bert": party.Approver, "cora": party.Approver, "clara": party.Clerk,
	}) {
		o.role(name, role)
	}
	return o
}

func (o *office) role(name string, roles ...party.Role) {
	o.tb.Helper()
	o.must(name, &write{Text: "hello from " + name}) // whoever acts becomes a person
	o.must("ana", &party.ChangeRoles{Person: o.person(name), Grant: roles})
}

// policy sets rules for papers, which go by the rules for invoices.
func (o *office) policy(steps ...approval.Step) {
	o.tb.Helper()
	o.rules(approval.Rule{Kind: approval.ForInvoice, Steps: steps})
}

func (o *office) rules(rules ...approval.Rule) {
	o.tb.Helper()
	if _, err := o.do("ana", &approval.SetPolicy{Mode: approval.FourEyes, Rules: rules}, "as agreed"); err != nil {
		o.tb.Fatal(err)
	}
}

// asked puts a paper of ana's up by somebody, for an amount.
func (o *office) asked(by string, amount string) store.ID {
	o.tb.Helper()
	id := o.must("ana", &write{Text: "v1"}).Subject
	o.must(by, &submit{Paper: id, As: approval.ForInvoice, Amount: euros(amount)})
	return id
}

func (o *office) state(paper store.ID) approval.State {
	o.tb.Helper()
	qs := o.requests(paper)
	return qs[len(qs)-1].State
}

func (o *office) yes(who string, paper store.ID) string {
	_, err := o.do(who, &decide{Paper: paper, Yes: true}, "")
	return fault.CodeOf(err)
}

// TestPublishedHoles are ways round an approval that were found in other systems.
func TestPublishedHoles(t *testing.T) {
	two := []approval.Step{{Role: party.Approver}, {Role: party.Manager, From: euros("1000")}}
	tests := []struct {
		name   string
		source string
		run    func(t *testing.T, o *office)
	}{
		{"a threshold is compared as money, not as text", "OWASP finbot#8", func(t *testing.T, o *office) {
			o.policy(approval.Step{Role: party.Approver}, approval.Step{Role: party.Manager, From: euros("3712")})
			for amount, steps := range storetest.InOrder(map[string]int{"3711.99": 1, "3712": 2, "3712.0": 2, "3712.00": 2, "9000": 2, "-3712.00": 2, "-3711.99": 1}) {
				q := o.requests(o.asked("ana", amount))[0]
				if len(q.Steps) != steps {
					t.Errorf("%s takes %d steps, want %d", amount, len(q.Steps), steps)
				}
			}
		}},
		{"an amount that is not known reaches every threshold", "OWASP finbot#8", func(t *testing.T, o *office) {
			o.policy(two...)
			id := o.must("ana", &write{Text: "v1"}).Subject
			o.must("ana", &submit{Paper: id, As: approval.ForInvoice})
			if q := o.requests(id)[0]; len(q.Steps) != 2 {
				t.Errorf("it takes %d steps", len(q.Steps))
			}
		}},
		{"one person with every role takes one step", "MedTrack#1393", func(t *testing.T, o *office) {
			o.role("olga", party.Approver, party.Manager, party.Admin)
			if _, err := o.do("olga", &approval.SetPolicy{Mode: approval.FourEyes, Rules: []approval.Rule{{Kind: approval.ForInvoice, Steps: two}}}, "x"); err != nil {
				t.Fatal(err)
			}
			id := o.asked("ana", "5000")
			if code := o.yes("olga", id); code != "" {
				t.Fatal(code)
			}
			if code := o.yes("olga", id); code != "approval.twice" || o.state(id) != approval.Pending {
				t.Errorf("the second step by the same person: %q, %s", code, o.state(id))
			}
			if code := o.yes("bert", id); code != "" || o.state(id) != approval.Approved {
				t.Errorf("somebody else: %q, %s", code, o.state(id))
			}
		}},
		{"n of m takes n people", "MedTrack#1393", func(t *testing.T, o *office) {
			o.policy(approval.Step{Need: 2, Role: party.Manager})
			id := o.asked("ana", "1")
			for _, step := range []struct{ who, code string }{
				{"mia", ""}, {"mia", "approval.twice"}, {"bert", "approval.role"}, {"ana", "approval.self"}, {"carl", ""},
			} {
				if code := o.yes(step.who, id); code != step.code {
					t.Errorf("%s: %q, want %q", step.who, code, step.code)
				}
			}
			if o.state(id) != approval.Approved {
				t.Errorf("it is %s", o.state(id))
			}
		}},
		{"the rule sits under every way in", "crbnos/carbon#1032", func(t *testing.T, o *office) {
			o.policy(two...)
			id := o.asked("clara", "10")
			if code := o.yes("clara", id); code != "approval.role" {
				t.Errorf("who asks and has no role: %q", code)
			}
			if _, err := o.do("", &decide{Paper: id, Yes: true}, ""); err == nil {
				t.Error("nobody approved it")
			}
		}},
		{"a kind has one rule", "crbnos/carbon#1096", func(t *testing.T, o *office) {
			_, err := o.do("ana", &approval.SetPolicy{Mode: approval.FourEyes, Rules: []approval.Rule{
				{Kind: approval.ForInvoice, Steps: two}, {Kind: approval.ForInvoice, Steps: two[:1]},
			}}, "x")
			if fault.CodeOf(err) != "policy.twice" {
				t.Errorf("got %v", err)
			}
		}},
		{"what no rule is for is denied", "deny by default", func(t *testing.T, o *office) {
			o.policy(two...)
			id := o.must("ana", &write{Text: "v1"}).Subject
			_, err := o.do("ana", &submit{Paper: id, As: approval.ForChangeOrder}, "")
			if fault.CodeOf(err) != "policy.no-rule" || !fault.Is(err, fault.Refused) {
				t.Errorf("got %v", err)
			}
		}},
		{"two halves count as one", "splitting", func(t *testing.T, o *office) {
			o.rules(approval.Rule{Kind: approval.ForInvoice, Window: calendar.Duration(7 * 24 * time.Hour), Steps: two})
			first, second := o.asked("clara", "900"), o.asked("clara", "900")
			if q := o.requests(first)[0]; len(q.Steps) != 1 {
				t.Errorf("the first takes %d steps", len(q.Steps))
			}
			q := o.requests(second)[0]
			if len(q.Steps) != 2 || !q.Measure.Equal(*euros("1800")) || len(q.With) != 1 {
				t.Errorf("the second takes %d steps for %s, with %v", len(q.Steps), q.Measure, q.With)
			}
			// Somebody else's, a rejected one, and one outside the window do not count.
			if q := o.requests(o.asked("bert", "900"))[0]; len(q.Steps) != 1 {
				t.Errorf("another person's takes %d steps for %s", len(q.Steps), q.Measure)
			}
			o.clock.now = o.clock.now.Add(7 * 24 * time.Hour)
			third := o.asked("clara", "900")
			if q := o.requests(third)[0]; len(q.Steps) != 1 {
				t.Errorf("a week later it takes %d steps for %s", len(q.Steps), q.Measure)
			}
			if _, err := o.do("bert", &decide{Paper: third}, "no"); err != nil {
				t.Fatal(err)
			}
			if q := o.requests(o.asked("clara", "900"))[0]; len(q.Steps) != 1 {
				t.Errorf("beside a rejected one it takes %d steps for %s", len(q.Steps), q.Measure)
			}
			// Credits count without their sign, and with what is asked for.
			if q := o.requests(o.asked("clara", "-900"))[0]; len(q.Steps) != 2 {
				t.Errorf("a credit takes %d steps for %s", len(q.Steps), q.Measure)
			}
		}},
		{"asking again does not count twice", "splitting", func(t *testing.T, o *office) {
			o.rules(approval.Rule{Kind: approval.ForInvoice, Window: calendar.Duration(time.Hour), Steps: two})
			id := o.asked("clara", "900")
			o.must("clara", &submit{Paper: id, As: approval.ForInvoice, Amount: euros("900")})
			qs := o.requests(id)
			if q := qs[len(qs)-1]; len(q.Steps) != 1 {
				t.Errorf("it takes %d steps for %s", len(q.Steps), q.Measure)
			}
		}},
	}
	for _, tc := range tests {
		t.Run(tc.name+" ("+tc.source+")", func(t *testing.T) {
			o := company(t)
			tc.run(t, o)
			if found := o.audit(); found != nil {
				t.Errorf("the audit finds %v", found)
			}
		})
	}
}

func TestBadPoliciesAreRefused(t *testing.T) {
	o := company(t)
	ok := approval.Step{Role: party.Approver}
	for code, r := range storetest.InOrder(map[string]approval.Rule{
		"policy.kind":        {Kind: "coffee", Steps: []approval.Step{ok}},
		"policy.gap":         {Kind: approval.ForInvoice, Steps: []approval.Step{{From: euros("10")}}},
		"policy.from":        {Kind: approval.ForInvoice, Steps: []approval.Step{ok, {From: euros("0")}}},
		"policy.need":        {Kind: approval.ForInvoice, Steps: []approval.Step{{Need: 3, People: []store.ID{"mia", "carl"}}}},
		"policy.people":      {Kind: approval.ForInvoice, Steps: []approval.Step{{People: []store.ID{"nobody"}}}},
		"policy.window":      {Kind: approval.ForTime, Window: calendar.Duration(time.Hour), Steps: []approval.Step{ok}},
		"role.unknown":       {Kind: approval.ForInvoice, Steps: []approval.Step{{Role: "boss"}}},
		"amount.too-precise": {Kind: approval.ForInvoice, Steps: []approval.Step{ok, {From: precise()}}},
	}) {
		_, err := o.do("ana", &approval.SetPolicy{Mode: approval.FourEyes, Rules: []approval.Rule{r}}, "x")
		if fault.CodeOf(err) != code {
			t.Errorf("%+v: %v, want %s", r, err, code)
		}
	}
}

func precise() *money.Amount {
	var a money.Amount
	if err := a.UnmarshalText([]byte("10.005")); err != nil {
		panic(err)
	}
	return &a
}

func TestParsePolicy(t *testing.T) {
	c, err := approval.ParsePolicy([]byte(`
rules:
  - kind: time
    steps: [{role: approver}]
  - kind: invoice
    window: 30d
    steps:
      - {role: approver}
      - {need: 2, people: [mia, carl, cora], from: 1000.00}
  - kind: credit-note
    reason: true
    steps: [{role: manager}]
`))
	if err != nil {
		t.Fatal(err)
	}
	o := company(t)
	if _, err := o.do("ana", c, ""); err != nil {
		t.Fatal(err)
	}
	o.read(func(r store.Reader) error {
		p, pin, err := approval.Current(r)
		if err != nil || pin.Rev != 1 || p.Mode != approval.FourEyes || len(p.Rules) != 3 {
			t.Fatalf("%+v %+v %v", p, pin, err)
		}
		s := p.RuleFor(approval.ForInvoice).Steps[1]
		if s.Need != 2 || !slices.Contains(s.People, o.person("mia")) || !s.From.Equal(*euros("1000")) {
			t.Errorf("the step is %+v", s)
		}
		if p.RuleFor(approval.ForWaiver) != nil {
			t.Error("there is a rule for waivers")
		}
		return nil
	})
	for _, bad := range []string{"", "rules: [{kind: time, stepz: []}]", "mode: five-eyes", "rules: [{kind: invoice, steps: [{from: 1e3}]}]"} {
		if _, err := approval.ParsePolicy([]byte(bad)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestLooseningARuleNeedsAReason(t *testing.T) {
	window := calendar.Duration(time.Hour)
	strict := approval.Rule{Kind: approval.ForInvoice, Window: window, Reason: true, Steps: []approval.Step{{Role: party.Approver}, {Need: 2, Role: party.Manager, From: euros("100")}}}
	for name, change := range storetest.InOrder(map[string]func(r *approval.Rule){
		"":                   func(*approval.Rule) {},
		"a higher threshold": func(r *approval.Rule) { r.Steps[1].From = euros("101") },
		"fewer people":       func(r *approval.Rule) { r.Steps[1].Need = 1 },
		"a step less":        func(r *approval.Rule) { r.Steps = r.Steps[:1] },
		"no role":            func(r *approval.Rule) { r.Steps[0].Role = "" },
		"no reason":          func(r *approval.Rule) { r.Reason = false },
		"a shorter window":   func(r *approval.Rule) { r.Window = 0 },
	}) {
		o := company(t)
		o.rules(strict)
		next := strict
		next.Steps = slices.Clone(strict.Steps)
		change(&next)
		_, err := o.do("ana", &approval.SetPolicy{Mode: approval.FourEyes, Rules: []approval.Rule{next}}, "")
		if want := map[bool]string{true: "reason.missing"}[name != ""]; fault.CodeOf(err) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	o := company(t)
	o.rules(strict)
	_, err := o.do("ana", &approval.SetPolicy{Mode: approval.FourEyes}, "") // back to the preset
	wantReason(t, err, `add --reason "why"`)
	// Asking more needs none, nor does denying what was allowed.
	o.rules(strict, approval.Rule{Kind: approval.ForChangeOrder, Steps: []approval.Step{{Role: party.Manager}}})
	if _, err := o.do("ana", &approval.SetPolicy{Mode: approval.FourEyes, Rules: []approval.Rule{strict}}, ""); err != nil {
		t.Error(err)
	}
	if _, err := o.do("ana", &approval.AddStep{Kind: approval.ForInvoice, Step: approval.Step{Role: party.Manager, From: euros("5000")}}, ""); err != nil {
		t.Error(err)
	}
}

func TestOnlyAdministratorsChangeThePolicy(t *testing.T) {
	o := company(t)
	o.role("mia", party.Admin)
	for who, code := range storetest.InOrder(map[string]string{"ana": "role.admin", "mia": ""}) {
		_, err := o.do(who, &approval.AddStep{Kind: approval.ForInvoice, Step: approval.Step{Role: party.Manager}}, "")
		if fault.CodeOf(err) != code {
			t.Errorf("%s: %v", who, err)
		}
	}
}

func TestAPolicyNeverChangesWhatWasAsked(t *testing.T) {
	o := company(t)
	o.policy(approval.Step{Need: 2, Role: party.Manager})
	asked, decided := o.asked("ana", "5"), o.asked("ana", "5")
	for _, who := range []string{"mia", "carl"} {
		if code := o.yes(who, decided); code != "" {
			t.Fatal(code)
		}
	}
	o.policy(approval.Step{})
	if code := o.yes("clara", asked); code != "approval.role" {
		t.Errorf("asked of managers, and a clerk: %q", code)
	}
	before := o.requests(decided)[0]
	if before.State != approval.Approved || len(before.Steps) != 1 || before.Policy.Rev != 1 {
		t.Errorf("the decided one is %+v", before)
	}
	o.must("clara", &approval.Renew{Request: o.requests(asked)[0].ID})
	if code := o.yes("clara", asked); code != "" || o.state(asked) != approval.Approved {
		t.Errorf("asked again: %q, %s", code, o.state(asked))
	}
	if _, err := o.do("clara", &approval.Renew{Request: o.requests(decided)[0].ID}, ""); fault.CodeOf(err) != "approval.settled" {
		t.Errorf("a decided one asked again: %v", err)
	}
	if found := o.audit(); found != nil {
		t.Errorf("the audit finds %v", found)
	}
}

// What was asked where four eyes were wanted is not decided by its maker once the shop has become one person's: the
// request keeps the policy of its day.
func TestARequestKeepsTheModeOfItsDay(t *testing.T) {
	o := company(t)
	o.rules(approval.Rule{Kind: approval.ForAny, Steps: []approval.Step{{}}})
	id := o.asked("ana", "5")
	if _, err := o.do("ana", &approval.SetPolicy{Mode: approval.Single}, "the others left"); err != nil {
		t.Fatal(err)
	}
	if code := o.yes("ana", id); code != "approval.self" {
		t.Errorf("the maker: %q", code)
	}
	if code := o.yes("mia", id); code != "" {
		t.Fatal(code)
	}
	d := o.requests(id)[0].Decision
	if d.Mode != approval.FourEyes || d.Self {
		t.Errorf("the decision is %+v", d)
	}
	later := o.asked("ana", "5")
	if code := o.yes("ana", later); code != "" {
		t.Errorf("the maker of what was asked since: %q", code)
	}
	if d := o.requests(later)[0].Decision; d.Mode != approval.Single || !d.Self {
		t.Errorf("the decision since is %+v", d)
	}
}

func TestAReasonWhereThePolicyAsksForOne(t *testing.T) {
	o := company(t)
	o.rules(approval.Rule{Kind: approval.ForInvoice, Reason: true, Steps: []approval.Step{{}}})
	id := o.asked("ana", "5")
	if code := o.yes("bert", id); code != "reason.missing" {
		t.Errorf("without a reason: %q", code)
	}
	if _, err := o.do("bert", &decide{Paper: id, Yes: true}, "checked against the delivery note"); err != nil {
		t.Error(err)
	}
}

func TestTheDifferenceIsKept(t *testing.T) {
	o := company(t)
	id := o.must("ana", &write{Text: "v1"}).Subject
	o.must("ana", &submit{Paper: id})
	o.must("bert", &decide{Paper: id, Yes: true})
	o.must("ana", &write{Paper: id, Text: "v2"})
	q := o.requests(id)[0]
	if len(q.Changes) != 1 || q.Changes[0].String() != "text: v1 → v2" {
		t.Errorf("the void approval shows %v", q.Changes)
	}
	o.must("ana", &submit{Paper: id})
	o.read(func(r store.Reader) error {
		before, diff, err := approval.Since(r, o.requests(id)[1])
		if err != nil || before.ID != q.ID || len(diff) != 1 {
			t.Errorf("since %v: %v (%v)", before, diff, err)
		}
		return nil
	})
}

func TestDifferences(t *testing.T) {
	tests := []struct{ was, now, want string }{
		{`{"a":"1"}`, `{"a":"1"}`, ""},
		{`{"a":"1","b":"x"}`, `{"a":"2","b":"x"}`, "a: 1 → 2"},
		{`{"a":"1"}`, `{"b":"1"}`, "a: 1 is gone; b: 1 is new"},
		{
			`{"lines":[{"source":"t1","text":"Labour","qty":"2"},{"source":"t2","text":"Labour","qty":"1"}]}`,
			`{"lines":[{"source":"t2","text":"Labour","qty":"1"},{"source":"t1","text":"Labour","qty":"2.5"}]}`,
			"line 1 (Labour), qty: 2 → 2.5",
		},
		{
			`{"lines":[{"source":"t1","qty":"2"}]}`, `{"lines":[{"source":"t1","qty":"2"},{"source":"t3","text":"Pump","qty":"1"}]}`,
			"line 2 (Pump): qty 1, source t3, text Pump is new",
		},
		{`{"buyer":{"name":"A"}}`, `{"buyer":{"name":"B"}}`, "buyer, name: A → B"},
		{`{"x":["a","b"]}`, `{"x":["a"]}`, "x: a; b → a"},
		{`{"x":null}`, `{"x":["a"]}`, "x: a is new"},
		{`{"x":[{"id":"1"}]}`, `{"x":"none"}`, "x: id 1 → none"},
		{`{"x":[{"id":"1"}]}`, `{"x":["a"]}`, "x: id 1 → a"},
		{`{"x":["a"]}`, `{"x":[{"id":"1"}]}`, "x: a → id 1"},
	}
	for _, tc := range tests {
		diff, err := approval.Differences([]byte(tc.was), []byte(tc.now))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range diff {
			got = append(got, d.String())
		}
		if s := strings.Join(got, "; "); s != tc.want {
			t.Errorf("%s and %s differ by %q, want %q", tc.was, tc.now, s, tc.want)
		}
	}
}
