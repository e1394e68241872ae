package work

import "callout/store"

// EditWorkOrder changes the fields that are given. A changed priority moves the due
// times, under the policy that the order has pinned.
type EditWorkOrder struct {
	ID          store.ID  `json:"id"`
	Title       *string   `json:"title,omitempty"`
	Description *string   `json:"description,omitempty"`
	Reference   *string   `json:"reference,omitempty"`
	Priority    *Priority `json:"priority,omitempty"`
	Asset       *store.ID `json:"asset,omitempty"`
	Branch      *store.ID `json:"branch,omitempty"`
	Parent      *store.ID `json:"parent,omitempty"` // empty takes it out of the tree
	// CallbackOf is the order whose work it goes back to, for the Cause; empty takes that back.
	CallbackOf *store.ID `json:"callback_of,omitempty"`
	Cause      *Cause    `json:"cause,omitempty"`
}

// Name implements store.Command.
func (c *EditWorkOrder) Name() string { return "work_order.edit.v1" }

// Undoable implements store.Undoable.
func (c *EditWorkOrder) Undoable() {}

// Do implements store.Command.
func (c *EditWorkOrder) Do(tx *store.Tx) error {
	w, err := unfinishedOrder(tx, c.ID, "it cannot be edited")
	if err != nil {
		return err
	}
	zone := w.Zone
	set(&w.Title, c.Title)
	set(&w.Description, c.Description)
	set(&w.Reference, c.Reference)
	set(&w.Asset, c.Asset)
	set(&w.Branch, c.Branch)
	if c.Asset != nil || c.Branch != nil {
		if err := w.place(tx); err != nil {
			return err
		}
		w.Zone = zone // as it was at creation
	}
	if c.Parent != nil && *c.Parent != w.Parent {
		if w.Parent = *c.Parent; w.Parent != "" {
			if _, err := openOrder(tx, w.Parent, "it can have no new child"); err != nil {
				return err
			}
		}
	}
	if c.CallbackOf != nil || c.Cause != nil {
		original, cause := w.CallbackOf, w.Cause
		set(&original, c.CallbackOf)
		set(&cause, c.Cause)
		if original == "" && c.Cause == nil {
			cause = ""
		}
		if err := w.goBackTo(tx, original, cause); err != nil {
			return err
		}
	}
	priority := w.Priority
	set(&w.Priority, c.Priority)
	if err := w.tidy(); err != nil {
		return err
	}
	if w.Priority != priority {
		if err := w.setClock(tx); err != nil {
			return err
		}
	}
	tx.Returns(w.ID, w.Number)
	tx.Emit("work_order.edited", w.ID, nil)
	return WorkOrders.Put(tx, w)
}

// RepinWorkOrder moves an order to the newest revisions of its work type, its SLA policy
// and of those of its checklists that nobody has answered or acknowledged yet, and
// computes the due times anew. Tasks and deliverables that the order has stay as they
// are: they are this order's by now.
type RepinWorkOrder struct {
	ID store.ID `json:"id"`
}

// Name implements store.Command.
func (c *RepinWorkOrder) Name() string { return "work_order.repin.v1" }

// Undoable implements store.Undoable.
func (c *RepinWorkOrder) Undoable() {}

// Do implements store.Command.
func (c *RepinWorkOrder) Do(tx *store.Tx) error {
	w, err := openOrder(tx, c.ID, "its pins cannot be moved")
	if err != nil {
		return err
	}
	if pin, ok := w.Pins[PinWorkType]; ok {
		_, pin, err := WorkTypes.Newest(tx, pin.Name)
		if err != nil {
			return err
		}
		w.pin(PinWorkType, pin)
	}
	if err := w.pinSLA(tx, w.Pins[PinSLA].Name); err != nil {
		return err
	}
	for run, err := range ChecklistRuns.By(tx, "order", store.K(w.ID)) {
		if err != nil {
			return err
		}
		if err := run.repin(tx); err != nil {
			return err
		}
	}
	tx.Returns(w.ID, w.Number)
	tx.Emit("work_order.repinned", w.ID, map[string]any{"pins": w.Pins})
	return WorkOrders.Put(tx, w)
}
