package cmd

import (
	"context"

	"callout/billing"
	"callout/calendar"
	"callout/money"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newPriceCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "price", Short: "Price books: what time, parts and services sell for", Group: GroupMoney},
		newPriceSetCmd(a), newPriceListCmd(a), newPriceExplainCmd(a), newPriceRepinCmd(a), newPriceRepriceCmd(a),
		newPriceOverrideCmd(a), newPriceAddBookCmd(a), newPriceBooksCmd(a))
}

func newPriceSetCmd(a *App) *cobra.Command {
	var v validFlags
	var c billing.SetPrice
	var unit string
	return a.Verb(Verb{
		Use: "set PRICE-KEY AMOUNT", Short: "Set a price in a book", Writes: true,
		Long: "A key is labour, labour:ROLE, travel, travel:ROLE, part:CODE or service:CODE. Every change makes a new revision of the\n" +
			"book; work orders keep the revision that they were created under until they are repinned. Within a revision\n" +
			"the service date chooses the price.",
		Example: "callout price set labour 96.00 --tax standard\n" +
			"callout price set part:PUMP-25 289.00 --from 2026-07-01",
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			v.add(f)
			f.StringVar(&c.Book, "book", "", "the price `BOOK` (the shop's standard book when left out)")
			f.StringVar(&unit, "unit", "", "what one `UNIT` of it is (hours for time, the part's own, or pieces)")
			f.StringVar(&c.Text, "text", "", "what an invoice calls it: `TEXT`")
			f.StringVar(&c.TaxClass, "tax", "", "its `TAX-CLASS`")
			f.BoolVar(&c.WithTax, "with-tax", false, "the price includes the tax: what the customer pays is fixed, and the net is taken out of it")
			f.StringVar(&c.Group, "group", "", "what a service belongs to, by the `NAME` that contracts price it by")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(store.Reader, string) (store.Command, error) {
					var err error
					cmd := c
					cmd.Key = args[0]
					if cmd.Price, err = money.ParsePrice("amount", args[1]); err != nil {
						return nil, err
					}
					if cmd.Unit, err = billing.ParseUnit("unit", unit); err != nil {
						return nil, err
					}
					cmd.Valid, err = v.read(a)
					return &cmd, err
				},
				Note: func(store.Receipt) string { return args[0] + " at " + args[1] },
			})
		},
	})
}

func priceList(cur money.Currency) List[billing.BookPriceRow] {
	return List[billing.BookPriceRow]{
		Key:   func(p billing.BookPriceRow) string { return p.Key },
		Empty: "the book has no prices yet",
		Columns: []Column[billing.BookPriceRow]{
			{Name: "key", Value: func(p billing.BookPriceRow) any { return p.Key }},
			{Name: "price", Right: true, Value: func(p billing.BookPriceRow) any { return unitPrice{&p.Price, cur} }},
			{Name: "unit", Value: func(p billing.BookPriceRow) any { return p.Unit }},
			{Name: "from", Value: func(p billing.BookPriceRow) any { return dateOrNothing(p.Valid.From) }},
			{Name: "to", Value: func(p billing.BookPriceRow) any { return dateOrNothing(p.Valid.To) }},
			{Name: "tax_class", Title: "TAX", Value: func(p billing.BookPriceRow) any { return p.TaxClass }},
			{Name: "with_tax", Detail: true, Value: func(p billing.BookPriceRow) any { return p.WithTax }},
			{Name: "text", Value: func(p billing.BookPriceRow) any { return p.Text }},
			{Name: "since_rev", Detail: true, Value: func(p billing.BookPriceRow) any { return p.Since }},
			{Name: "id", Detail: true, Value: func(p billing.BookPriceRow) any { return string(p.ID) }},
		},
	}
}

func newPriceListCmd(a *App) *cobra.Command {
	var book string
	return a.Verb(Verb{
		Use: "list", Short: "List what a book says now",
		Example: "callout price list -o csv > prices.csv",
		Fields:  priceList(money.Currency{}).Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&book, "book", "", "the price `BOOK` (the shop's standard book when left out)")
		},
		Run: func(ctx context.Context, _ []string) error {
			var rows []billing.BookPriceRow
			var cur money.Currency
			err := a.View(ctx, func(r store.Reader) (err error) {
				if cur, err = companyCurrency(r); err != nil {
					return err
				}
				for row, err := range billing.CurrentPrices(r, book) {
					if err != nil {
						return err
					}
					rows = append(rows, row)
				}
				return nil
			})
			if err != nil {
				return err
			}
			return priceList(cur).Print(a, Rows(rows))
		},
	})
}

// dayOr is a day as typed, or today in the company's zone.
func (a *App) dayOr(r store.Reader, s string) (calendar.Date, error) {
	if s != "" {
		return a.Date("on", s)
	}
	zone, err := companyZone(r)
	if err != nil {
		return calendar.Date{}, err
	}
	return calendar.DateOf(a.Now(), zone), nil
}

func newPriceRepinCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "repin WO...", Short: "Let orders see the newest contracts, prices and billing rules", Writes: true, Danger: Bulk,
		Example: "callout price repin WO-1001",
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, Action{Build: func(r store.Reader, ref string) (store.Command, error) {
				id, err := findOrder(r, ref)
				return &billing.RepinPrices{Order: id}, err
			}})
		},
	})
}
