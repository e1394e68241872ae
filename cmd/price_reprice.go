package cmd

import (
	"context"
	"slices"
	"time"

	"callout/billing"
	"callout/money"
	"callout/store"

	"github.com/spf13/cobra"
)

func differenceList() List[billing.Difference] {
	price := func(p billing.Priced) any {
		if p.Price == nil {
			return nil
		}
		return *p.Price
	}
	amount := func(p billing.Priced) any {
		if p.Price == nil {
			return nil
		}
		return p.Amount
	}
	return List[billing.Difference]{
		Key:   func(d billing.Difference) string { return d.Number },
		Empty: "every charge that is kept would come to the same",
		Columns: []Column[billing.Difference]{
			{Name: "order", Value: func(d billing.Difference) any { return d.Number }},
			{Name: "text", Value: func(d billing.Difference) any { return d.Text }},
			{Name: "state", Value: func(d billing.Difference) any { return string(d.State) }},
			{Name: "was_price", Title: "WAS", Right: true, Value: func(d billing.Difference) any { return price(d.Was) }},
			{Name: "now_price", Title: "NOW", Right: true, Value: func(d billing.Difference) any { return price(d.Now) }},
			{Name: "difference", Right: true, Value: func(d billing.Difference) any {
				if d.Delta == nil {
					return nil
				}
				return *d.Delta
			}},
			{Name: "now_by", Title: "BY", Value: func(d billing.Difference) any { return d.Now.By }},
			{Name: "stays", Value: func(d billing.Difference) any { return d.Stays }},
			{Name: "was_amount", Detail: true, Value: func(d billing.Difference) any { return amount(d.Was) }},
			{Name: "now_amount", Detail: true, Value: func(d billing.Difference) any { return amount(d.Now) }},
			{Name: "was_qty", Detail: true, Value: func(d billing.Difference) any { return d.Was.Qty }},
			{Name: "now_qty", Detail: true, Value: func(d billing.Difference) any { return d.Now.Qty }},
			{Name: "was_by", Detail: true, Value: func(d billing.Difference) any { return d.Was.By }},
			{Name: "version", Detail: true, Value: func(d billing.Difference) any { return d.Version }},
			{Name: "charge", Detail: true, Value: func(d billing.Difference) any { return string(d.Charge) }},
			{Name: "source", Detail: true, Value: func(d billing.Difference) any { return string(d.Source) }},
		},
	}
}

func newPriceRepriceCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "reprice [WO...]", Short: "Price the kept charges of orders by what is agreed now", Writes: true,
		Long: "A price that is dated back changes no charge that was made. With --dry-run the charges are listed that would come to something\n" +
			"else now. Without it, those that are not billed get a new version, and a document that they stand on becomes a draft\n" +
			"again and needs another approval. Without an order, all orders with kept charges are looked at.",
		Example: "callout price reprice --dry-run\ncallout price reprice WO-1001",
		Fields:  append(resultList().Names(), differenceList().Names()...),
		Run: func(ctx context.Context, args []string) error {
			refs, err := a.IDs(ctx, args)
			if err != nil {
				return err
			}
			if a.DryRun() {
				found, err := a.differences(ctx, refs)
				if err != nil {
					return err
				}
				return differenceList().Print(a, Rows(found))
			}
			if len(args) == 0 {
				if refs, err = a.toReprice(ctx); err != nil {
					return err
				}
			}
			if err := a.confirmMany(ctx, "callout price reprice", len(refs), slices.Equal(args, []string{"-"})); err != nil {
				return err
			}
			out, err := a.newResults(len(args) == 1 && args[0] != "-")
			if err != nil {
				return err
			}
			for _, res := range a.ActEach(ctx, refs, Action{Build: func(r store.Reader, ref string) (store.Command, error) {
				id, err := findOrder(r, ref)
				return &billing.RepriceOrder{Order: id}, err
			}}) {
				if err := out.add(res); err != nil {
					return err
				}
			}
			if err := out.flush(); err != nil {
				return err
			}
			return out.close()
		},
	})
}

// differences reads what would come out differently on orders, or on all.
func (a *App) differences(ctx context.Context, refs []string) (found []billing.Difference, err error) {
	err = a.View(ctx, func(r store.Reader) error {
		var ids []store.ID
		for _, ref := range refs {
			id, err := findOrder(r, ref)
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		if len(refs) == 0 {
			if ids, err = billing.Repriceable(r); err != nil {
				return err
			}
		}
		for _, id := range ids {
			d, err := billing.Differences(r, id, a.Now())
			if err != nil {
				return err
			}
			found = append(found, d...)
		}
		return nil
	})
	return found, err
}

// toReprice lists the orders of which a charge would get a new version.
func (a *App) toReprice(ctx context.Context) ([]string, error) {
	found, err := a.differences(ctx, nil)
	var refs []string
	for _, d := range found {
		if d.Stays == "" && (len(refs) == 0 || refs[len(refs)-1] != string(d.Order)) {
			refs = append(refs, string(d.Order))
		}
	}
	return refs, err
}

// pricedCharge is what one piece of work comes to, and why.
type pricedCharge struct {
	Source   store.ID            `json:"source"`
	Part     string              `json:"part,omitempty"`
	Text     string              `json:"text"`
	On       string              `json:"on"`
	Qty      money.Quantity      `json:"qty"`
	Unit     billing.Unit        `json:"unit"`
	Price    *money.Price        `json:"price,omitempty"`
	WithTax  bool                `json:"with_tax,omitempty"` // the price includes the tax; the amount never does
	Amount   money.Amount        `json:"amount"`
	State    billing.ChargeState `json:"state,omitempty"` // of one that is kept
	Contract store.Pin           `json:"contract,omitzero"`
	Book     store.Pin           `json:"book,omitzero"`
	Problems []string            `json:"problems,omitempty"`
	Trace    []billing.PriceStep `json:"trace"`
}

// pricesOf reads how everything on an order is priced.
func pricesOf(r store.Reader, order store.ID, now time.Time) ([]pricedCharge, error) {
	charges, err := billing.ChargesOf(r, order, now)
	var out []pricedCharge
	for i := range charges {
		c := &charges[i]
		p := pricedCharge{
			Source: c.Source, Part: c.Part, Text: c.Text, On: c.On.String(), Qty: c.Qty, Unit: c.Unit, Price: c.Price,
			WithTax: c.WithTax, Amount: c.Amount, Contract: c.Contract, Book: c.Book, Problems: c.Problems(), Trace: c.Trace,
		}
		if c.ID != "" {
			p.State = c.State
		}
		out = append(out, p)
	}
	return out, err
}
