package approval_test

import (
	"testing"
	"time"

	"callout/approval"
	"callout/calendar"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/store/storetest"

	"github.com/google/uuid"
)

// publish is a command that no product has: it makes a policy as it likes.
type publish struct {
	Policy approval.Policy `json:"policy"`
}

func (c *publish) Name() string { return "test.publish.v1" }

func (c *publish) Do(tx *store.Tx) error {
	_, err := approval.Policies.Publish(tx, "approval", c.Policy)
	return err
}

// TestARuleThatAsksNobodyDenies: no steps never mean that anybody may, wherever such a rule comes from.
func TestARuleThatAsksNobodyDenies(t *testing.T) {
	o := company(t)
	id := o.must("ana", &write{Text: "v1"}).Subject
	for _, steps := range [][]approval.Step{nil, {{Need: 1, From: euros("100")}}} {
		o.must("ana", &publish{Policy: approval.Policy{Mode: approval.FourEyes, Rules: []approval.Rule{
			{Kind: approval.ForInvoice, Steps: steps}, {Kind: approval.ForException, Steps: steps},
		}}})
		if _, err := o.do("ana", &submit{Paper: id, As: approval.ForInvoice, Amount: euros("99.99")}, ""); fault.CodeOf(err) != "policy.no-rule" {
			t.Errorf("a question: %v", err)
		}
		if _, err := o.do("mia", &grant{Kind: approval.ForException, Amount: euros("99.99")}, "x"); fault.CodeOf(err) != "policy.no-rule" {
			t.Errorf("an exception: %v", err)
		}
	}
}

// letGo is a command that lets something of a paper go, alone or together with others.
type letGo struct {
	Paper  store.ID `json:"paper"`
	Reason string   `json:"reason,omitempty"`
}

func (c *letGo) Name() string { return "test.let-go.v1" }

func (c *letGo) Do(tx *store.Tx) error {
	_, err := approval.LetGo(tx, approval.Letting{Subject: c.Paper, Title: "a date", What: map[string]string{"paper": string(c.Paper)}, Reason: c.Reason})
	return err
}

// TestWhoLetsSomethingGoSaysWhy, also where several are asked: with the thing or with the command.
func TestWhoLetsSomethingGoSaysWhy(t *testing.T) {
	for _, need := range []int{1, 2} {
		o := company(t)
		o.rules(approval.Rule{Kind: approval.ForException, Steps: []approval.Step{{Need: need, Role: party.Manager}}})
		id := o.must("ana", &write{Text: "v1"}).Subject
		for _, c := range []struct{ own, commands, code string }{
			{"", "", "reason.missing"},
			{" ", " ", "reason.missing"},
			{"the customer wants it", "", ""},
			{"", "the customer wants it", ""},
		} {
			if _, err := o.do("mia", &letGo{Paper: id, Reason: c.own}, c.commands); fault.CodeOf(err) != c.code {
				t.Errorf("of %d people, with %q and %q: %v", need, c.own, c.commands, err)
			}
		}
	}
}

// TestSumsThatCannotBeReadAreNotGuessed: whoever cannot see what else was asked for does not take it for nothing.
func TestSumsThatCannotBeReadAreNotGuessed(t *testing.T) {
	o := company(t)
	o.rules(approval.Rule{Kind: approval.ForInvoice, Window: calendar.Duration(time.Hour), Steps: []approval.Step{
		{Role: party.Approver}, {Role: party.Manager, From: euros("1000")},
	}})
	o.asked("clara", "900")
	id := o.must("ana", &write{Text: "v2"}).Subject
	in := store.Intent{
		ID: uuid.NewSHA1(storetest.Tenant, []byte("asking")), Cmd: &submit{Paper: id, As: approval.ForInvoice, Amount: euros("900")},
		Actor: store.Actor{Name: "clara", How: store.Asserted},
	}
	now := o.clock.now
	o.engine.Each(t, "asking within a window", func() error {
		o.clock.now = now
		_, err := o.One(t.Context(), in)
		return err
	})
	if q := o.requests(id)[0]; len(q.Steps) != 2 || len(q.With) != 1 {
		t.Errorf("it takes %d steps, with %v", len(q.Steps), q.With)
	}
}
