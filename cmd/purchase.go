package cmd

import (
	"context"

	"callout/billing"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newPurchaseOrderCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "purchase-order", Aliases: []string{"po"}, Short: "Customers' own orders, which invoices name and do not exceed", Group: GroupMoney},
		newPurchaseAddCmd(a), newPurchaseEditCmd(a), newPurchaseRequireCmd(a), newPurchaseListCmd(a))
}

func newPurchaseAddCmd(a *App) *cobra.Command {
	var amount string
	var v validFlags
	return a.Verb(Verb{
		Use: "add CUSTOMER NUMBER", Short: "Record an order of a customer", Writes: true,
		Long: "A work order refers to it by its reference (callout wo edit WO --reference NUMBER). The gate then asks that invoices under it stay\n" +
			"within its amount, before tax, and its days.",
		Example: "callout purchase-order add Mill 4500012345 --amount 5000 --to 2027-01-01",
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&amount, "amount", "", "up to what sum, before tax: `AMOUNT`")
			v.add(f)
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					id, err := findCustomer(r, args[0])
					if err != nil {
						return nil, err
					}
					c := &billing.AddPurchaseOrder{Customer: id, Number: args[1]}
					if c.Amount, err = amountFlag(r, "amount", amount); err != nil {
						return nil, err
					}
					c.Valid, err = v.read(a)
					return c, err
				},
				Note: func(store.Receipt) string { return "added the order " + args[1] },
			})
		},
	})
}

func newPurchaseEditCmd(a *App) *cobra.Command {
	var amount string
	var v validFlags
	return a.Verb(Verb{
		Use: "edit PURCHASE-ORDER", Short: "Change what a customer's order covers", Writes: true,
		Example: "callout purchase-order edit po_06h0kz801xydv834z1614e7bzg --amount 7500",
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&amount, "amount", "", "up to what sum, before tax: `AMOUNT`")
			v.add(f)
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					id, err := billing.PurchaseOrders.FindID(r, args[0])
					if err != nil {
						return nil, err
					}
					p, err := billing.PurchaseOrders.Get(r, id)
					if err != nil {
						return nil, err
					}
					c := &billing.EditPurchaseOrder{ID: id}
					if c.Amount, err = amountFlag(r, "amount", amount); err != nil {
						return nil, err
					}
					span, err := v.read(a)
					if err != nil {
						return nil, err
					}
					if v.from == "" {
						span.From = p.Valid.From
					}
					if v.to == "" {
						span.To = p.Valid.To
					}
					c.Valid = &span
					return c, nil
				},
			})
		},
	})
}

func newPurchaseRequireCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "require CUSTOMER yes|no", Short: "Say whether a customer pays only what names an order of theirs", Writes: true,
		Long:    "Then no invoice without a reference is approved; where orders of the customer are on record, it must be one of them.",
		Example: "callout purchase-order require Mill yes",
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					id, err := findCustomer(r, args[0])
					return &billing.RequirePurchaseOrder{Customer: id, Required: args[1] == "yes"}, err
				},
				Note: func(store.Receipt) string { return "order numbers required: " + args[1] },
			})
		},
	})
}

// purchaseRow is a customer's order as the list shows it.
type purchaseRow struct {
	billing.PurchaseOrder
	customer string
}

func purchaseList() List[purchaseRow] {
	return List[purchaseRow]{
		Key:   func(p purchaseRow) string { return string(p.ID) },
		Empty: "no customer's order is on record",
		Columns: []Column[purchaseRow]{
			{Name: "id", Value: func(p purchaseRow) any { return string(p.ID) }},
			{Name: "customer", Value: func(p purchaseRow) any { return p.customer }},
			{Name: "number", Value: func(p purchaseRow) any { return p.Number }},
			{Name: "amount", Right: true, Value: func(p purchaseRow) any { return p.amount() }},
			{Name: "from", Value: func(p purchaseRow) any { return dateOrNothing(p.Valid.From) }},
			{Name: "to", Value: func(p purchaseRow) any { return dateOrNothing(p.Valid.To) }},
		},
	}
}

// amount is the limit, or nothing.
func (p purchaseRow) amount() any {
	if p.Amount == nil {
		return nil
	}
	return *p.Amount
}

func newPurchaseListCmd(a *App) *cobra.Command {
	var customer string
	return a.Verb(Verb{
		Use: "list", Short: "List customers' orders",
		Example: "callout purchase-order list --customer Mill",
		Fields:  purchaseList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&customer, "customer", "", "only those of this `CUSTOMER`")
		},
		Run: func(ctx context.Context, _ []string) error {
			var rows []purchaseRow
			err := a.View(ctx, func(r store.Reader) error {
				of, err := optional(findCustomer, r, customer)
				if err != nil {
					return err
				}
				key := store.Key(nil)
				if of != "" {
					key = store.K(of)
				}
				n := namesOf(r)
				for p, err := range billing.PurchaseOrders.By(r, "number", key) {
					if err != nil {
						return err
					}
					rows = append(rows, purchaseRow{*p, n.of(p.Customer)})
				}
				return nil
			})
			if err != nil {
				return err
			}
			return purchaseList().Print(a, Rows(rows))
		},
	})
}
