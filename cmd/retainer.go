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

func newRetainerCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "retainer", Short: "Money that customers paid ahead without tax, drawn by invoices", Group: GroupMoney},
		newRetainerOpenCmd(a), newRetainerPayCmd(a), newRetainerListCmd(a), newRetainerShowCmd(a))
}

func newRetainerOpenCmd(a *App) *cobra.Command {
	var amount, order, share, keep, reference string
	return a.Verb(Verb{
		Use: "open CUSTOMER TITLE", Short: "Record money that a customer paid ahead, and how it may be drawn", Writes: true,
		Long: "The shop owes it until work is billed against it. Invoices draw it by themselves and less becomes payable; their net and tax stay\n" +
			"what they are. A sum ahead that is taxed is a deposit: callout invoice deposit.",
		Example: "callout retainer open Mill \"Service 2026\" --amount 5000 --share 50 --keep 1000",
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&amount, "amount", "", "what was paid in: `AMOUNT`")
			f.StringVar(&order, "order", "", "for this `WO` only")
			f.StringVar(&share, "share", "", "an invoice draws at most so much of its gross: `PERCENT`")
			f.StringVar(&keep, "keep", "", "what invoices leave in it: `AMOUNT`")
			f.StringVar(&reference, "reference", "", "of the payment, as `TEXT`")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					c := &billing.OpenRetainer{Title: args[1], Reference: reference}
					var err error
					if c.Customer, err = findCustomer(r, args[0]); err != nil {
						return nil, err
					}
					if order != "" {
						if c.Order, err = findOrder(r, order); err != nil {
							return nil, err
						}
					}
					if c.Share, err = percentFlag("share", share); err != nil {
						return nil, err
					}
					if c.Keep, err = amountFlag(r, "keep", keep); err != nil {
						return nil, err
					}
					c.Amount, err = needAmount(r, "amount", amount)
					return c, err
				},
				Note: func(store.Receipt) string { return "opened" },
			})
		},
	})
}

// needAmount reads an amount that may not be left out.
func needAmount(r store.Reader, field, s string) (money.Amount, error) {
	company, err := party.TheCompany(r)
	if err != nil {
		return money.Amount{}, err
	}
	return money.ParseAmount(field, s, company.Currency)
}

func newRetainerPayCmd(a *App) *cobra.Command {
	var amount, reference string
	return a.Verb(Verb{
		Use: "pay RETAINER", Short: "Pay more into a retainer, or with a negative amount give money back", Writes: true,
		Long:    "Giving back needs a --reason, and leaves what open invoices are to draw.",
		Example: "callout retainer pay rtn_06h0kz801xydv834z1614e7bzg --amount 2000 --reference \"bank statement 17\"",
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&amount, "amount", "", "what was paid: `AMOUNT`")
			f.StringVar(&reference, "reference", "", "of the payment, as `TEXT`")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					id, err := billing.Retainers.FindID(r, args[0])
					if err != nil {
						return nil, err
					}
					sum, err := needAmount(r, "amount", amount)
					return &billing.PayRetainer{Retainer: id, Amount: sum, Reference: reference}, err
				},
				Note: func(store.Receipt) string { return "paid " + amount },
			})
		},
	})
}

// retainerRow is a retainer with its balance.
type retainerRow struct {
	billing.Retainer
	Balance  money.Amount `json:"balance"`
	customer string
	order    string
}

func retainerList() List[retainerRow] {
	return List[retainerRow]{
		Key:   func(x retainerRow) string { return string(x.ID) },
		Empty: "nobody has paid ahead",
		Columns: []Column[retainerRow]{
			{Name: "id", Value: func(x retainerRow) any { return string(x.ID) }},
			{Name: "customer", Value: func(x retainerRow) any { return x.customer }},
			{Name: "title", Value: func(x retainerRow) any { return x.Title }},
			{Name: "balance", Right: true, Value: func(x retainerRow) any { return x.Balance }},
			{Name: "share", Right: true, Value: func(x retainerRow) any { return x.Share }},
			{Name: "keep", Right: true, Value: func(x retainerRow) any { return x.Keep }},
			{Name: "order", Value: func(x retainerRow) any { return x.order }},
		},
	}
}

func newRetainerListCmd(a *App) *cobra.Command {
	var customer string
	return a.Verb(Verb{
		Use: "list", Short: "List the retainers with their balances",
		Example: "callout retainer list --customer Mill",
		Fields:  retainerList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&customer, "customer", "", "only those of this `CUSTOMER`")
		},
		Run: func(ctx context.Context, _ []string) error {
			of, err := a.resolve(ctx, findCustomer, customer)
			if err != nil {
				return err
			}
			var rows []retainerRow
			err = a.View(ctx, func(r store.Reader) error {
				n := namesOf(r)
				for x, err := range billing.Retainers.All(r) {
					if err != nil {
						return err
					}
					if of != "" && x.Customer != of {
						continue
					}
					balance, err := billing.RetainerBalance(r, x.ID)
					if err != nil {
						return err
					}
					rows = append(rows, retainerRow{*x, balance, n.of(x.Customer), n.of(x.Order)})
				}
				return nil
			})
			if err != nil {
				return err
			}
			return retainerList().Print(a, Rows(rows))
		},
	})
}

func newRetainerShowCmd(a *App) *cobra.Command {
	list := List[*billing.RetainerEntry]{
		Key:   func(e *billing.RetainerEntry) string { return string(e.ID) },
		Empty: "nothing was paid in",
		Columns: []Column[*billing.RetainerEntry]{
			{Name: "at", Value: func(e *billing.RetainerEntry) any { return e.At }},
			{Name: "kind", Value: func(e *billing.RetainerEntry) any { return string(e.Kind) }},
			{Name: "amount", Right: true, Value: func(e *billing.RetainerEntry) any { return e.Amount }},
			{Name: "reference", Value: func(e *billing.RetainerEntry) any { return e.Reference }},
			{Name: "invoice", Detail: true, Value: func(e *billing.RetainerEntry) any { return string(e.Invoice) }},
			{Name: "id", Detail: true, Value: func(e *billing.RetainerEntry) any { return string(e.ID) }},
		},
	}
	return a.Verb(Verb{
		Use: "show RETAINER", Short: "List what was paid into a retainer and drawn from it",
		Example: "callout retainer show rtn_06h0kz801xydv834z1614e7bzg",
		Fields:  list.Names(),
		Run: func(ctx context.Context, args []string) error {
			var rows []*billing.RetainerEntry
			err := a.View(ctx, func(r store.Reader) error {
				id, err := billing.Retainers.FindID(r, args[0])
				if err != nil {
					return err
				}
				place, err := companyZone(r)
				if err != nil {
					return err
				}
				if err := gather(&rows, billing.RetainerEntries.By(r, "retainer", store.K(id))); err != nil {
					return err
				}
				for _, e := range rows {
					e.At = e.At.In(place.Location())
				}
				return nil
			})
			if err != nil {
				return err
			}
			return list.Print(a, Rows(rows))
		},
	})
}

// completeRetainers offers the retainers.
func (a *App) completeRetainers(ctx context.Context, _ string) ([]Completion, error) {
	var found []Completion
	err := a.View(ctx, func(r store.Reader) error {
		for x, err := range billing.Retainers.All(r) {
			if err != nil || len(found) == maxCompletions {
				return err
			}
			found = append(found, Completion{Value: string(x.ID), Help: x.Title})
		}
		return nil
	})
	return found, err
}
