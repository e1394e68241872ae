package cmd

import (
	"context"

	"callout/billing"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newItemCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "item", Short: "Parts, services and expenses on a work order", Group: GroupMoney},
		newItemAddCmd(a), newItemEditCmd(a), newItemListCmd(a), newItemRemoveCmd(a), newItemCorrectCmd(a),
		newCoverCmd(a, "cover ITEM...", "an item", "callout item cover ITEM --kind goodwill --reason \"we broke it\""))
}

// itemFlags are the fields of an item.
type itemFlags struct {
	task, part, service, expense, text, qty, unit, price, tax, cost, discount string

	accept string
}

func (i *itemFlags) add(f *pflag.FlagSet) {
	f.StringVar(&i.task, "task", "", "the `TASK` it belongs to: its number within the order")
	f.StringVar(&i.text, "text", "", "what an invoice says: `TEXT`")
	f.StringVar(&i.qty, "qty", "1", "how many: `QTY`; a negative one is a credit")
	f.StringVar(&i.unit, "unit", "", "what is counted: `UNIT`, such as pcs, h, m, kg or l")
	f.StringVar(&i.price, "price", "", "the price of one, named by hand instead of taken from the price book: `AMOUNT`")
	f.StringVar(&i.tax, "tax", "", "its `TAX-CLASS`")
	f.StringVar(&i.cost, "cost", "", "what one costs the shop: `AMOUNT` (unknown when left out, unless the catalogue knows)")
	f.StringVar(&i.discount, "discount", "", "what is taken off, for the --reason given: `DISCOUNT`, 5% or an amount of the whole line; 0 takes it back")
	choiceVar(f, &i.accept, "accept", "", []string{"margin"}, "sell it below its floor, with a --reason")
}

func newItemAddCmd(a *App) *cobra.Command {
	var i itemFlags
	return a.Verb(Verb{
		Use: "add WO", Short: "Record a part used, a service done or an expense", Writes: true,
		Long: "Exactly one of --part, --service and --expense says what it is. Without a price in the book or by hand it has none, and\n" +
			"the gate says so: nothing is priced at 0 by accident.",
		Example: "callout item add WO-1001 --task 2 --part PUMP-25 --qty 1\n" +
			"callout item add WO-1001 --service FLUSH --qty 1 --price 120.00\n" +
			`callout item add WO-1001 --expense "parking" --price 12.50 --cost 12.50` + "\n" +
			`callout item add WO-1001 --part PUMP-25 --qty 2 --discount 10% --reason "second pump"`,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			i.add(f)
			f.StringVar(&i.part, "part", "", "the `PART`, by its code")
			f.StringVar(&i.service, "service", "", "the service, by its `CODE`")
			f.StringVar(&i.expense, "expense", "", "an expense, in words: `TEXT`")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				order, err := findOrder(r, args[0])
				if err != nil {
					return nil, err
				}
				c := &billing.AddItem{Order: order, Text: i.text, TaxClass: i.tax, AcceptMargin: i.accept != ""}
				if c.Kind, c.Ref, err = i.what(); err != nil {
					return nil, err
				}
				if c.Kind == billing.ExpenseItem {
					c.Text = i.expense
				}
				if c.Task, err = within(r, order, i.task, work.FindTask); err != nil {
					return nil, err
				}
				if c.Qty, err = money.ParseQuantity("qty", i.qty); err != nil {
					return nil, err
				}
				if c.Unit, err = billing.ParseUnit("unit", i.unit); err != nil {
					return nil, err
				}
				if c.Price, err = priceFlag("price", i.price); err != nil {
					return nil, err
				}
				if c.Cost, err = priceFlag("cost", i.cost); err != nil {
					return nil, err
				}
				c.Discount, err = discountFlag(r, i.discount)
				return c, err
			}})
		},
	})
}

// what reads the one flag that says what an item is.
func (i *itemFlags) what() (kind billing.ItemKind, ref string, err error) {
	given := 0
	for _, f := range []struct {
		kind  billing.ItemKind
		value string
	}{{billing.PartItem, i.part}, {billing.ServiceItem, i.service}, {billing.ExpenseItem, i.expense}} {
		if f.value != "" {
			given++
			kind, ref = f.kind, f.value
		}
	}
	if given != 1 {
		return "", "", fault.Invalidf("", "say what it is: exactly one of --part, --service and --expense").With("usage").
			Hint("callout item add --help")
	}
	if kind == billing.ExpenseItem {
		ref = ""
	}
	return kind, ref, nil
}

func newItemEditCmd(a *App) *cobra.Command {
	var i itemFlags
	var flags *pflag.FlagSet
	return a.Verb(Verb{
		Use: "edit ITEM", Short: "Change an item that is not billed", Writes: true,
		Example: "callout item edit item_06h0kz801xydv834z1614e7bzg --price 310.00",
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			flags = f
			i.add(f)
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				return i.edit(r, args[0], flags)
			}})
		},
	})
}

// edit makes the command from the flags that were given.
func (i *itemFlags) edit(r store.Reader, ref string, flags *pflag.FlagSet) (store.Command, error) {
	old, err := billing.LineItems.Find(r, ref)
	if err != nil {
		return nil, err
	}
	c := &billing.EditItem{Item: old.ID, AcceptMargin: i.accept != "", Text: edited(flags, "text", i.text), TaxClass: edited(flags, "tax", i.tax)}
	if flags.Changed("task") {
		task, err := within(r, old.Order, i.task, work.FindTask)
		if err != nil {
			return nil, err
		}
		c.Task = &task
	}
	if flags.Changed("qty") {
		qty, err := money.ParseQuantity("qty", i.qty)
		if err != nil {
			return nil, err
		}
		c.Qty = &qty
	}
	if flags.Changed("unit") {
		unit, err := billing.ParseUnit("unit", i.unit)
		if err != nil {
			return nil, err
		}
		c.Unit = &unit
	}
	if c.Price, err = priceFlag("price", i.price); err != nil {
		return nil, err
	}
	if c.Cost, err = priceFlag("cost", i.cost); err != nil {
		return nil, err
	}
	c.Discount, err = discountFlag(r, i.discount)
	return c, err
}

func newItemRemoveCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "remove ITEM...", Short: "Take items off their orders", Writes: true, Danger: Bulk,
		Example: `callout item remove item_06h0kz801xydv834z1614e7bzg --reason "was for another house"`,
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, Action{
				Build: func(r store.Reader, ref string) (store.Command, error) {
					id, err := billing.LineItems.FindID(r, ref)
					return &billing.RemoveItem{Item: id}, err
				},
				Note: func(store.Receipt) string { return "removed" },
			})
		},
	})
}

// lineItemRow is an item as lists show it.
type lineItemRow struct {
	billing.ItemRow
	zone     string
	currency money.Currency
}

func lineItemList() List[lineItemRow] {
	return List[lineItemRow]{
		Key:   func(i lineItemRow) string { return string(i.ID) },
		Empty: "the order has no items",
		Columns: []Column[lineItemRow]{
			{Name: "id", Value: func(i lineItemRow) any { return string(i.ID) }},
			{Name: "kind", Drop: 1, Value: func(i lineItemRow) any { return string(i.Kind) }},
			{Name: "text", Least: 16, Value: func(i lineItemRow) any { return i.Text }},
			{Name: "qty", Right: true, Value: func(i lineItemRow) any { return i.Qty }},
			{Name: "unit", Value: func(i lineItemRow) any { return i.Unit }},
			{Name: "price", Title: "PRICE BY HAND", Right: true, Value: func(i lineItemRow) any { return unitPrice{i.Price, i.currency} }},
			{Name: "discount", Detail: true, Value: func(i lineItemRow) any { return discountWord(i.Discount) }},
			{Name: "at", Value: func(i lineItemRow) any { return local(i.At, i.zone) }},
			{Name: "ref", Detail: true, Value: func(i lineItemRow) any { return i.Ref }},
			{Name: "task_id", Detail: true, Value: func(i lineItemRow) any { return string(i.Task) }},
			{Name: "removed", Detail: true, Value: func(i lineItemRow) any { return i.Removed }},
		},
	}
}

func newItemListCmd(a *App) *cobra.Command {
	var all bool
	return a.Verb(Verb{
		Use: "list WO", Short: "List the items of an order",
		Example: "callout item list WO-1001",
		Fields:  lineItemList().Names(),
		Flags:   func(f *pflag.FlagSet) { f.BoolVar(&all, "all", false, "also those that were removed") },
		Run: func(ctx context.Context, args []string) error {
			var rows []lineItemRow
			err := a.View(ctx, func(r store.Reader) error {
				w, _, err := orderPlace(r, args[0])
				if err != nil {
					return err
				}
				cur, err := companyCurrency(r)
				if err != nil {
					return err
				}
				for i, err := range billing.LineItems.Rows(r, "order", store.Prefix(store.K(w.ID))) {
					if err != nil {
						return err
					}
					if all || !i.Removed {
						rows = append(rows, lineItemRow{i, w.Zone, cur})
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			return lineItemList().Print(a, Rows(rows))
		},
	})
}
