package cmd

import (
	"context"

	"callout/billing"
	"callout/money"
	"callout/party"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// paymentRow is a payment as lists show it.
type paymentRow struct {
	billing.PaymentRow
	customer string
}

// signed is what it adds to what the customer has paid.
func (p paymentRow) signed() money.Amount {
	if p.Owed {
		return p.Amount.Neg()
	}
	return p.Amount
}

func paymentList() List[paymentRow] {
	return List[paymentRow]{
		Key:   func(p paymentRow) string { return p.Number },
		Empty: "no payments match",
		Columns: []Column[paymentRow]{
			{Name: "number", Title: "PAYMENT", Value: func(p paymentRow) any { return p.Number }},
			{Name: "on", Value: func(p paymentRow) any { return p.On }},
			{Name: "kind", Value: func(p paymentRow) any { return string(p.Kind) }},
			{Name: "customer", Value: func(p paymentRow) any { return p.customer }},
			{Name: "amount", Right: true, Value: func(p paymentRow) any { return p.signed() }},
			{Name: "method", Value: func(p paymentRow) any { return string(p.Method) }},
			{Name: "reference", Value: func(p paymentRow) any { return p.Reference }},
			{Name: "id", Detail: true, Value: func(p paymentRow) any { return string(p.ID) }},
		},
	}
}

func newPaymentListCmd(a *App) *cobra.Command {
	var customer, from, to string
	var limit int
	return a.Verb(Verb{
		Use: "list", Short: "List payments, refunds, write-offs and reversals",
		Long:    "What went back or was taken back is negative.",
		Example: "callout payment list --customer Mill\ncallout payment list --from 2026-03-01 --to 2026-04-01 -o csv",
		Fields:  paymentList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&customer, "customer", "", "only those of this `CUSTOMER`")
			f.StringVar(&from, "from", "", "only those of this `DAY` or later")
			f.StringVar(&to, "to", "", "only those before this `DAY`")
			limitVar(f, &limit, "at most `N` payments")
		},
		Run: func(ctx context.Context, _ []string) error {
			of, err := a.resolve(ctx, findCustomer, customer)
			if err != nil {
				return err
			}
			valid, err := (&validFlags{from, to}).read(a)
			if err != nil {
				return err
			}
			index, head := "on", []any{}
			if of != "" {
				index, head = "customer", []any{of}
			}
			rng := store.Prefix(store.K(head...))
			if from != "" {
				rng.Lo = store.K(append(head, valid.From.String())...)
			}
			if to != "" {
				rng.Hi = store.K(append(head, valid.To.String())...)
			}
			called := map[store.ID]string{}
			rows := paged(ctx, a, billing.Payments, index, rng,
				func(p billing.PaymentRow) store.Key { return indexKey(p.ID, append(head, p.On.String())...) },
				func(r store.Reader, p *billing.PaymentRow) (bool, error) {
					(&names{r, called}).of(p.Customer)
					return true, nil
				})
			return paymentList().Print(a, first(limit, mapRows(rows, func(p billing.PaymentRow) paymentRow {
				return paymentRow{p, called[p.Customer]}
			})))
		},
	})
}

func newPaymentShowCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "show PAYMENT", Short: "Show a payment and what it pays for",
		Example: "callout payment show PAY-1001",
		Fields:  []string{"payment", "settlements", "unused"},
		Run: func(ctx context.Context, args []string) error {
			var v *billing.PaymentView
			var customer string
			var cur money.Currency
			err := a.View(ctx, func(r store.Reader) error {
				id, err := findPayment(r, args[0])
				if err != nil {
					return err
				}
				if v, err = billing.PaymentOf(r, id); err != nil {
					return err
				}
				company, err := party.TheCompany(r)
				if err != nil {
					return err
				}
				cur, customer = company.Currency, namesOf(r).of(v.Payment.Customer)
				return nil
			})
			if err != nil {
				return err
			}
			return a.Show(v.Payment.Number, v, func(p *Page) { drawPayment(p, v, customer, cur) })
		},
	})
}

func drawPayment(p *Page, v *billing.PaymentView, customer string, cur money.Currency) {
	p.Title("%s, %s of %s", v.Payment.Number, v.Payment.Kind, v.Payment.Amount.Format(cur))
	p.Field("customer", customer)
	p.Field("on", v.Payment.On)
	p.Field("method", string(v.Payment.Method))
	p.Field("reference", v.Payment.Reference)
	p.Field("reason", v.Payment.Reason)
	p.Field("not used", v.Unused.Format(cur))
	rows := make([][]any, 0, len(v.Settlements))
	for _, s := range v.Settlements {
		rows = append(rows, []any{s.On, s.With, s.Amount})
	}
	p.Table([]string{"on", "settled with", "amount"}, rows)
}

func ageingList() List[billing.Ageing] {
	sum := func(name, title string, of func(billing.Ageing) money.Amount) Column[billing.Ageing] {
		return Column[billing.Ageing]{Name: name, Title: title, Right: true, Value: func(x billing.Ageing) any { return of(x) }}
	}
	return List[billing.Ageing]{
		Key:   func(x billing.Ageing) string { return x.Name },
		Empty: "nobody owes anything",
		Columns: []Column[billing.Ageing]{
			{Name: "customer", Value: func(x billing.Ageing) any { return x.Name }},
			sum("current", "", func(x billing.Ageing) money.Amount { return x.Current }),
			sum("days_1_30", "1–30", func(x billing.Ageing) money.Amount { return x.Days30 }),
			sum("days_31_60", "31–60", func(x billing.Ageing) money.Amount { return x.Days60 }),
			sum("days_61_90", "61–90", func(x billing.Ageing) money.Amount { return x.Days90 }),
			sum("days_over_90", "90+", func(x billing.Ageing) money.Amount { return x.Older }),
			sum("credit", "", func(x billing.Ageing) money.Amount { return x.Credit }),
			sum("balance", "", func(x billing.Ageing) money.Amount { return x.Balance }),
		},
	}
}

func newPaymentAgeingCmd(a *App) *cobra.Command {
	var on, customer string
	return a.Verb(Verb{
		Use: "ageing", Short: "List who owes what, by how long it has been due",
		Long: "By due date, as of a day. Credit that is not used stands beside what is owed and is taken off the balance only: nobody has\n" +
			"said what it is for.",
		Example: "callout payment ageing\ncallout payment ageing --on 2026-03-31 -o csv",
		Fields:  ageingList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&on, "on", "", "as of the end of this `DAY` (today when left out)")
			f.StringVar(&customer, "customer", "", "only this `CUSTOMER`")
		},
		Run: func(ctx context.Context, _ []string) error {
			var rows []billing.Ageing
			err := a.View(ctx, func(r store.Reader) error {
				day, err := a.dayOr(r, on)
				if err != nil {
					return err
				}
				if customer != "" {
					id, err := findCustomer(r, customer)
					if err != nil {
						return err
					}
					row, err := billing.AgeingOf(r, id, day)
					rows = append(rows, row)
					return err
				}
				for row, err := range billing.AgeingOfAll(r, day) {
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
			return ageingList().Print(a, Rows(rows))
		},
	})
}

func newCustomerStatementCmd(a *App) *cobra.Command {
	var from, to string
	return a.Verb(Verb{
		Use: "statement CUSTOMER", Short: "Print a customer's account: what moved, and what is open",
		Long:    "From --from to --to, both included; without them the whole account up to today.",
		Example: "callout customer statement Mill --from 2026-03-01 --to 2026-03-31",
		Fields:  []string{"customer", "name", "currency", "from", "to", "opening", "lines", "closing", "open", "credit"},
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&from, "from", "", "the first `DAY`")
			f.StringVar(&to, "to", "", "the last `DAY`")
		},
		Run: func(ctx context.Context, args []string) error {
			var s *billing.Statement
			err := a.View(ctx, func(r store.Reader) error {
				id, err := findCustomer(r, args[0])
				if err != nil {
					return err
				}
				span, err := (&validFlags{from, to}).read(a)
				if err == nil && to == "" {
					span.To, err = a.dayOr(r, "")
				}
				if err != nil {
					return err
				}
				s, err = billing.StatementOf(r, id, span.From, span.To)
				return err
			})
			if err != nil {
				return err
			}
			return a.Show(s.Name, s, func(p *Page) { drawStatement(p, s) })
		},
	})
}

func drawStatement(p *Page, s *billing.Statement) {
	p.Title("%s, account up to %s", s.Name, s.To)
	var rows [][]any
	if !s.From.IsZero() {
		rows = append(rows, []any{s.From, "brought forward", "", "", "", s.Opening.Fixed(s.Currency)})
	}
	for _, l := range s.Lines {
		rows = append(rows, []any{l.On, l.Name, l.Kind, l.Reference, l.Amount.Fixed(s.Currency), l.Balance.Fixed(s.Currency)})
	}
	p.Table([]string{"on", "number", "", "reference", "amount", "balance"}, rows)
	p.Line("Balance: %s", s.Closing.Format(s.Currency))
	if len(s.Open) > 0 {
		p.Section("Open")
	}
	rows = nil
	for _, o := range s.Open {
		late := ""
		if o.Overdue > 0 {
			late = howMany(o.Overdue, "day")
		}
		rows = append(rows, []any{o.Name, o.Due, o.Amount.Fixed(s.Currency), o.Open.Fixed(s.Currency), late})
	}
	p.Table([]string{"number", "due", "amount", "open", "overdue"}, rows)
	if !s.Credit.IsZero() {
		p.Line("Not used: %s to the customer's credit", s.Credit.Format(s.Currency))
	}
}
