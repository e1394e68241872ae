package cmd

import (
	"context"
	"iter"
	"slices"
	"time"

	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// orderRow is a work order as lists show it.
type orderRow struct {
	work.WorkOrderRow
	customer, site, parent string

	sla work.TargetState // the target that presses most, if there is one
	now time.Time
}

func orderList() List[orderRow] {
	return List[orderRow]{
		Key:   func(w orderRow) string { return w.Number },
		Empty: "no work orders match",
		Columns: []Column[orderRow]{
			{Name: "number", Value: func(w orderRow) any { return w.Number }},
			{Name: "status", Value: func(w orderRow) any { return string(w.Status) }, Style: orderStyle},
			{Name: "priority", Drop: 2, Value: func(w orderRow) any { return string(w.Priority) }},
			{Name: "title", Least: 20, Value: func(w orderRow) any { return w.Title }},
			{Name: "customer", Drop: 1, Value: func(w orderRow) any { return w.customer }},
			{Name: "site", Drop: 3, Value: func(w orderRow) any { return w.site }},
			{Name: "opened_at", Title: "OPENED", Value: func(w orderRow) any { return local(w.Opened, w.Zone) }},
			{Name: "sla", Title: "SLA", Right: true, Value: func(w orderRow) any { return slaText(w.sla, w.now) }, Style: func(w orderRow) role { return slaStyle(w.sla.State) }},
			{Name: "resolve_by", Detail: true, Value: func(w orderRow) any { return local(w.Resolve, w.Zone) }},
			{Name: "sla_state", Detail: true, Value: func(w orderRow) any { return string(w.sla.State) }},
			{Name: "sla_target", Detail: true, Value: func(w orderRow) any { return string(w.sla.Target) }},
			{Name: "sla_due", Detail: true, Value: func(w orderRow) any { return local(w.sla.Due, w.Zone) }},
			{Name: "parent", Detail: true, Value: func(w orderRow) any { return w.parent }},
			{Name: "id", Detail: true, Value: func(w orderRow) any { return string(w.ID) }},
			{Name: "customer_id", Detail: true, Value: func(w orderRow) any { return string(w.Customer) }},
			{Name: "site_id", Detail: true, Value: func(w orderRow) any { return string(w.Site) }},
		},
	}
}

// orderStyle colours a status by what it asks of people.
func orderStyle(w orderRow) role {
	switch w.Status {
	case work.OnHold:
		return caution
	case work.Completed, work.Closed:
		return good
	case work.Canceled:
		return faint
	}
	return plain
}

func statuses() []string {
	var out []string
	for _, s := range work.Statuses() {
		out = append(out, string(s))
	}
	return out
}

func newOrderListCmd(a *App) *cobra.Command {
	var l orderLister
	return a.Verb(Verb{
		Use: "list", Short: "List work orders, the newest first",
		Long: "Without a filter the orders come by status, in the order of an order's life, and within a status by when they were\n" +
			"opened.",
		Example: "callout wo list --status new,scheduled --limit 20\n" +
			"callout wo list --sla breached,at-risk\n" +
			"callout wo list --customer Mill -o csv\n" +
			"callout wo list --status completed -o name | callout wo close -",
		Fields: orderList().Names(),
		Flags: func(f *pflag.FlagSet) {
			choicesVar(f, &l.status, "status", statuses(), "only those with one of these statuses")
			f.StringVar(&l.customer, "customer", "", "only those of this `CUSTOMER`")
			choicesVar(f, &l.sla, "sla", slaStates(), "only those whose most pressing SLA target stands like this")
			f.StringVar(&l.parent, "parent", "", "only the parts of this `WO`")
			limitVar(f, &l.limit, "at most `N` orders")
			f.BoolVar(&l.oldest, "oldest-first", false, "begin with the oldest")
		},
		Run: func(ctx context.Context, _ []string) error { return l.print(ctx, a) },
	})
}

// orderLister is one run of the list.
type orderLister struct {
	status, sla      []string
	customer, parent string
	limit            int
	oldest           bool

	now    time.Time
	called map[store.ID]string // names looked up so far
}

func (l *orderLister) print(ctx context.Context, a *App) error {
	customer, err := a.resolve(ctx, findCustomer, l.customer)
	if err != nil {
		return err
	}
	parent, err := a.resolve(ctx, findOrder, l.parent)
	if err != nil {
		return err
	}
	l.now = a.Now().UTC()
	l.called = map[store.ID]string{}
	var rows iter.Seq2[work.WorkOrderRow, error]
	switch {
	case parent != "":
		rows = l.under(ctx, a, "parent", store.K(parent), func(w work.WorkOrderRow) bool { return customer == "" || w.Customer == customer })
	case customer != "":
		rows = l.under(ctx, a, "customer", store.K(customer), func(work.WorkOrderRow) bool { return true })
	default:
		rows = l.byStatus(ctx, a)
	}
	shown := mapRows(rows, func(w work.WorkOrderRow) orderRow {
		t, _ := w.Clock.Pressing(l.now)
		return orderRow{w, l.called[w.Customer], l.called[w.Site], l.called[w.Parent], t, l.now}
	})
	return orderList().Print(a, first(l.limit, shown))
}

// byStatus reads one status after the other off the status index.
func (l *orderLister) byStatus(ctx context.Context, a *App) iter.Seq2[work.WorkOrderRow, error] {
	wanted := l.status
	l.status = nil
	return func(yield func(work.WorkOrderRow, error) bool) {
		for _, s := range work.Statuses() {
			if len(wanted) > 0 && !slices.Contains(wanted, string(s)) {
				continue
			}
			for row, err := range l.under(ctx, a, "status", store.K(string(s)), func(work.WorkOrderRow) bool { return true }) {
				if !yield(row, err) {
					return
				}
			}
		}
	}
}

// under reads the orders under a key of an index whose next field is when they were opened.
func (l *orderLister) under(
	ctx context.Context, a *App, index string, prefix store.Key, keep func(work.WorkOrderRow) bool,
) iter.Seq2[work.WorkOrderRow, error] {
	rng := store.Prefix(prefix)
	rng.Reverse = !l.oldest
	key := func(w work.WorkOrderRow) store.Key {
		return append(append(append(store.Key(nil), prefix...), store.K(w.Opened)...), w.ID...)
	}
	return paged(ctx, a, work.WorkOrders, index, rng, key, func(r store.Reader, w *work.WorkOrderRow) (bool, error) {
		if len(l.status) > 0 && !slices.Contains(l.status, string(w.Status)) || !keep(*w) {
			return false, nil
		}
		if t, _ := w.Clock.Pressing(l.now); len(l.sla) > 0 && !slices.Contains(l.sla, string(t.State)) {
			return false, nil
		}
		n := names{r, l.called}
		n.of(w.Customer)
		n.of(w.Site)
		n.of(w.Parent)
		return true, nil
	})
}
