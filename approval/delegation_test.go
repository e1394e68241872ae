package approval_test

import (
	"testing"
	"time"

	"callout/approval"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/store/storetest"
)

// delegated lets carl act for mia for a day from the clock's time on, as change says.
func delegated(o *office, change func(*approval.Delegate)) store.ID {
	o.tb.Helper()
	d := &approval.Delegate{To: o.person("clara"), End: o.clock.now.Add(24 * time.Hour)}
	if change != nil {
		change(d)
	}
	return o.must("mia", d).Subject
}

func TestDelegation(t *testing.T) {
	tests := []struct {
		name   string
		change func(o *office, d *approval.Delegate)
		after  time.Duration // how long after it was made
		code   string
	}{
		{"in force", nil, time.Hour, ""},
		{"at the last millisecond", nil, 24*time.Hour - 20*time.Millisecond, ""},
		{"at its end it is over", nil, 24 * time.Hour, "approval.role"},
		{"not yet", func(o *office, d *approval.Delegate) { d.Start = o.clock.now.Add(2 * time.Hour) }, time.Hour, "approval.role"},
		{"for another kind", func(_ *office, d *approval.Delegate) { d.Kinds = []string{approval.ForTime} }, 0, "approval.delegation"},
		{"for this kind", func(_ *office, d *approval.Delegate) { d.Kinds = []string{approval.ForTime, approval.ForInvoice} }, 0, ""},
		{"up to less", func(_ *office, d *approval.Delegate) { d.UpTo = euros("499.99") }, 0, "approval.delegation"},
		{"up to as much", func(_ *office, d *approval.Delegate) { d.UpTo = euros("500") }, 0, ""},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			o := company(t)
			o.policy(approval.Step{Role: party.Manager})
			id := o.asked("ana", "500")
			dlg := delegated(o, func(d *approval.Delegate) {
				if tc.change != nil {
					tc.change(o, d)
				}
			})
			o.clock.now = o.clock.now.Add(tc.after)
			if code := o.yes("clara", id); code != tc.code {
				t.Fatalf("got %q, want %q", code, tc.code)
			}
			if tc.code == "" {
				d := o.requests(id)[0].Decision
				if d.By != o.person("clara") || d.For != o.person("mia") || d.Delegation != dlg {
					t.Errorf("the decision says %+v", d)
				}
			}
			if found := o.audit(); found != nil {
				t.Errorf("the audit finds %v", found)
			}
		})
	}
}

func TestADelegateHasTheDelegatorsConflicts(t *testing.T) {
	o := company(t)
	o.policy(approval.Step{Role: party.Manager})
	delegated(o, nil)
	id := o.must("mia", &write{Text: "mine"}).Subject
	o.must("ana", &submit{Paper: id, As: approval.ForInvoice})
	if code := o.yes("clara", id); code != "approval.self" {
		t.Errorf("for the maker: %q", code)
	}
	// Who made it gains nothing by acting for somebody who did not.
	id = o.must("clara", &write{Text: "hers"}).Subject
	o.must("ana", &submit{Paper: id, As: approval.ForInvoice})
	if code := o.yes("clara", id); code != "approval.self" {
		t.Errorf("the maker for somebody else: %q", code)
	}
	// A step that was taken in somebody's place is taken by both.
	o.policy(approval.Step{Need: 2, Role: party.Manager})
	id = o.asked("ana", "5")
	if code := o.yes("clara", id); code != "" {
		t.Fatal(code)
	}
	for who, want := range storetest.InOrder(map[string]string{"clara": "approval.twice", "mia": "approval.twice"}) {
		if code := o.yes(who, id); code != want {
			t.Errorf("%s: %q", who, code)
		}
	}
	if code := o.yes("carl", id); code != "" || o.state(id) != approval.Approved {
		t.Errorf("the other manager: %q, %s", code, o.state(id))
	}
	// A delegation is not passed on.
	o.policy(approval.Step{Role: party.Manager})
	o.must("clara", &approval.Delegate{To: o.person("bert"), End: o.clock.now.Add(time.Hour)})
	if code := o.yes("bert", o.asked("ana", "5")); code != "approval.role" {
		t.Errorf("the delegate's delegate: %q", code)
	}
	if found := o.audit(); found != nil {
		t.Errorf("the audit finds %v", found)
	}
}

func TestRolesCountWhenTheDecisionIsRecorded(t *testing.T) {
	o := company(t)
	o.policy(approval.Step{Role: party.Manager})
	delegated(o, nil)
	id := o.asked("ana", "5")
	o.must("ana", &party.ChangeRoles{Person: o.person("mia"), Revoke: []party.Role{party.Manager}})
	if code := o.yes("clara", id); code != "approval.role" {
		t.Errorf("for somebody who is no manager any more: %q", code)
	}
	in := store.Intent{Cmd: &approval.Delegate{To: o.person("bert"), End: o.clock.now.Add(time.Hour)}, Actor: store.Actor{Name: "carl", How: store.Asserted}}
	in.At = o.clock.now.Add(-time.Hour)
	if _, err := o.One(t.Context(), in); fault.CodeOf(err) != "at.refused" {
		t.Errorf("a delegation that is dated: %v", err)
	}
}

func TestRevokedDelegations(t *testing.T) {
	o := company(t)
	o.policy(approval.Step{Role: party.Manager})
	dlg := delegated(o, nil)
	first, second := o.asked("ana", "5"), o.asked("ana", "6")
	if code := o.yes("clara", first); code != "" {
		t.Fatal(code)
	}
	if _, err := o.do("bert", &approval.RevokeDelegation{Delegation: dlg}, ""); fault.CodeOf(err) != "delegation.other" {
		t.Errorf("by somebody else: %v", err)
	}
	o.must("mia", &approval.RevokeDelegation{Delegation: dlg})
	if code := o.yes("clara", second); code != "approval.role" {
		t.Errorf("after it was taken back: %q", code)
	}
	if o.state(first) != approval.Approved {
		t.Error("what was decided by it does not stand")
	}
	if _, err := o.do("mia", &approval.RevokeDelegation{Delegation: dlg}, ""); fault.CodeOf(err) != "delegation.over" {
		t.Errorf("twice: %v", err)
	}
	other := delegated(o, nil)
	o.role("ada", party.Admin)
	o.must("ada", &approval.RevokeDelegation{Delegation: other})
	o.read(func(r store.Reader) error {
		for row, err := range approval.Delegations.Rows(r, "start", store.Range{}) {
			if err != nil {
				return err
			}
			if row.Revoked.IsZero() {
				t.Errorf("the list does not say that %s was taken back", row.ID)
			}
		}
		return nil
	})
	_, err := o.One(t.Context(), store.Intent{
		Cmd: &approval.Delegate{To: o.person("clara"), End: o.clock.now.Add(time.Hour)}, Actor: store.Actor{Name: "callout", How: store.Process},
	})
	if fault.CodeOf(err) != "approval.nobody" {
		t.Errorf("of a place that nobody has: %v", err)
	}
}

func TestBadDelegationsAreRefused(t *testing.T) {
	o := company(t)
	now := o.clock.now
	for code, d := range storetest.InOrder(map[string]approval.Delegate{
		"delegation.self":  {To: o.person("mia"), End: now.Add(time.Hour)},
		"delegation.end":   {To: o.person("bert"), Start: now.Add(time.Hour), End: now.Add(time.Hour)},
		"policy.kind":      {To: o.person("bert"), End: now.Add(time.Hour), Kinds: []string{"any"}},
		"delegation.up-to": {To: o.person("bert"), End: now.Add(time.Hour), UpTo: euros("0")},
	}) {
		if _, err := o.do("mia", &d, ""); fault.CodeOf(err) != code {
			t.Errorf("%+v: %v, want %s", d, err, code)
		}
	}
	past := approval.Delegate{To: o.person("bert"), Start: now.Add(-2 * time.Hour), End: now.Add(-time.Hour)}
	if _, err := o.do("mia", &past, ""); fault.CodeOf(err) != "delegation.end" {
		t.Errorf("over already: %v", err)
	}
}

// Whoever asks why a person may not decide hears whose conflict it is: their own, or that of somebody for whom they act.
func TestExplanationsSayWhoseConflictItIs(t *testing.T) {
	o := company(t)
	o.policy(approval.Step{Role: party.Manager})
	delegated(o, nil)
	why := func(paper store.ID) map[string]approval.ExplainedOne {
		t.Helper()
		out := map[string]approval.ExplainedOne{}
		o.read(func(r store.Reader) error {
			x, err := approval.Explain(r, o.requests(paper)[0], o.clock.now)
			if err != nil {
				return err
			}
			for _, one := range x.People {
				out[one.Name] = one
			}
			return nil
		})
		return out
	}
	id := o.must("mia", &write{Text: "mine"}).Subject
	o.must("ana", &submit{Paper: id, As: approval.ForInvoice})
	for name, want := range storetest.InOrder(map[string]approval.ExplainedOne{
		"mia":   {Code: "approval.self", Why: "made or last edited it"},
		"clara": {Code: "approval.self", Why: "would act for mia, who made or last edited it"},
		"bert":  {Code: "approval.role"},
		"carl":  {May: true, Step: 1},
	}) {
		got := why(id)[name]
		if got.May != want.May || got.Code != want.Code || got.Step != want.Step || want.Why != "" && got.Why != want.Why {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	id = o.asked("ana", "5")
	if got := why(id)["clara"]; !got.May || got.For != "mia" || got.Code != "" {
		t.Errorf("clara for mia: %+v", got)
	}
	o.yes("carl", id)
	if got := why(id)["mia"]; got.May || got.Code != "approval.settled" || got.Why != "it is approved" {
		t.Errorf("what is settled: %+v", got)
	}
}
