package approval

import (
	"fmt"
	"slices"
	"strings"

	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// Settle records the actor's decision on a pending request whose subject has, now,
// the given hash. The rooms that own the subjects call it, each with the hash of what is
// there now. A yes settles the request only when it was the last that its steps ask for: the
// room looks at the state. A rejection settles it at once, needs a reason and may come from
// anybody, a maker included.
func Settle(tx *store.Tx, q *Request, hash string, yes bool) error {
	if q.State != Pending {
		return settled(q)
	}
	if q.Hash != hash {
		return fault.Conflictf("%s has changed since approval was asked for", q.Title).With("approval.stale").
			Hint("look at it again and submit it again")
	}
	d := Decision{
		By: tx.Env.Actor.ID, How: tx.Env.Actor.How, At: tx.Env.RecordedAt, Reason: tx.Env.Reason,
		Mode: q.Mode, Policy: q.Policy.ID, Self: slices.Contains(q.Makers, tx.Env.Actor.ID),
	}
	if !yes {
		if strings.TrimSpace(tx.Env.Reason) == "" {
			return fault.Invalidf("reason", "a rejection needs a reason").With("reason.missing").
				Hint(`callout approval reject %s --reason "what is wrong"`, q.ID)
		}
		return q.settle(tx, d, Rejected)
	}
	s, err := StandingOf(tx, tx.Env.Actor.ID, tx.Env.RecordedAt)
	if err != nil {
		return err
	}
	row := q.row()
	c, no := row.Capacity(s)
	if no != nil {
		return no.fault(tx, q, tx.Env.Actor.ID)
	}
	if q.Reasoned && strings.TrimSpace(tx.Env.Reason) == "" {
		return fault.Invalidf("reason", "the policy asks for a reason to approve %s", q.Title).With("reason.missing").
			Hint(`callout approval approve %s --reason "why"`, q.ID)
	}
	d.Step, d.For, d.Delegation = c.Step, c.For, c.Delegation
	if given, needed := q.Progress(); given+1 < needed {
		q.Earlier = append(q.Earlier, d)
		tx.Emit(q.Kind+".approved-in-part", q.Subject, map[string]any{"request": q.ID, "given": given + 1, "needed": needed})
		return Requests.Put(tx, q)
	}
	return q.settle(tx, d, Approved)
}

func (q *Request) settle(tx *store.Tx, d Decision, state State) error {
	q.State, q.Decision = state, &d
	tx.Emit(fmt.Sprintf("%s.%s", q.Kind, q.State), q.Subject, map[string]any{"request": q.ID})
	return Requests.Put(tx, q)
}

// settled is the refusal to decide what is decided.
func settled(q *Request) error {
	e := fault.Refusedf("%s is already %s", q.Title, q.State).With("approval.settled")
	if q.State == Void {
		e.Msg = "the request to approve " + q.Title + " is void: " + q.VoidWhy
	}
	return e.Hint("callout log %s", q.Subject)
}

// MayGrant refuses whom the policy does not let grant an exception or a waiver in one act, by themselves: nobody is
// asked afterwards. Amount is what it is about, nil where that is not known. A rule that takes several people is not met
// by one; see [LetGo] for what is asked then. Under rules of its own a shop keeps the reason of each exception.
func MayGrant(tx *store.Tx, kind, title string, amount *money.Amount) error {
	return mayGrant(tx, kind, title, amount, tx.Env.Reason)
}

func mayGrant(tx *store.Tx, kind, title string, amount *money.Amount, why string) error {
	policy, _, err := Current(tx)
	if err != nil || policy.Preset() {
		return err
	}
	rule := policy.RuleFor(kind)
	if rule == nil {
		return denied(kind, title)
	}
	steps := rule.needed(amount)
	if len(steps) == 0 {
		return denied(kind, title)
	}
	if people := needs(steps); people > 1 {
		return fault.Refusedf("%s takes %d people by the rule for %s, and is granted in one act by one person", title, people, rule.Kind).
			With("policy.several").Hint(`callout policy add-rule %s --role manager --reason "…"   (a rule of its own)`, kind).
			Hint("callout policy show")
	}
	last := slices.MaxFunc(steps, func(a, b Step) int { return a.compareFrom(&b) })
	s, err := StandingOf(tx, tx.Env.Actor.ID, tx.Env.RecordedAt)
	if err != nil {
		return err
	}
	row := Row{Kind: kind, Title: title, Mode: Single, Measure: amount, Open: []OpenStep{{Step: last}}}
	if _, no := row.Capacity(s); no != nil {
		return no.fault(tx, &Request{Title: title, Steps: []Step{last}}, tx.Env.Actor.ID)
	}
	if strings.TrimSpace(why) == "" {
		return unreasoned(title)
	}
	return nil
}

// TakesSeveral reports whether the policy's rule for a kind asks for more than one person about an amount, nil where
// it is not known. Such a thing is asked for, and others grant it; see [AskFor].
func TakesSeveral(r store.Reader, kind string, amount *money.Amount) (bool, error) {
	policy, _, err := Current(r)
	if err != nil {
		return false, err
	}
	rule := policy.RuleFor(kind)
	return rule != nil && needs(rule.needed(amount)) > 1, nil
}

// Ruled reports whether the shop has rules of its own, under which exceptions are asked about.
func Ruled(r store.Reader) (bool, error) {
	policy, _, err := Current(r)
	return !policy.Preset(), err
}

// needs is how many people steps take together.
func needs(steps []Step) int {
	n := 0
	for i := range steps {
		n += steps[i].Need
	}
	return n
}
