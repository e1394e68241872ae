package approval

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
)

// Delegation lets a person decide in another's place for a while. It passes on the delegator's own
// rights and all their conflicts, and cannot be passed on further. Times are the authority's.
type Delegation struct {
	store.Record
	From   store.ID      `json:"from"` // the delegator
	To     store.ID      `json:"to"`
	Start  time.Time     `json:"start"`
	End    time.Time     `json:"end"`             // the first instant at which it is over
	Kinds  []string      `json:"kinds,omitempty"` // none is every kind
	UpTo   *money.Amount `json:"up_to,omitempty"` // of what it is about; nil is any amount
	Reason string        `json:"reason,omitempty"`
	// Revoked is set once it was taken back before its end.
	Revoked *Revocation `json:"revoked,omitempty"`
}

// Revocation says who took a delegation back.
type Revocation struct {
	By     store.ID  `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason,omitempty"`
}

// DelegationRow is what a list of delegations shows.
type DelegationRow struct {
	ID      store.ID      `json:"id"`
	From    store.ID      `json:"from"`
	To      store.ID      `json:"to"`
	Start   time.Time     `json:"start"`
	End     time.Time     `json:"end"`
	Kinds   []string      `json:"kinds,omitempty"`
	UpTo    *money.Amount `json:"up_to,omitempty"`
	Reason  string        `json:"reason,omitempty"`
	Revoked time.Time     `json:"revoked,omitzero"`
}

// Delegations holds the delegations, by start, by delegator and by delegate.
var Delegations = store.Define(store.Def[Delegation, DelegationRow]{
	Name: "delegation", Prefix: "dlg", Title: "delegation",
	Row: func(d *Delegation) DelegationRow {
		row := DelegationRow{d.ID, d.From, d.To, d.Start, d.End, d.Kinds, d.UpTo, d.Reason, time.Time{}}
		if d.Revoked != nil {
			row.Revoked = d.Revoked.At
		}
		return row
	},
	Indexes: []store.Index[Delegation]{
		{Name: "start", Keys: func(d *Delegation) []store.Key { return []store.Key{store.K(d.Start)} }},
		{Name: "to", Keys: func(d *Delegation) []store.Key { return []store.Key{store.K(d.To, d.Start)} }},
	},
})

// InForce reports whether a delegation counts at an instant: from its start, up to but not at its end.
func (d *Delegation) InForce(now time.Time) bool {
	return !now.Before(d.Start) && now.Before(d.End) && d.Revoked == nil
}

// covers says why a delegation is not for a request, or nil.
func (d *Delegation) covers(q *Row) *Refusal {
	if len(d.Kinds) > 0 && !slices.Contains(d.Kinds, q.RuleKind()) {
		return &Refusal{Code: "approval.delegation", Why: fmt.Sprintf("delegated %s only, and this is %s", strings.Join(d.Kinds, ", "), article(q.RuleKind()))}
	}
	if d.UpTo == nil {
		return nil
	}
	if q.Measure == nil {
		return &Refusal{Code: "approval.delegation", Why: fmt.Sprintf("delegated up to %s, and what this comes to is not known", d.UpTo)}
	}
	if q.Measure.Cmp(*d.UpTo) > 0 {
		return &Refusal{Code: "approval.delegation", Why: fmt.Sprintf("delegated up to %s, and this comes to %s", d.UpTo, q.Measure)}
	}
	return nil
}

// Delegate lets somebody decide in the actor's place.
type Delegate struct {
	To    store.ID      `json:"to"`
	Start time.Time     `json:"start,omitzero"` // from when it is recorded, if not given
	End   time.Time     `json:"end"`
	Kinds []string      `json:"kinds,omitempty"`
	UpTo  *money.Amount `json:"up_to,omitempty"`
}

// Name implements store.Command.
func (c *Delegate) Name() string { return "approval.delegate.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *Delegate) CountsWhenRecorded() {}

// Do implements store.Command.
func (c *Delegate) Do(tx *store.Tx) error {
	if tx.Env.Actor.ID == "" {
		return fault.Refusedf("only a person can delegate").With("approval.nobody")
	}
	to, err := party.People.Get(tx, c.To)
	if err != nil {
		return err
	}
	d := &Delegation{From: tx.Env.Actor.ID, To: to.ID, Start: c.Start.UTC(), End: c.End.UTC(), Reason: strings.TrimSpace(tx.Env.Reason)}
	if c.Start.IsZero() {
		d.Start = tx.Env.RecordedAt
	}
	switch {
	case d.To == d.From:
		return fault.Invalidf("name", "nobody delegates to themselves").With("delegation.self")
	case c.End.IsZero():
		return fault.Invalidf("to", "a delegation needs an end").With("delegation.end")
	case !d.Start.Before(d.End):
		return fault.Invalidf("to", "the delegation would end before it begins").With("delegation.end")
	case !tx.Env.RecordedAt.Before(d.End):
		return fault.Invalidf("to", "the delegation would be over already").With("delegation.end")
	}
	for _, kind := range c.Kinds {
		if !slices.Contains(Kinds(), kind) || kind == ForAny {
			return fault.Invalidf("kind", "%q is no kind of thing to approve; there are %s", kind, strings.Join(Kinds()[:len(Kinds())-1], ", ")).With("policy.kind")
		}
	}
	d.Kinds = slices.Compact(slices.Sorted(slices.Values(c.Kinds)))
	if c.UpTo != nil {
		company, err := party.TheCompany(tx)
		if err != nil {
			return err
		}
		most, err := c.UpTo.In("up-to", company.Currency)
		if err != nil {
			return err
		}
		if most.Sign() <= 0 {
			return fault.Invalidf("up-to", "%s is nothing to decide about; name an amount above 0", most).With("delegation.up-to")
		}
		d.UpTo = &most
	}
	d.ID = Delegations.NewID(tx, string(to.ID))
	tx.Returns(d.ID, "")
	tx.Emit("approval.delegated", d.ID, map[string]any{"from": d.From, "to": d.To, "end": d.End})
	return Delegations.Put(tx, d)
}

// RevokeDelegation takes a delegation back at once. What was decided by it stands. The delegator does
// so, the delegate, or an administrator.
type RevokeDelegation struct {
	Delegation store.ID `json:"delegation"`
}

// Name implements store.Command.
func (c *RevokeDelegation) Name() string { return "approval.revoke_delegation.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *RevokeDelegation) CountsWhenRecorded() {}

// Do implements store.Command.
func (c *RevokeDelegation) Do(tx *store.Tx) error {
	d, err := Delegations.Get(tx, c.Delegation)
	if err != nil {
		return err
	}
	tx.Returns(d.ID, "")
	if me := tx.Env.Actor.ID; me != d.From && me != d.To {
		p, ok, err := party.People.Try(tx, me)
		if err != nil {
			return err
		}
		if !ok || !p.Has(party.Admin) {
			name, err := party.NameOf(tx, d.From)
			if err != nil {
				return err
			}
			return fault.Refusedf("the delegation is %s's to take back", name).With("delegation.other").Hint("--as %s", name)
		}
	}
	switch {
	case d.Revoked != nil:
		return fault.Conflictf("the delegation is taken back already").With("delegation.over")
	case !tx.Env.RecordedAt.Before(d.End):
		return fault.Conflictf("the delegation is over already").With("delegation.over")
	}
	d.Revoked = &Revocation{By: tx.Env.Actor.ID, At: tx.Env.RecordedAt, Reason: strings.TrimSpace(tx.Env.Reason)}
	return Delegations.Put(tx, d)
}
