package intake

import (
	"slices"
	"time"

	"callout/store"
	"callout/work"
)

// ImportOrder brings in one work order with all that it needs: its customer, site and asset
// where they are missing and may be made, a task, and line items. The order is new, and was
// opened when the row says.
type ImportOrder struct {
	From        Origin        `json:"from"`
	Customer    CustomerOf    `json:"customer"`
	Site        SiteOf        `json:"site"`
	Asset       *AssetOf      `json:"asset,omitempty"`
	Branch      string        `json:"branch,omitempty"`
	Title       string        `json:"title,omitempty"`
	Description string        `json:"description,omitempty"`
	Reference   string        `json:"reference,omitempty"`
	Priority    work.Priority `json:"priority,omitempty"`
	WorkType    string        `json:"work_type,omitempty"`
	SLA         string        `json:"sla,omitempty"`
	OpenedAt    time.Time     `json:"opened_at,omitzero"` // when the command occurred, if zero
	// Task is the title of the order's one task, unless its work type gives it tasks; the
	// order's own title if empty.
	Task  string `json:"task,omitempty"`
	Items []Item `json:"items,omitempty"`
}

// Name implements store.Command.
func (c *ImportOrder) Name() string { return "work_order.import.v1" }

// Undoable implements store.Undoable.
func (c *ImportOrder) Undoable() {}

// Do implements store.Command.
func (c *ImportOrder) Do(tx *store.Tx) error { return bring(tx, c) }

func (c *ImportOrder) from() *Origin { return &c.From }

func (c *ImportOrder) steps(tx *store.Tx) (store.ID, string, error) {
	customer, err := c.Customer.find(tx, c.From)
	if err != nil {
		return "", "", err
	}
	site, err := c.Site.find(tx, customer, c.From)
	if err != nil {
		return "", "", err
	}
	var asset store.ID
	if c.Asset != nil {
		if asset, err = c.Asset.find(tx, site, c.From); err != nil {
			return "", "", err
		}
	}
	branch, err := findBranch(tx, c.Branch)
	if err != nil {
		return "", "", err
	}
	return c.open(tx, &work.CreateWorkOrder{
		Customer: customer, Site: site, Asset: asset, Branch: branch,
		Title: c.Title, Description: c.Description, Reference: c.Reference, Priority: c.Priority,
		WorkType: c.WorkType, SLA: c.SLA, Imported: c.From.String(),
	})
}

// open makes the order with its task and items, as of when it was opened.
func (c *ImportOrder) open(tx *store.Tx, create *work.CreateWorkOrder) (store.ID, string, error) {
	if !c.OpenedAt.IsZero() {
		if err := tx.Env.NotAhead("opened_at", c.OpenedAt); err != nil {
			return "", "", err
		}
		defer func(at time.Time) { tx.Env.OccurredAt = at }(tx.Env.OccurredAt)
		tx.Env.OccurredAt = c.OpenedAt.UTC()
	}
	order, number, err := step(tx, "order", create)
	if err != nil {
		return "", "", err
	}
	task, err := c.task(tx, order)
	if err != nil {
		return "", "", err
	}
	for n, item := range c.Items {
		if err := item.add(tx, n, order, task, c.From); err != nil {
			return "", "", err
		}
	}
	return order, number, nil
}

// task returns the task that the items stand on: the first that the work type gave, or
// the one that is made now.
func (c *ImportOrder) task(tx *store.Tx, order store.ID) (store.ID, error) {
	for id, err := range work.Tasks.IDs(tx, "order", store.K(order)) {
		return id, err
	}
	title := c.Task
	if title == "" {
		if err := work.WorkOrders.Peek(tx, order, func(w *work.WorkOrder) { title = w.Title }); err != nil {
			return "", err
		}
	}
	id, _, err := step(tx, "task", &work.AddTask{Order: order, Title: title})
	return id, err
}

func orders() *kind {
	return &kind{
		name: "work-orders",
		fields: slices.Concat(
			[]field{
				{name: "customer", required: true}, {name: "site", required: true}, {name: "asset"},
				{name: "title"}, {name: "opened_at", form: aTime},
			},
			texts("description", "reference", "priority", "work_type", "sla", "branch", "task"),
			assetFields("asset_"), siteFields("site_"), customerFields("customer_"),
		),
		creates: []string{"customer", "site", "asset"},
		items:   true,
		empty:   func() rowCommand { return &ImportOrder{} },
		command: func(c *cells, from Origin) rowCommand {
			o := &ImportOrder{
				From: from, Customer: c.customer("customer", "customer_"), Site: c.site("site", "site_"),
				Branch: c.text("branch"), Title: c.text("title"), Description: c.text("description"),
				Reference: c.text("reference"), Priority: work.Priority(c.text("priority")),
				WorkType: c.text("work_type"), SLA: c.text("sla"), OpenedAt: c.instant("opened_at"),
				Task: c.text("task"), Items: c.items(),
			}
			if a := c.asset("asset", "asset_"); a.Name != "" {
				o.Asset = &a
			}
			return o
		},
	}
}
