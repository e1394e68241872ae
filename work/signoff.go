package work

import (
	"encoding/json"
	"time"

	"callout/approval"
	"callout/internal/fault"
	"callout/store"
)

// SignOff is a named person's acceptance of what they were shown. It is never
// overwritten: work edited afterwards supersedes it, and it stays.
type SignOff struct {
	store.Record
	Order       store.ID `json:"order"`
	Deliverable store.ID `json:"deliverable,omitempty"`
	// Revision of the order that it is for; 0 is the first.
	Revision  int          `json:"revision,omitempty"`
	State     SignOffState `json:"state"`
	Name      string       `json:"name"` // who signed, of the customer's
	Role      string       `json:"role,omitempty"`
	Signature store.ID     `json:"signature,omitempty"` // evidence of kind signature
	// Shown is what was put before the person, by room; Hash is over all of it.
	Shown      map[string]json.RawMessage `json:"shown"`
	Hash       string                     `json:"hash"`
	At         time.Time                  `json:"at"`
	RecordedBy store.ID                   `json:"recorded_by"`
	Why        string                     `json:"why,omitempty"`        // why it was refused
	Superseded string                     `json:"superseded,omitempty"` // why it no longer counts
}

// SignOffState is where a sign-off stands.
type SignOffState string

// The states of a sign-off.
const (
	Requested  SignOffState = "requested"
	Signed     SignOffState = "signed"
	RefusedBy  SignOffState = "refused"
	Superseded SignOffState = "superseded"
)

// SignOffAction is what can happen to a sign-off that is recorded.
type SignOffAction string

// The actions on a sign-off.
const (
	Supersede SignOffAction = "supersede" // what was shown has changed, or a later word counts
)

// SignOffTransitions is the life of a sign-off. A request never turns into a signature:
// the answer to it is a record of its own, with what was shown when it was given.
func SignOffTransitions() map[SignOffState]map[SignOffAction]SignOffState {
	return map[SignOffState]map[SignOffAction]SignOffState{
		Requested:  {Supersede: Superseded},
		Signed:     {Supersede: Superseded},
		RefusedBy:  {},
		Superseded: {},
	}
}

// SignOffs holds the sign-offs, by order and time.
var SignOffs = store.Define(store.Def[SignOff, store.NoRow]{
	Name: "signoff", Prefix: "sgn", Title: "sign-off",
	Indexes: []store.Index[SignOff]{
		{Name: "order", Keys: func(s *SignOff) []store.Key { return []store.Key{store.K(s.Order, s.At)} }},
	},
})

// ShownWork is the key of this room's part of what a sign-off shows.
const ShownWork = "work"

// Seal computes the hash over everything that a sign-off shows. A room that adds its
// part to a new sign-off seals it again.
func Seal(s *SignOff) (err error) {
	s.Hash, err = approval.Hash(s.Shown)
	return err
}

// Show puts a room's part before the person who signs, and seals.
func (s *SignOff) Show(room string, content any) error {
	raw, err := json.Marshal(content)
	if err != nil {
		return fault.Internalf("what %s shows cannot be written", room).Because(err)
	}
	if s.Shown == nil {
		s.Shown = map[string]json.RawMessage{}
	}
	s.Shown[room] = raw
	return Seal(s)
}

// Differs reports whether a room's present content is not what the sign-off shows.
func (s *SignOff) Differs(room string, content any) (bool, error) {
	now, err := approval.Hash(content)
	if err != nil {
		return false, err
	}
	shown, ok := s.Shown[room]
	if !ok {
		return true, nil
	}
	then, err := approval.Hash(shown)
	return then != now, err
}

// Signing is what the commands of sign-offs have in common.
type Signing struct {
	Order       store.ID `json:"order"`
	Deliverable store.ID `json:"deliverable,omitempty"` // empty is the whole order
	Person      string   `json:"name"`                  // of the customer's
	Role        string   `json:"role,omitempty"`
}

// make builds a sign-off of what is there now.
func (c *Signing) make(tx *store.Tx, state SignOffState) (*SignOff, error) {
	w, err := unfinishedOrder(tx, c.Order, "it cannot be signed")
	if err != nil {
		return nil, err
	}
	if w.Status == New || w.Status == Scheduled {
		return nil, fault.Refusedf("work on %s has not begun: there is nothing to sign yet", w.Number).With("signoff.early").
			Hint("callout wo why %s", w.Number)
	}
	s := &SignOff{
		Order: w.ID, Deliverable: c.Deliverable, State: state, Role: c.Role,
		At: tx.Env.OccurredAt, RecordedBy: tx.Env.Actor.ID, Revision: w.Amending(),
	}
	if s.Name, err = required("name", c.Person, "say who signs, by name"); err != nil {
		return nil, err
	}
	if err := lines(lineField{"role", &s.Role}); err != nil {
		return nil, err
	}
	if c.Deliverable != "" {
		d, err := Deliverables.Get(tx, c.Deliverable)
		if err != nil {
			return nil, err
		}
		if d.Order != w.ID || d.Needs != NeedsSignOff {
			return nil, fault.Invalidf("deliverable", "%s is no deliverable of %s that needs a sign-off", d.Title, w.Number).
				With("signoff.deliverable")
		}
	}
	content, err := shownWork(tx, w)
	if err != nil {
		return nil, err
	}
	s.ID = SignOffs.NewID(tx, "")
	tx.Returns(s.ID, "")
	if err := s.Show(ShownWork, content); err != nil {
		return nil, err
	}
	return s, s.showAmendment(tx, w)
}

// replace supersedes earlier sign-offs on the same thing, in the same revision, that are in
// one of the states.
func (s *SignOff) replace(tx *store.Tx, why string, states ...SignOffState) error {
	for o, err := range SignOffs.By(tx, "order", store.K(s.Order)) {
		if err != nil {
			return err
		}
		for _, state := range states {
			if o.ID != s.ID && o.Deliverable == s.Deliverable && o.rev() == s.rev() && o.State == state {
				if err := SupersedeSignOff(tx, o, why); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// RequestSignOff asks a person to sign what is there now. An earlier request is
// superseded.
type RequestSignOff struct{ Signing }

// Name implements store.Command.
func (c *RequestSignOff) Name() string { return "signoff.request.v1" }

// Do implements store.Command.
func (c *RequestSignOff) Do(tx *store.Tx) error {
	s, err := c.make(tx, Requested)
	if err != nil {
		return err
	}
	if err := s.replace(tx, "asked for again", Requested); err != nil {
		return err
	}
	tx.Emit("signoff.requested", s.ID, map[string]any{"order": s.Order, "name": s.Name})
	return SignOffs.Put(tx, s)
}

// RecordSignOff records that a person accepts what is there now. It cannot be taken
// back; a later refusal supersedes it.
type RecordSignOff struct {
	Signing
	Signature store.ID `json:"signature,omitempty"` // evidence of kind signature on the same order
	// Attach adds the signature's file in the same step, instead of naming one that is there.
	Attach *AddEvidence `json:"attach,omitempty"`
}

// Name implements store.Command.
func (c *RecordSignOff) Name() string { return "signoff.record.v1" }

// Do implements store.Command.
func (c *RecordSignOff) Do(tx *store.Tx) error {
	s, err := c.make(tx, Signed)
	if err != nil {
		return err
	}
	if c.Attach != nil {
		attach := *c.Attach
		attach.Order, attach.Task, attach.Deliverable, attach.Kind = s.Order, "", "", Signature
		if err := attach.Do(tx); err != nil {
			return err
		}
		s.Signature = EvidenceItems.NewID(tx, "")
	} else if c.Signature != "" {
		e, err := EvidenceItems.Get(tx, c.Signature)
		if err != nil {
			return err
		}
		if e.Order != s.Order || e.Kind != Signature {
			return fault.Invalidf("signature", "%s is no signature on this order", e.ID).With("signoff.signature")
		}
		s.Signature = e.ID
	}
	if err := s.replace(tx, "answered: signed by "+s.Name, Requested); err != nil {
		return err
	}
	tx.Emit("signoff.signed", s.ID, map[string]any{"order": s.Order, "name": s.Name, "hash": s.Hash})
	return SignOffs.Put(tx, s)
}

// RefuseSignOff records that a person does not accept what is there now, and why. What
// was signed before on the same thing no longer counts: the last word does.
type RefuseSignOff struct{ Signing }

// Name implements store.Command.
func (c *RefuseSignOff) Name() string { return "signoff.refuse.v1" }

// Do implements store.Command.
func (c *RefuseSignOff) Do(tx *store.Tx) error {
	s, err := c.make(tx, RefusedBy)
	if err != nil {
		return err
	}
	if s.Why, err = reasonFor(tx.Env.Reason, "say why it was refused"); err != nil {
		return err
	}
	if err := s.replace(tx, "refused by "+s.Name+": "+s.Why, Requested, Signed); err != nil {
		return err
	}
	tx.Emit("signoff.refused", s.ID, map[string]any{"order": s.Order, "name": s.Name, "why": s.Why})
	return SignOffs.Put(tx, s)
}
