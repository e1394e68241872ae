package cmd

import (
	"context"

	"callout/calendar"
	"callout/money"
	"callout/shop/report"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newReportCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "report", Short: "How the shop stands: work in progress, margins, first visits", Group: GroupMoney},
		newReportWIPCmd(a), newReportUnbilledCmd(a), newReportMarginCmd(a), newReportFirstVisitCmd(a),
		newReportUtilisationCmd(a), newSLAReportOf(a, "sla", "callout report sla"))
}

// marginRow is a group's margin with the name that people know it by.
type marginRow struct {
	report.MarginLine
	name string
}

func marginList() List[marginRow] {
	return List[marginRow]{
		Key:   func(v marginRow) string { return v.name },
		Empty: "nothing was released then",
		Columns: []Column[marginRow]{
			{Name: "group", Value: func(v marginRow) any { return v.name }},
			{Name: "revenue", Right: true, Value: func(v marginRow) any { return v.Revenue }},
			{Name: "cost", Right: true, Value: func(v marginRow) any { return v.Cost }},
			{Name: "margin", Right: true, Value: func(v marginRow) any {
				if m, ok := v.Margin.Amount(); ok {
					return m
				}
				return nil
			}},
			{Name: "margin_percent", Title: "MARGIN %", Right: true, Value: func(v marginRow) any { return percentOrNone(v.Percent()) }},
			{Name: "unknown_costs", Title: "WITHOUT COST", Right: true, Value: func(v marginRow) any { return v.Cost.Unknowns() }},
			{Name: "known_cost", Detail: true, Value: func(v marginRow) any { return v.Cost.KnownPart() }},
			{Name: "lines", Detail: true, Value: func(v marginRow) any { return v.Allocations }},
		},
	}
}

func newReportMarginCmd(a *App) *cobra.Command {
	var by, from, to string
	return a.Verb(Verb{
		Use: "margin", Short: "Say what released documents left over, by customer, technician, work type or order",
		Long: "Adds up what was released, less what was credited, by the date of issue, with the cost as frozen at the release. While a\n" +
			"cost is unknown so is the margin, and the column WITHOUT COST counts what is missing. What an agreed price cost is unknown here:\n" +
			"`callout wo show` tells it. Parts and agreed prices have no technician: they stand in a group without a name.",
		Example: "callout report margin --by customer --from 2026-03-01 --to 2026-04-01\ncallout report margin --by work-type -o csv",
		Fields:  marginList().Names(),
		Flags: func(f *pflag.FlagSet) {
			choiceVar(f, &by, "by", string(report.ByCustomer), groupWords(report.MarginGroups()), "a line for each customer, technician, work type or order")
			f.StringVar(&from, "from", "", "only documents issued on this `DAY` or later")
			f.StringVar(&to, "to", "", "only documents issued before this `DAY`")
		},
		Run: func(ctx context.Context, _ []string) error {
			var rows []marginRow
			err := a.View(ctx, func(r store.Reader) error {
				if _, _, err := a.period(r, from, to); err != nil {
					return err
				}
				first, err := dayOrNone("from", from)
				if err != nil {
					return err
				}
				last, err := dayOrNone("to", to)
				if err != nil {
					return err
				}
				lines, err := report.Margins(r, report.By(by), first, last)
				rows = groupRows(r, by, lines, func(l report.MarginLine) string { return l.Group }, func(l report.MarginLine, name string) marginRow {
					return marginRow{l, name}
				})
				return err
			})
			if err != nil {
				return err
			}
			return marginList().Print(a, Rows(rows))
		},
	})
}

// dayOrNone reads a day that may be left out.
func dayOrNone(field, s string) (calendar.Date, error) {
	if s == "" {
		return calendar.Date{}, nil
	}
	return calendar.ParseDate(field, s)
}

// wipRow is an order of the work in progress with its customer's name.
type wipRow struct {
	report.WIPLine
	customer string
}

func wipList() List[wipRow] {
	sum := func(name, title string, of func(wipRow) money.Amount) Column[wipRow] {
		return Column[wipRow]{Name: name, Title: title, Right: true, Value: func(v wipRow) any { return of(v) }}
	}
	return List[wipRow]{
		Key:   func(v wipRow) string { return v.Order.Number },
		Empty: "all work is billed",
		Columns: []Column[wipRow]{
			{Name: "number", Value: func(v wipRow) any { return v.Order.Number }},
			{Name: "customer", Value: func(v wipRow) any { return v.customer }},
			{Name: "status", Drop: 2, Value: func(v wipRow) any { return string(v.Order.Status) }},
			sum("unbilled", "", func(v wipRow) money.Amount { return v.Unbilled }),
			sum("on_open_invoices", "ON DRAFTS", func(v wipRow) money.Amount { return v.OnInvoice }),
			{Name: "cost", Title: "COST", Right: true, Value: func(v wipRow) any { return v.Cost }},
			{Name: "undecided", Right: true, Value: func(v wipRow) any { return v.Unapproved }},
			{Name: "unpriced", Title: "NO PRICE", Right: true, Value: func(v wipRow) any { return v.Unpriced }},
			{Name: "days", Right: true, Value: func(v wipRow) any { return v.Days }},
			{Name: "unknown_costs", Detail: true, Value: func(v wipRow) any { return v.Cost.Unknowns() }},
			{Name: "title", Detail: true, Value: func(v wipRow) any { return v.Order.Title }},
		},
	}
}

func newReportWIPCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "wip", Short: "List the orders with work that is not billed",
		Long: "What is approved and on no document (with discounts and surcharges agreed on documents), what stands on documents that are not released, what the whole order has cost so far,\n" +
			"how many entries of time nobody has decided upon, what has no price, and the days since work began.",
		Example: "callout report wip\ncallout report wip -o csv",
		Fields:  wipList().Names(),
		Run: func(ctx context.Context, _ []string) error {
			var rows []wipRow
			err := a.View(ctx, func(r store.Reader) error {
				lines, err := report.WIP(r, a.Now().UTC())
				n := namesOf(r)
				for _, l := range lines {
					rows = append(rows, wipRow{l, n.of(l.Order.Customer)})
				}
				return err
			})
			if err != nil {
				return err
			}
			return wipList().Print(a, Rows(rows))
		},
	})
}

// unbilledRow is a charge on no document with its customer's name.
type unbilledRow struct {
	report.UnbilledLine
	customer string
}

func unbilledList() List[unbilledRow] {
	return List[unbilledRow]{
		Key:   func(v unbilledRow) string { return string(v.Charge.Source) },
		Empty: "everything that is approved is on a document",
		Columns: []Column[unbilledRow]{
			{Name: "source", Value: func(v unbilledRow) any { return string(v.Charge.Source) }},
			{Name: "order", Value: func(v unbilledRow) any { return v.Order.Number }},
			{Name: "customer", Drop: 1, Value: func(v unbilledRow) any { return v.customer }},
			{Name: "on", Value: func(v unbilledRow) any { return v.Charge.On.String() }},
			{Name: "text", Least: 16, Value: func(v unbilledRow) any { return v.Charge.Text }},
			{Name: "qty", Right: true, Value: func(v unbilledRow) any { return v.Qty }},
			{Name: "unit", Value: func(v unbilledRow) any { return spoken{string(v.Charge.Unit), v.Charge.Unit.String()} }},
			{Name: "amount", Right: true, Value: func(v unbilledRow) any {
				if v.Worth == nil {
					return nil
				}
				return *v.Worth
			}},
			{Name: "kind", Detail: true, Value: func(v unbilledRow) any { return string(v.Charge.Kind) }},
			{Name: "part", Detail: true, Value: func(v unbilledRow) any { return v.Charge.Part }},
		},
	}
}

func newReportUnbilledCmd(a *App) *cobra.Command {
	var customer string
	return a.Verb(Verb{
		Use: "unbilled", Short: "List what is approved and on no document",
		Long: "Each charge of approved time, items and milestones that are reached, with what is left of it. Without a price it has no amount.\n" +
			"Discounts and surcharges that are agreed on documents as a whole stand behind them, as they would on one document for all of it.",
		Example: "callout report unbilled\ncallout report unbilled --customer Mill --fields order,text,amount",
		Fields:  unbilledList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&customer, "customer", "", "only work for this `CUSTOMER`")
		},
		Run: func(ctx context.Context, _ []string) error {
			var rows []unbilledRow
			err := a.View(ctx, func(r store.Reader) error {
				var who store.ID
				if customer != "" {
					id, err := findCustomer(r, customer)
					if err != nil {
						return err
					}
					who = id
				}
				lines, err := report.Unbilled(r, who, a.Now().UTC())
				n := namesOf(r)
				for _, l := range lines {
					rows = append(rows, unbilledRow{l, n.of(l.Order.Customer)})
				}
				return err
			})
			if err != nil {
				return err
			}
			return unbilledList().Print(a, Rows(rows))
		},
	})
}
