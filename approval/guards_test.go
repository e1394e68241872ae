package approval_test

import (
	"strings"
	"testing"
	"time"

	"callout/approval"
	"callout/calendar"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/store/storetest"
)

// TestBoundsOfRules: what a rule may ask for ends where people could no longer meet it.
func TestBoundsOfRules(t *testing.T) {
	o := company(t)
	both := []store.ID{"mia", "carl"}
	hour := calendar.Duration(time.Hour)
	for _, c := range []struct {
		name, code string
		rule       approval.Rule
	}{
		{"as many as are named", "", approval.Rule{Kind: approval.ForInvoice, Steps: []approval.Step{{Need: 2, People: both}}}},
		{"more than are named", "policy.need", approval.Rule{Kind: approval.ForInvoice, Steps: []approval.Step{{Need: 3, People: both}}}},
		{"one person and a second", "policy.need", approval.Rule{Kind: approval.ForInvoice, Steps: []approval.Step{{Need: 2, People: both[:1]}}}},
		{"one person", "", approval.Rule{Kind: approval.ForInvoice, Steps: []approval.Step{{Need: 1}}}},
		{"a hundred people", "", approval.Rule{Kind: approval.ForInvoice, Steps: []approval.Step{{Need: 100}}}},
		{"more than a hundred", "policy.need", approval.Rule{Kind: approval.ForInvoice, Steps: []approval.Step{{Need: 101}}}},
		{"fewer than nobody", "policy.need", approval.Rule{Kind: approval.ForInvoice, Steps: []approval.Step{{Need: -1}}}},
		{"one person twice", "policy.people", approval.Rule{Kind: approval.ForInvoice, Steps: []approval.Step{{People: []store.ID{"mia", "mia"}}}}},
		{"a window back in time", "policy.window", approval.Rule{Kind: approval.ForInvoice, Window: -hour, Steps: []approval.Step{{}}}},
		{"a window on invoices", "", approval.Rule{Kind: approval.ForInvoice, Window: hour, Steps: []approval.Step{{}}}},
		{"sums of waivers", "policy.window", approval.Rule{Kind: approval.ForWaiver, Window: hour, Steps: []approval.Step{{}}}},
		{"sums of exceptions", "policy.window", approval.Rule{Kind: approval.ForException, Window: hour, Steps: []approval.Step{{}}}},
		{"time by its amount", "policy.from", approval.Rule{Kind: approval.ForTime, Steps: []approval.Step{{}, {From: euros("10")}}}},
	} {
		_, err := o.do("ana", &approval.SetPolicy{Mode: approval.FourEyes, Rules: []approval.Rule{c.rule}}, "as agreed")
		if got := fault.CodeOf(err); got != c.code {
			t.Errorf("%s: %v, want %q", c.name, err, c.code)
		}
	}
}

// TestNamingOtherPeopleNeedsAReason: a step asks for no less where it names some of those who were named, and for less where it
// names anybody else.
func TestNamingOtherPeopleNeedsAReason(t *testing.T) {
	for _, c := range []struct {
		name string
		was  []store.ID
		now  []store.ID
		code string
	}{
		{"the same", []store.ID{"mia", "carl"}, []store.ID{"carl", "mia"}, ""},
		{"fewer", []store.ID{"mia", "carl"}, []store.ID{"mia"}, ""},
		{"one more", []store.ID{"mia", "carl"}, []store.ID{"mia", "carl", "cora"}, "reason.missing"},
		{"another", []store.ID{"mia", "carl"}, []store.ID{"cora"}, "reason.missing"},
		{"one of them and another", []store.ID{"mia", "carl"}, []store.ID{"carl", "cora"}, "reason.missing"},
		{"anybody", []store.ID{"mia", "carl"}, nil, "reason.missing"},
		{"somebody by name instead of anybody", nil, []store.ID{"mia"}, ""},
	} {
		o := company(t)
		o.policy(approval.Step{People: c.was})
		_, err := o.do("ana", &approval.SetPolicy{Mode: approval.FourEyes, Rules: []approval.Rule{
			{Kind: approval.ForInvoice, Steps: []approval.Step{{People: c.now}}},
		}}, "")
		if got := fault.CodeOf(err); got != c.code {
			t.Errorf("%s: %v, want %q", c.name, err, c.code)
		}
	}
}

// TestNamesComeBeforeRoles: whoever fits several steps takes the one that fewer people fit, so that the others are left to
// those who fit only them.
func TestNamesComeBeforeRoles(t *testing.T) {
	for _, c := range []struct {
		name  string
		steps []approval.Step
		takes int
	}{
		{"a name before a role", []approval.Step{{Role: party.Manager}, {People: []store.ID{"mia", "carl"}}}, 2},
		{"one name before a role", []approval.Step{{Role: party.Manager}, {People: []store.ID{"mia"}}}, 2},
		{"a name before anybody", []approval.Step{{}, {People: []store.ID{"mia", "carl"}}}, 2},
		{"a role before anybody", []approval.Step{{}, {Role: party.Manager}}, 2},
		{"a name in a role before a name", []approval.Step{{People: []store.ID{"mia", "carl"}}, {People: []store.ID{"mia", "carl"}, Role: party.Manager}}, 2},
		{"of two alike, the one for more", []approval.Step{{Role: party.Manager}, {Role: party.Manager, From: euros("10")}}, 2},
		{"of two that are the same, the first", []approval.Step{{Role: party.Manager}, {Role: party.Manager}}, 1},
	} {
		o := company(t)
		o.policy(c.steps...)
		id := o.asked("ana", "50")
		if code := o.yes("mia", id); code != "" {
			t.Fatalf("%s: %s", c.name, code)
		}
		if got := o.requests(id)[0].Decisions()[0].Step; got != c.takes {
			t.Errorf("%s: mia took step %d, want %d", c.name, got, c.takes)
		}
	}
}

// TestWhatIsAddedToARule: a rule that gets a step keeps the rest of what it says, a kind that had none takes over what held
// for it where the step begins at an amount, and a window and a reason are as they are given.
func TestWhatIsAddedToARule(t *testing.T) {
	yes, day := true, calendar.Duration(24*time.Hour)
	o := company(t)
	o.rules(approval.Rule{Kind: approval.ForAny, Reason: true, Steps: []approval.Step{{Role: party.Approver}}})
	add := func(c *approval.AddStep) *approval.Rule {
		t.Helper()
		if _, err := o.do("ana", c, "as agreed"); err != nil {
			t.Fatal(err)
		}
		var rule *approval.Rule
		o.read(func(r store.Reader) error {
			p, _, err := approval.Current(r)
			rule = p.RuleFor(c.Kind)
			return err
		})
		return rule
	}
	got := add(&approval.AddStep{Kind: approval.ForInvoice, Step: approval.Step{Role: party.Manager, From: euros("1000")}, Window: &day})
	if len(got.Steps) != 2 || got.Steps[0].Role != party.Approver || !got.Reason || got.Window != day {
		t.Errorf("from an amount on: %+v", got)
	}
	got = add(&approval.AddStep{Kind: approval.ForChangeOrder, Step: approval.Step{Role: party.Manager}, Reason: &yes})
	if len(got.Steps) != 1 || got.Steps[0].Role != party.Manager || !got.Reason || got.Window != 0 {
		t.Errorf("from nothing on: %+v", got)
	}
}

// forge is a command that no product has: it writes a request as it likes.
type forge struct {
	Of store.ID `json:"of"`
	do func(q *approval.Request)
}

func (c *forge) Name() string { return "test.forge.v1" }

func (c *forge) Do(tx *store.Tx) error {
	for q, err := range approval.Of(tx, kind, c.Of) {
		if err != nil {
			return err
		}
		c.do(q)
		return approval.Requests.Put(tx, q)
	}
	return nil
}

// TestForgedDecisionsAreFound changes one thing of a request after the other, in ways that no command does. Each is found by an
// audit, and what was decided as it should be is not.
func TestForgedDecisionsAreFound(t *testing.T) {
	for _, c := range []struct {
		name, says string
		forge      func(o *office, q *approval.Request)
	}{
		{"as it was", "", func(*office, *approval.Request) {}},
		{"a state of its own", `is in no known state ("odd")`, func(_ *office, q *approval.Request) { q.State = "odd" }},
		{"without what it is over", "does not say what it is about", func(_ *office, q *approval.Request) { q.Hash = "" }},
		{"without a subject", "does not say what it is about", func(_ *office, q *approval.Request) { q.Title, q.Makers = "", nil }},
		{"made by nobody, asked by nobody", "", func(_ *office, q *approval.Request) { q.Makers, q.AskedBy = nil, "" }},
		{"approved by nobody", "is approved and nobody decided so", func(_ *office, q *approval.Request) { q.Decision = nil }},
		{"rejected by nobody", "is rejected and nobody decided so", func(_ *office, q *approval.Request) { q.State, q.Decision = approval.Rejected, nil }},
		{"decided and pending", "is pending and decided", func(_ *office, q *approval.Request) { q.State = approval.Pending }},
		{"a maker who is said to be none", "does not say truly", func(_ *office, q *approval.Request) { q.Makers = append(q.Makers, q.Decision.By) }},
		{"no maker who is said to be one", "does not say truly", func(_ *office, q *approval.Request) { q.Decision.Self = true }},
		{"by its maker", "was approved by its maker", func(_ *office, q *approval.Request) {
			q.Makers, q.Decision.Self = append(q.Makers, q.Decision.By), true
		}},
		{"in its maker's place", "was approved by its maker", func(_ *office, q *approval.Request) { q.Decision.For = q.Makers[0] }},
		{"in another's place", "", func(o *office, q *approval.Request) { q.Decision.For = o.person("clara") }},
		{"by its maker, where one person may", "", func(_ *office, q *approval.Request) {
			q.Makers, q.Decision.Self, q.Decision.Mode = append(q.Makers, q.Decision.By), true, approval.Single
			q.Earlier[0].Mode = approval.Single
		}},
		{"twice by one person", "was approved twice by one person", func(_ *office, q *approval.Request) { q.Earlier[0].By = q.Decision.By }},
		{"by fewer than it takes", "is approved by 1 people, and takes 2", func(_ *office, q *approval.Request) { q.Earlier = nil }},
		{"with a step unmet", "its step 2 is not met", func(_ *office, q *approval.Request) { q.Decision.Step = 1 }},
		{"with another content", "is not what was decided on", func(_ *office, q *approval.Request) { q.Hash = strings.Repeat("0", 64) }},
	} {
		o := company(t)
		o.policy(approval.Step{Role: party.Approver}, approval.Step{Role: party.Manager})
		id := o.asked("ana", "50")
		for _, who := range []string{"bert", "mia"} {
			if code := o.yes(who, id); code != "" {
				t.Fatalf("%s: %s", c.name, code)
			}
		}
		if c.name == "with another content" {
			o.must("ana", &rehash{Hash: o.requests(id)[0].Hash, To: strings.Repeat("0", 64)})
		}
		o.must("ana", &forge{Of: id, do: func(q *approval.Request) { c.forge(o, q) }})
		found := strings.Join(o.audit(), "\n")
		if c.says == "" && found != "" || !strings.Contains(found, c.says) {
			t.Errorf("%s: the audit finds %q, want %q", c.name, found, c.says)
		}
	}
}

// rehash keeps a content under a hash that is not its own.
type rehash struct {
	Hash string `json:"hash"`
	To   string `json:"to"`
}

func (c *rehash) Name() string { return "test.rehash.v1" }

func (c *rehash) Do(tx *store.Tx) error {
	for x, err := range approval.Contents.By(tx, "hash", store.K(c.Hash)) {
		if err != nil {
			return err
		}
		x.Hash = c.To
		return approval.Contents.Put(tx, x)
	}
	return nil
}

// TestDecidedOnce: what was decided is not decided again, and says what became of it.
func TestDecidedOnce(t *testing.T) {
	o := company(t)
	id := o.asked("ana", "5")
	if code := o.yes("bert", id); code != "" {
		t.Fatal(code)
	}
	for _, want := range []string{"the paper is already approved", "the request to approve the paper is void: the text was edited"} {
		_, err := o.do("mia", &settle{Of: id}, "")
		if fault.CodeOf(err) != "approval.settled" || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
		o.must("ana", &write{Paper: id, Text: "v2"})
	}
}

// settle decides on the first request on a paper, whatever state it is in.
type settle struct {
	Of store.ID `json:"of"`
}

func (c *settle) Name() string { return "test.settle.v1" }

func (c *settle) Do(tx *store.Tx) error {
	for q, err := range approval.Of(tx, kind, c.Of) {
		if err != nil {
			return err
		}
		return approval.Settle(tx, q, q.Hash, true)
	}
	return nil
}

// TestADelegationOverAnAmountNeedsOne: whoever may decide up to an amount decides nothing of which none is known, and decides on what comes to it.
func TestADelegationOverAnAmountNeedsOne(t *testing.T) {
	for amount, code := range storetest.InOrder(map[string]string{"": "approval.delegation", "100": "", "100.01": "approval.delegation"}) {
		o := company(t)
		o.policy(approval.Step{Role: party.Manager})
		o.must("mia", &approval.Delegate{To: o.person("clara"), End: o.clock.now.Add(time.Hour), UpTo: euros("100")})
		id := o.must("ana", &write{Text: "v1"}).Subject
		s := &submit{Paper: id, As: approval.ForInvoice}
		if amount != "" {
			s.Amount = euros(amount)
		}
		o.must("ana", s)
		if got := o.yes("clara", id); got != code {
			t.Errorf("of %q: %q, want %q", amount, got, code)
		}
	}
}

// TestWaitingForSomebodyElse: a request waits for others where one's own part is done and one cannot decide it.
func TestWaitingForSomebodyElse(t *testing.T) {
	o := company(t)
	o.policy(approval.Step{Role: party.Approver})
	id := o.must("ana", &write{Text: "v1"}).Subject
	o.must("clara", &submit{Paper: id, As: approval.ForInvoice})
	waits := func(who string) (out bool) {
		t.Helper()
		o.read(func(r store.Reader) error {
			s, err := approval.StandingOf(r, o.person(who), o.clock.now)
			if err != nil {
				return err
			}
			for row, err := range approval.List(r, o.requests(id)[0].State) {
				if err != nil {
					return err
				}
				out = out || row.Waits(s)
			}
			return nil
		})
		return out
	}
	for who, want := range storetest.InOrder(map[string]bool{"ana": true, "clara": true, "bert": false, "mia": false}) {
		if got := waits(who); got != want {
			t.Errorf("pending, it waits for others than %s: %v", who, got)
		}
	}
	o.role("clara", party.Approver)
	if waits("clara") {
		t.Error("clara may decide what she asked for and did not make, and is told that it waits for others")
	}
	o.yes("bert", id)
	if waits("ana") {
		t.Error("what is approved waits for somebody")
	}
}

// TestQuestionsOfOtherKinds: whoever asks about a paper in another way asks about something else, and a question that nobody
// is known to have made is its asker's.
func TestQuestionsOfOtherKinds(t *testing.T) {
	o := newOffice(t)
	id := o.must("ana", &write{Text: "v1"}).Subject
	o.must("ana", &submit{Paper: id})
	o.must("mia", &submit{Paper: id, Kind: "letter", Unmade: true})
	o.must("ana", &submit{Paper: id})
	o.must("bert", &write{Text: "bert was here"})
	qs := o.requests(id)
	if len(qs) != 2 || qs[0].State != approval.Void || qs[1].State != approval.Pending {
		t.Fatalf("of the usual kind: %+v", qs)
	}
	o.read(func(r store.Reader) error {
		for q, err := range approval.Of(r, "letter", id) {
			if err != nil {
				return err
			}
			if len(q.Makers) != 1 || q.Makers[0] != o.person("mia") {
				t.Errorf("the letter was made by %v", q.Makers)
			}
		}
		for range approval.Of(r, kind, id) {
			break // whoever has seen enough is shown no more
		}
		for range approval.Mine(r, o.person("bert"), o.clock.now) {
			break
		}
		return nil
	})
}

// TestWhatHasNoAmountIsInNoSum: a question about a customer that has no amount adds nothing to those within a rule's window.
func TestWhatHasNoAmountIsInNoSum(t *testing.T) {
	o := company(t)
	o.rules(approval.Rule{Kind: approval.ForInvoice, Window: calendar.Duration(time.Hour), Steps: []approval.Step{{Role: party.Approver}}})
	id := o.must("ana", &write{Text: "v1"}).Subject
	o.must("ana", &submit{Paper: id, As: approval.ForInvoice, Priceless: true})
	q := o.requests(o.asked("ana", "50"))[0]
	if q.Measure == nil || !q.Measure.Equal(*euros("50")) || len(q.With) != 0 {
		t.Errorf("measured as %v, with %v", q.Measure, q.With)
	}
}

// TestWhoRejectsTheirOwnTakesNoStep: a maker may say no to what they made, after somebody else said yes and though they never
// may say yes; no audit minds.
func TestWhoRejectsTheirOwnTakesNoStep(t *testing.T) {
	o := company(t)
	o.policy(approval.Step{Role: party.Approver}, approval.Step{Role: party.Manager})
	id := o.asked("ana", "50")
	if code := o.yes("bert", id); code != "" {
		t.Fatal(code)
	}
	if _, err := o.do("ana", &decide{Paper: id}, "not so"); err != nil {
		t.Fatal(err)
	}
	if o.state(id) != approval.Rejected {
		t.Fatal("it is not rejected")
	}
	if found := o.audit(); len(found) > 0 {
		t.Error(found)
	}
}

// TestDifferencesOfWhatIsKept: what is not kept has no difference, and what cannot be read is no content. A member of a list is
// called by the first name that it has.
func TestDifferencesOfWhatIsKept(t *testing.T) {
	const doc = `{"lines":[{"text":"","title":"Bolt","qty":"1"}]}`
	for _, c := range [][2][]byte{{nil, []byte(doc)}, {[]byte(doc), nil}} {
		if d, err := approval.Differences(c[0], c[1]); err != nil || len(d) > 0 {
			t.Errorf("%v, %v", d, err)
		}
	}
	for _, c := range [][2]string{{"{", doc}, {doc, "{"}} {
		if d, err := approval.Differences([]byte(c[0]), []byte(c[1])); !fault.Is(err, fault.Internal) {
			t.Errorf("%v, %v", d, err)
		}
	}
	d, err := approval.Differences([]byte(doc), []byte(strings.Replace(doc, `"1"`, `"2"`, 1)))
	if err != nil || len(d) != 1 || !strings.Contains(d[0].Field, "(Bolt)") {
		t.Errorf("%+v, %v", d, err)
	}
}

// TestNoRuleNamesTheKind: what no rule is for is refused by the name of its kind.
func TestNoRuleNamesTheKind(t *testing.T) {
	o := company(t)
	o.policy(approval.Step{Role: party.Approver})
	id := o.must("ana", &write{Text: "v1"}).Subject
	for as, want := range storetest.InOrder(map[string]string{
		approval.ForTime: "is for time", approval.ForChangeOrder: "is for a change order", approval.ForException: "is for an exception",
	}) {
		if _, err := o.do("ana", &submit{Paper: id, As: as}, ""); fault.CodeOf(err) != "policy.no-rule" || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v", as, err)
		}
	}
}

// TestAuditsTellWhatCannotBeRead: an audit that cannot read everything finds nothing to be in order.
func TestAuditsTellWhatCannotBeRead(t *testing.T) {
	o := company(t)
	id := o.asked("ana", "5")
	o.must("bert", &decide{Paper: id, Yes: true})
	audit := approval.Audits()[0]
	o.engine.Each(t, audit.Name, func() error {
		return o.View(t.Context(), func(r store.Reader) error { return audit.Run(r, func(store.ID, string) {}) })
	})
}
