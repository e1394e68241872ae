package cmd

import (
	"context"

	"callout/billing"
	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// agreementRow is an agreement with its customer's name.
type agreementRow struct {
	work.AgreementRow
	customer string
}

func agreementList() List[agreementRow] {
	return List[agreementRow]{
		Key:   func(g agreementRow) string { return g.Name },
		Empty: "nothing is agreed on yet",
		Columns: []Column[agreementRow]{
			{Name: "name", Value: func(g agreementRow) any { return g.Name }},
			{Name: "customer", Value: func(g agreementRow) any { return g.customer }},
			{Name: "from", Value: func(g agreementRow) any { return g.Valid.From.String() }},
			{Name: "to", Value: func(g agreementRow) any { return g.Valid.To.String() }},
			{Name: "repeat", Value: func(g agreementRow) any { return g.Repeat }},
			{Name: "next", Value: func(g agreementRow) any { return g.Next.String() }},
			{Name: "id", Detail: true, Value: func(g agreementRow) any { return string(g.ID) }},
		},
	}
}

func newAgreementListCmd(a *App) *cobra.Command {
	var customer string
	var limit int
	return a.Verb(Verb{
		Use: "list", Short: "List the agreements by name",
		Example: "callout agreement list --customer Mill",
		Fields:  agreementList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&customer, "customer", "", "only those of this `CUSTOMER`")
			limitVar(f, &limit, "at most `N` agreements")
		},
		Run: func(ctx context.Context, _ []string) error {
			of, err := a.resolve(ctx, findCustomer, customer)
			if err != nil {
				return err
			}
			index, rng := "name", store.Range{}
			key := func(g work.AgreementRow) store.Key { return indexKey(g.ID, foldName(g.Name)) }
			if of != "" {
				index, rng = "customer", store.Prefix(store.K(of))
				key = func(g work.AgreementRow) store.Key { return indexKey(g.ID, g.Customer, foldName(g.Name)) }
			}
			called := map[store.ID]string{}
			rows := paged(ctx, a, work.Agreements, index, rng, key, func(r store.Reader, g *work.AgreementRow) (bool, error) {
				(&names{r, called}).of(g.Customer)
				return true, nil
			})
			return agreementList().Print(a, first(limit, mapRows(rows, func(g work.AgreementRow) agreementRow { return agreementRow{g, called[g.Customer]} })))
		},
	})
}

// agreementView is an agreement as `show` prints it.
type agreementView struct {
	*work.Agreement
	CustomerName string            `json:"customer_name"`
	Balances     []billing.Balance `json:"balances"`
	Orders       []*work.WorkOrder `json:"orders"`

	names map[store.ID]string
}

func newAgreementShowCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "show AGREEMENT", Short: "Show an agreement with its orders",
		Example: `callout agreement show "Gold care"`,
		Fields: []string{
			"id", "name", "customer", "customer_name", "places", "valid", "repeat", "at", "on_holiday", "ahead_days", "order", "fee", "fee_tax_class",
			"includes", "rank", "hide", "skipped", "made_by", "ended", "balances", "orders",
		},
		Run: func(ctx context.Context, args []string) error {
			v := agreementView{Orders: []*work.WorkOrder{}, names: map[store.ID]string{}}
			err := a.View(ctx, func(r store.Reader) error {
				id, err := findAgreement(r, args[0])
				if err != nil {
					return err
				}
				if v.Agreement, err = work.Agreements.Get(r, id); err != nil {
					return err
				}
				n := &names{r, v.names}
				v.CustomerName = n.of(v.Customer)
				for i := range v.Places {
					n.of(v.Places[i].ID())
				}
				today, err := a.dayNamed(r, "today", "today")
				if err != nil {
					return err
				}
				if v.Balances, err = billing.BalancesOf(r, v.Agreement, today); err != nil {
					return err
				}
				return gather(&v.Orders, work.WorkOrders.By(r, "agreement", store.K(id)))
			})
			if err != nil {
				return err
			}
			return a.Show(v.Name, v, func(p *Page) { v.draw(p) })
		},
	})
}

func (v *agreementView) draw(p *Page) {
	p.Title("%s", v.Name)
	p.Field("Id", string(v.ID))
	p.Field("Customer", v.CustomerName)
	p.Field("Valid", v.Valid.String())
	if v.Ended != nil {
		p.Field("Ended", v.Ended.Reason)
	}
	p.Field("Orders", v.Repeat.String())
	p.Field("Begins at", v.At)
	p.Field("On holidays", string(v.Holidays))
	if v.Ahead > 0 {
		p.Field("Made", howMany(v.Ahead, "day")+" ahead")
	}
	if v.Fee != nil {
		p.Field("Fee", v.Fee.String()+" each time")
	}
	for i := range v.Includes {
		p.Field("Includes", v.Includes[i].String())
	}
	p.Section("Places")
	var rows [][]any
	for i := range v.Places {
		rows = append(rows, []any{v.names[v.Places[i].ID()], v.Places[i].Next.String()})
	}
	p.Table([]string{"place", "next order for"}, rows)
	if len(v.Balances) > 0 {
		p.Section("Included")
		rows = nil
		for _, b := range v.Balances {
			rows = append(rows, []any{b.Entitlement, b.Period.String(), b.Included.Add(b.Carried).String(), b.Used.String(), b.Left.String()})
		}
		p.Table([]string{"what", "period", "included", "used", "left"}, rows)
	}
	if len(v.Orders) > 0 {
		p.Section("Orders")
		rows = nil
		for _, w := range v.Orders {
			rows = append(rows, []any{w.Number, string(w.Status), w.Occurrence.String(), w.Title})
		}
		p.Table([]string{"number", "status", "for", "title"}, rows)
	}
	if len(v.Skipped) > 0 {
		p.Section("Left out")
		rows = nil
		for _, s := range v.Skipped {
			rows = append(rows, []any{s.On.String(), v.names[s.Place], s.Reason})
		}
		p.Table([]string{"day", "place", "why"}, rows)
	}
}
