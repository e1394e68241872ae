package work

import (
	"fmt"
	"slices"
	"time"

	"callout/approval"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// Deliverable is evidence or a customer's sign-off that must exist before billing.
type Deliverable struct {
	store.Record
	Order  store.ID `json:"order"`
	N      int      `json:"n"` // 1, 2, … within the order
	Title  string   `json:"title"`
	Needs  Needs    `json:"needs"`
	Waived *Waiver  `json:"waived,omitempty"`
	// Asked is set while somebody asks to waive it, and several people have to agree.
	Asked *Waiver `json:"asked,omitempty"`
}

// Needs says what satisfies a deliverable.
type Needs string

// What a deliverable may need.
const (
	NeedsSignOff  Needs = "signoff"
	NeedsPhoto    Needs = "photo"
	NeedsDocument Needs = "document"
	NeedsReading  Needs = "reading"
)

// AllNeeds lists what a deliverable may need.
func AllNeeds() []Needs { return []Needs{NeedsSignOff, NeedsPhoto, NeedsDocument, NeedsReading} }

// Validate refuses what no deliverable needs.
func (n Needs) Validate() error {
	if !slices.Contains(AllNeeds(), n) {
		return fault.Invalidf("needs", "%q is nothing to need; there are signoff, photo, document and reading", n).
			With("deliverable.needs")
	}
	return nil
}

// Waiver is one person's word that something may be missing.
type Waiver struct {
	By     store.ID  `json:"by"`
	At     time.Time `json:"at"` // authority's time
	Reason string    `json:"reason"`
	// With are those who granted it, where By has asked for it.
	With []store.ID `json:"with,omitempty"`
}

// People are all who let it go together.
func (w *Waiver) People() []store.ID { return append([]store.ID{w.By}, w.With...) }

// DeliverableRow is what a list of deliverables shows.
type DeliverableRow struct {
	ID     store.ID `json:"id"`
	Order  store.ID `json:"order"`
	N      int      `json:"n"`
	Title  string   `json:"title"`
	Needs  Needs    `json:"needs"`
	Waived bool     `json:"waived,omitempty"`
}

// Deliverables holds the deliverables, by order and number.
var Deliverables = store.Define(store.Def[Deliverable, DeliverableRow]{
	Name: "deliverable", Prefix: "del", Title: "deliverable",
	Row: func(d *Deliverable) DeliverableRow {
		return DeliverableRow{d.ID, d.Order, d.N, d.Title, d.Needs, d.Waived != nil}
	},
	Indexes: []store.Index[Deliverable]{{
		Name: "order", Unique: true,
		Keys: func(d *Deliverable) []store.Key { return []store.Key{store.K(d.Order, d.N)} },
	}},
})

// Ref is how people and pipes name the deliverable: WO-1042/1.
func (d *Deliverable) Ref(w *WorkOrder) string { return fmt.Sprintf("%s/%d", w.Number, d.N) }

// FindDeliverable resolves what a person typed for a deliverable: an id, or ORDER/NUMBER.
func FindDeliverable(r store.Reader, ref string) (store.ID, error) {
	return findNumbered(r, Deliverables.Prefix(), "deliverable", ref, Deliverables.IDs)
}

// Satisfaction says how a deliverable stands.
type Satisfaction struct {
	OK     bool
	Waived bool
	By     []store.ID // the evidence or sign-offs that satisfy it
	Why    string     // why it is not satisfied
	Fix    string     // what to type about it
}

// Satisfied says whether the evidence or the sign-off that a deliverable needs is there.
// Evidence counts once its bytes are at the authority; a sign-off counts while it is
// signed and not superseded, for this deliverable or for the whole order.
func Satisfied(r store.Reader, w *WorkOrder, d *Deliverable) (Satisfaction, error) {
	var s Satisfaction
	var err error
	if d.Needs == NeedsSignOff {
		err = s.bySignOff(r, w, d)
	} else {
		err = s.byEvidence(r, w, d)
	}
	if err != nil {
		return Satisfaction{}, err
	}
	s.OK = len(s.By) > 0
	if s.OK {
		s.Why, s.Fix = "", ""
	} else if d.Waived != nil {
		s = Satisfaction{OK: true, Waived: true}
	} else if d.Asked != nil {
		s.Why += "; waiving it is asked for, and waits for others"
	}
	return s, nil
}

func (s *Satisfaction) byEvidence(r store.Reader, w *WorkOrder, d *Deliverable) error {
	s.Why = fmt.Sprintf("no %s is attached to it", d.Needs)
	s.Fix = fmt.Sprintf("callout evidence add %s FILE --deliverable %d", w.Number, d.N)
	if d.Needs == NeedsReading {
		s.Fix = fmt.Sprintf("callout evidence add %s --deliverable %d --value NUMBER --unit UNIT", w.Number, d.N)
	}
	for e, err := range EvidenceItems.By(r, "order", store.K(w.ID)) {
		if err != nil {
			return err
		}
		if e.Deliverable != d.ID || string(e.Kind) != string(d.Needs) {
			continue
		}
		if e.Here() {
			s.By = append(s.By, e.ID)
			continue
		}
		s.Why, s.Fix = fmt.Sprintf("the file %s has not arrived yet", e.File), "callout sync"
	}
	return nil
}

func (s *Satisfaction) bySignOff(r store.Reader, w *WorkOrder, d *Deliverable) error {
	s.Why = "nobody has signed"
	s.Fix = fmt.Sprintf("callout signoff record %s --name \"…\"", w.Number)
	for so, err := range SignOffs.By(r, "order", store.K(w.ID)) {
		if err != nil {
			return err
		}
		if so.Deliverable != "" && so.Deliverable != d.ID {
			continue
		}
		if !so.Current(w) {
			if so.State == Signed {
				s.Why = fmt.Sprintf("%s signed for revision %d; nobody has signed for revision %d", so.Name, so.rev(), w.Rev())
			}
			continue
		}
		switch so.State {
		case Signed:
			s.By = append(s.By, so.ID)
		case RefusedBy:
			s.Why = fmt.Sprintf("%s refused to sign: %s", so.Name, so.Why)
		case Superseded:
			s.Why = fmt.Sprintf("what %s was shown no longer counts: %s", so.Name, so.Superseded)
		case Requested:
			s.Why = "it has been asked for and not been answered yet"
		}
	}
	return nil
}

// AddDeliverable adds a deliverable to an order.
type AddDeliverable struct {
	Order store.ID `json:"order"`
	Title string   `json:"title"`
	Needs Needs    `json:"needs"`
}

// Name implements store.Command.
func (c *AddDeliverable) Name() string { return "deliverable.add.v1" }

// Undoable implements store.Undoable.
func (c *AddDeliverable) Undoable() {}

// Do implements store.Command.
func (c *AddDeliverable) Do(tx *store.Tx) error {
	w, err := unfinishedOrder(tx, c.Order, "a deliverable cannot be added")
	if err != nil {
		return err
	}
	d := &Deliverable{Order: w.ID, N: 1, Needs: c.Needs}
	if d.Title, err = required("title", c.Title, "a deliverable needs a title"); err != nil {
		return err
	}
	if err := c.Needs.Validate(); err != nil {
		return err
	}
	last := store.Prefix(store.K(w.ID))
	last.Reverse = true
	for row, err := range Deliverables.Rows(tx, "order", last) {
		if err != nil {
			return err
		}
		d.N = row.N + 1
		break
	}
	d.ID = Deliverables.NewID(tx, "")
	tx.Returns(d.ID, d.Ref(w))
	tx.Emit("deliverable.added", d.ID, map[string]any{"order": w.ID, "needs": d.Needs})
	return Deliverables.Put(tx, d)
}

// WaiveDeliverable records that a deliverable may be missing, and why. Where four eyes
// are needed, nobody waives proof of their own work: whoever did a task of the order or
// recorded its completion is refused, and whoever waived may not record the completion.
// A waiver is a decision and is never taken back.
type WaiveDeliverable struct {
	ID store.ID `json:"id"`
}

// Name implements store.Command.
func (c *WaiveDeliverable) Name() string { return "deliverable.waive.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *WaiveDeliverable) CountsWhenRecorded() {}

// Do implements store.Command.
func (c *WaiveDeliverable) Do(tx *store.Tx) error {
	d, err := Deliverables.Get(tx, c.ID)
	if err != nil {
		return err
	}
	w, err := unfinishedOrder(tx, d.Order, "its deliverables cannot be waived")
	if err != nil {
		return err
	}
	s, err := Satisfied(tx, w, d)
	if err != nil {
		return err
	}
	if d.Waived != nil || s.OK {
		return fault.Conflictf("deliverable %d of %s (%s) is satisfied or waived already", d.N, w.Number, d.Title).
			With("deliverable.settled").Hint("callout deliverable list %s", w.Number)
	}
	reason, err := reasonFor(tx.Env.Reason, "say why it may be missing")
	if err != nil {
		return err
	}
	if err := mayWaive(tx, w); err != nil {
		return err
	}
	tx.Returns(d.ID, d.Ref(w))
	given := &Waiver{By: tx.Env.Actor.ID, At: tx.Env.RecordedAt, Reason: reason}
	if several, err := approval.TakesSeveral(tx, approval.ForWaiver, nil); err != nil {
		return err
	} else if several {
		return d.ask(tx, w, given)
	}
	if err := approval.MayGrant(tx, approval.ForWaiver, d.Title+" of "+w.Number, nil); err != nil {
		return err
	}
	d.Waived = given
	tx.Emit("deliverable.waived", d.ID, map[string]any{"order": w.ID, "reason": reason})
	return Deliverables.Put(tx, d)
}

// mayWaive refuses, where four eyes are needed, whoever did the work.
func mayWaive(tx *store.Tx, w *WorkOrder) error {
	policy, _, err := approval.Current(tx)
	if err != nil || policy.Mode == approval.Single {
		return err
	}
	did := w.CompletedBy == tx.Env.Actor.ID
	for t, err := range Tasks.By(tx, "order", store.K(w.ID)) {
		if err != nil {
			return err
		}
		did = did || t.DoneBy == tx.Env.Actor.ID
	}
	if !did {
		return nil
	}
	name, err := party.NameOf(tx, tx.Env.Actor.ID)
	if err != nil {
		return err
	}
	return fault.Refusedf("%s did or completed the work of %s and so may not waive proof of it", name, w.Number).
		With("deliverable.self").Hint("someone else waives: --as NAME")
}

// noWaiverOf refuses, where four eyes are needed, that somebody who waived a deliverable
// of an order also records its completion.
func noWaiverOf(tx *store.Tx, order store.ID) error {
	policy, _, err := approval.Current(tx)
	if err != nil || policy.Mode == approval.Single {
		return err
	}
	for d, err := range Deliverables.By(tx, "order", store.K(order)) {
		if err != nil {
			return err
		}
		given := d.Waived
		if given == nil {
			given = d.Asked
		}
		if given == nil || !slices.Contains(given.People(), tx.Env.Actor.ID) {
			continue
		}
		name, err := party.NameOf(tx, tx.Env.Actor.ID)
		if err != nil {
			return err
		}
		return fault.Refusedf("%s waived the deliverable %s and so may not record the completion", name, d.Title).
			With("deliverable.self").Hint("someone else completes: --as NAME")
	}
	return nil
}
