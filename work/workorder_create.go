package work

import (
	"cmp"
	"fmt"

	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// CreateWorkOrder opens an order. When the customer asked is when the command occurred.
type CreateWorkOrder struct {
	Customer    store.ID       `json:"customer"`
	Site        store.ID       `json:"site"`
	Asset       store.ID       `json:"asset,omitempty"`
	Branch      store.ID       `json:"branch,omitempty"` // the site's when empty
	Title       string         `json:"title,omitempty"`  // the work type's name when empty
	Description string         `json:"description,omitempty"`
	Reference   string         `json:"reference,omitempty"`
	Priority    Priority       `json:"priority,omitempty"` // the work type's, or normal, when empty
	WorkType    string         `json:"work_type,omitempty"`
	SLA         string         `json:"sla,omitempty"` // the customer's, or else the work type's, when empty
	Parent      store.ID       `json:"parent,omitempty"`
	After       []Prerequisite `json:"after,omitempty"`
	CallbackOf  store.ID       `json:"callback_of,omitempty"` // whose work it goes back to
	Cause       Cause          `json:"cause,omitempty"`       // and why
	// Agreement is one of the customer's whose included hours and visits the order may draw on.
	Agreement store.ID `json:"agreement,omitempty"`
	Imported  string   `json:"imported,omitempty"`
}

// Name implements store.Command.
func (c *CreateWorkOrder) Name() string { return "work_order.create.v1" }

// Undoable implements store.Undoable.
func (c *CreateWorkOrder) Undoable() {}

// Do implements store.Command.
func (c *CreateWorkOrder) Do(tx *store.Tx) error { return c.create(tx, &WorkOrder{}) }

// create opens the order, of which w says what no command does: the day of an agreement that
// it is made for.
func (c *CreateWorkOrder) create(tx *store.Tx, w *WorkOrder) error {
	*w = WorkOrder{
		Agreement: c.Agreement, Occurrence: w.Occurrence, PlannedFor: w.PlannedFor,
		Customer: c.Customer, Site: c.Site, Asset: c.Asset, Branch: c.Branch,
		Title: c.Title, Description: c.Description, Reference: c.Reference,
		Priority: c.Priority, Status: New, CreatedBy: tx.Env.Actor.ID,
		OpenedAt: tx.Env.OccurredAt, Imported: c.Imported,
	}
	if err := w.place(tx); err != nil {
		return err
	}
	if err := w.underAgreement(tx); err != nil {
		return err
	}
	customer, err := Customers.Get(tx, w.Customer)
	if err != nil {
		return err
	}
	kind, err := c.template(tx, w)
	if err != nil {
		return err
	}
	if err := w.tidy(); err != nil {
		return err
	}
	w.ID = WorkOrders.NewID(tx, "")
	if err := w.pinSLA(tx, cmp.Or(c.SLA, customer.SLA, kind.SLA)); err != nil {
		return err
	}
	if w.Parent = c.Parent; w.Parent != "" {
		if _, err := openOrder(tx, w.Parent, "it can have no new child"); err != nil {
			return err
		}
	}
	if err := w.goBackTo(tx, c.CallbackOf, c.Cause); err != nil {
		return err
	}
	for _, p := range c.After {
		if err := w.waitFor(tx, p); err != nil {
			return err
		}
	}
	if w.Number, err = tx.TakeNumber(numbers, w.ID); err != nil {
		return err
	}
	if err := WorkOrders.Put(tx, w); err != nil {
		return err
	}
	if err := fill(tx, w, kind); err != nil {
		return err
	}
	tx.Returns(w.ID, w.Number)
	tx.Emit("work_order.created", w.ID, map[string]any{
		"customer": w.Customer, "site": w.Site, "title": w.Title, "priority": w.Priority,
	})
	return nil
}

// place checks customer, site, asset and branch against one another.
func (w *WorkOrder) place(r store.Reader) error {
	customer, err := Customers.Get(r, w.Customer)
	if err != nil {
		return err
	}
	site, err := Sites.Get(r, w.Site)
	if err != nil {
		return err
	}
	if site.Customer != w.Customer {
		return fault.Invalidf("site", "the site %s is not one of %s", site.Name, customer.Name).With("work_order.site").
			Hint("callout site list --customer %q", customer.Name)
	}
	w.Zone = site.Zone
	if w.Asset != "" {
		asset, err := Assets.Get(r, w.Asset)
		if err != nil {
			return err
		}
		if asset.Site != w.Site {
			return fault.Invalidf("asset", "the asset %s is not at the site %s", asset.Name, site.Name).With("work_order.asset").
				Hint("callout asset list --site %q", site.Name)
		}
	}
	if w.Branch == "" {
		w.Branch = site.Branch
	}
	if w.Branch != "" {
		if _, err := party.Branches.Get(r, w.Branch); err != nil {
			return err
		}
	}
	return nil
}

// tidy checks the texts of an order.
func (w *WorkOrder) tidy() (err error) {
	if w.Title, err = required("title", w.Title, "a work order needs a title, or a work type to take it from"); err != nil {
		return err
	}
	if w.Description, err = prose("description", w.Description); err != nil {
		return err
	}
	if err := w.Priority.Validate(); err != nil {
		return err
	}
	return lines(lineField{"reference", &w.Reference}, lineField{"imported", &w.Imported})
}

// template reads the work type, pins it, and takes over what the command left open.
func (c *CreateWorkOrder) template(r store.Reader, w *WorkOrder) (*WorkType, error) {
	kind := &WorkType{}
	if c.WorkType != "" {
		body, pin, err := WorkTypes.Newest(r, c.WorkType)
		if err != nil {
			return nil, err
		}
		kind = body
		w.pin(PinWorkType, pin)
		w.Title = cmp.Or(w.Title, pin.Name)
	}
	w.Priority = cmp.Or(w.Priority, kind.Priority, Normal)
	return kind, nil
}

func (w *WorkOrder) pin(kind string, pin store.Pin) {
	if w.Pins == nil {
		w.Pins = map[string]store.Pin{}
	}
	w.Pins[kind] = pin
}

// pinSLA pins the newest revision of a policy, if one is named, and computes the due times.
func (w *WorkOrder) pinSLA(r store.Reader, name string) error {
	if name != "" {
		_, pin, err := SLAs.Newest(r, name)
		if err != nil {
			return err
		}
		w.pin(PinSLA, pin)
	}
	return w.setClock(r)
}

// fill gives a new order the tasks, checklists and deliverables of its work type.
func fill(tx *store.Tx, w *WorkOrder, kind *WorkType) error {
	for i, tt := range kind.Tasks {
		t := &Task{
			Order: w.ID, N: i + 1, Title: tt.Title, Skills: tt.Skills, Minutes: tt.Minutes,
			Evidence: tt.Evidence, Optional: tt.Optional, Status: TaskOpen,
		}
		t.ID = Tasks.NewID(tx, fmt.Sprintf("%s/%d", w.ID, t.N))
		if err := Tasks.Put(tx, t); err != nil {
			return err
		}
		if err := attachChecklists(tx, t, tt.Checklists); err != nil {
			return err
		}
	}
	for i, dt := range kind.Deliverables {
		d := &Deliverable{Order: w.ID, N: i + 1, Title: dt.Title, Needs: dt.Needs}
		d.ID = Deliverables.NewID(tx, fmt.Sprintf("%s/%d", w.ID, d.N))
		if err := Deliverables.Put(tx, d); err != nil {
			return err
		}
	}
	return nil
}
