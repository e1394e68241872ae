package cmd

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"callout/billing"
	"callout/calendar"
	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newContractCmd(a *App) *cobra.Command {
	return a.Noun(Noun{
		Use: "contract", Short: "What customers and the shop have agreed about prices", Group: GroupMoney,
		Long: "A contract goes before every price book. Of what it agrees, a rate for the very part, service or role goes first, then one\n" +
			"for its group, then a formula; what is agreed for one site goes before what is agreed for all. Every change is a\n" +
			"revision; work orders keep the ones that they were created under until they are repinned.",
	},
		newContractAddCmd(a), newContractEditCmd(a), newContractRulesCmd(a), newContractRateCmd(a), newContractFormulaCmd(a),
		newContractDropCmd(a), newContractEndCmd(a), newContractListCmd(a), newContractShowCmd(a))
}

// findContract resolves a contract by name or id.
func findContract(r store.Reader, ref string) (store.ID, error) {
	return hinted(billing.Contracts.FindID, "callout contract list")(r, ref)
}

// findSites resolves sites of a customer.
func findSites(r store.Reader, customer store.ID, refs []string) ([]store.ID, error) {
	var ids []store.ID
	for _, ref := range refs {
		id, err := work.FindSite(r, customer, ref)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// pricedByVar declares by which day prices are chosen.
func pricedByVar(f *pflag.FlagSet, to *string, otherwise string) {
	choiceVar(f, to, "priced-by", "", []string{string(billing.ByService), string(billing.ByOrder), string(billing.ByIssue)},
		"which day chooses the price: that of the work, of the customer's request or of the document ("+otherwise+" when left out)")
}

func newContractAddCmd(a *App) *cobra.Command {
	var v validFlags
	var customer, by string
	var sites []string
	return a.Verb(Verb{
		Use: "add NAME", Short: "Agree a contract with a customer", Writes: true,
		Example: `callout contract add "Mill 2026" --customer Mill --from 2026-01-01 --to 2027-01-01`,
		Flags: func(f *pflag.FlagSet) {
			v.add(f)
			f.StringVar(&customer, "customer", "", "the `CUSTOMER`")
			f.StringSliceVar(&sites, "site", nil, "only for this `SITE` of theirs; may be repeated")
			pricedByVar(f, &by, "that of the work")
		},
		Required: []string{"customer"},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				c := &billing.AddContract{Contract: args[0], PricedBy: billing.PricingDate(by)}
				var err error
				if c.Customer, err = findCustomer(r, customer); err != nil {
					return nil, err
				}
				if c.Sites, err = findSites(r, c.Customer, sites); err != nil {
					return nil, err
				}
				c.Valid, err = v.read(a)
				return c, err
			}})
		},
	})
}

func newContractEditCmd(a *App) *cobra.Command {
	var v validFlags
	var by string
	var sites []string
	var all bool
	var flags *pflag.FlagSet
	return a.Verb(Verb{
		Use: "edit CONTRACT", Short: "Change when and where a contract holds", Writes: true,
		Example: `callout contract edit "Mill 2026" --to 2028-01-01`,
		Flags: func(f *pflag.FlagSet) {
			flags = f
			v.add(f)
			f.StringSliceVar(&sites, "site", nil, "only for this `SITE` of theirs; may be repeated")
			f.BoolVar(&all, "all-sites", false, "for all of the customer's sites")
			pricedByVar(f, &by, "as it was")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				k, err := billing.Contracts.Find(r, args[0])
				if err != nil {
					return nil, err
				}
				c := &billing.EditContract{Contract: k.ID, PricedBy: edited(flags, "priced-by", billing.PricingDate(by))}
				if flags.Changed("site") || all {
					ids, err := findSites(r, k.Customer, sites)
					if err != nil {
						return nil, err
					}
					c.Sites = &ids
				}
				if !flags.Changed("from") && !flags.Changed("to") {
					return c, nil
				}
				valid, err := v.read(a)
				if !flags.Changed("from") {
					valid.From = k.Terms.Valid.From
				}
				if !flags.Changed("to") {
					valid.To = k.Terms.Valid.To
				}
				c.Valid = &valid
				return c, err
			}})
		},
	})
}

func newContractEndCmd(a *App) *cobra.Command {
	var on string
	return a.Verb(Verb{
		Use: "end CONTRACT", Short: "Let a contract hold no longer", Writes: true, Danger: Bulk,
		Long:     "It goes on counting for work of the days before, and for orders that hold to an earlier revision.",
		Example:  `callout contract end "Mill 2026" --on 2026-10-01`,
		Flags:    func(f *pflag.FlagSet) { f.StringVar(&on, "on", "", "the first `DAY` on which it holds no longer") },
		Required: []string{"on"},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					id, err := findContract(r, args[0])
					if err != nil {
						return nil, err
					}
					day, err := a.Date("on", on)
					return &billing.EndContract{Contract: id, On: day}, err
				},
				Note: func(store.Receipt) string { return "holds no longer from " + on },
			})
		},
	})
}

// contractRow is a contract with its customer's name.
type contractRow struct {
	billing.ContractRow
	customer string
}

func contractList() List[contractRow] {
	return List[contractRow]{
		Key:   func(c contractRow) string { return c.Name },
		Empty: "there are no contracts; price books count",
		Columns: []Column[contractRow]{
			{Name: "name", Value: func(c contractRow) any { return c.Name }},
			{Name: "customer", Value: func(c contractRow) any { return c.customer }},
			{Name: "from", Value: func(c contractRow) any { return dateOrNothing(c.Valid.From) }},
			{Name: "to", Value: func(c contractRow) any { return dateOrNothing(c.Valid.To) }},
			{Name: "sites", Value: func(c contractRow) any { return sitesWord(c.Sites) }},
			{Name: "rev", Right: true, Value: func(c contractRow) any { return c.Rev }},
			{Name: "priced_by", Detail: true, Value: func(c contractRow) any { return pricedByWord(c.PricedBy) }},
			{Name: "id", Detail: true, Value: func(c contractRow) any { return string(c.ID) }},
		},
	}
}

func sitesWord(n int) string {
	if n == 0 {
		return "all"
	}
	return fmt.Sprint(n)
}

func pricedByWord(p billing.PricingDate) string { return cmp.Or(string(p), string(billing.ByService)) }

func newContractListCmd(a *App) *cobra.Command {
	var customer string
	return a.Verb(Verb{
		Use: "list", Short: "List the contracts",
		Example: "callout contract list --customer Mill",
		Fields:  contractList().Names(),
		Flags:   func(f *pflag.FlagSet) { f.StringVar(&customer, "customer", "", "only those of this `CUSTOMER`") },
		Run: func(ctx context.Context, _ []string) error {
			var rows []contractRow
			err := a.View(ctx, func(r store.Reader) error {
				n := namesOf(r)
				of, err := optional(findCustomer, r, customer)
				if err != nil {
					return err
				}
				index, rng := "name", store.Range{}
				if of != "" {
					index, rng = "customer", store.Prefix(store.K(of))
				}
				for row, err := range billing.Contracts.Rows(r, index, rng) {
					if err != nil {
						return err
					}
					rows = append(rows, contractRow{row, n.of(row.Customer)})
				}
				return nil
			})
			if err != nil {
				return err
			}
			return contractList().Print(a, Rows(rows))
		},
	})
}

// contractView is a contract with all that it agrees now.
type contractView struct {
	*billing.Contract
	CustomerName string              `json:"customer_name"`
	Rules        *billing.Rules      `json:"rules,omitempty"`
	Clauses      []billing.ClauseRow `json:"clauses"`

	names map[store.ID]string
}

func newContractShowCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "show CONTRACT", Short: "Show what a contract agrees now",
		Example: `callout contract show "Mill 2026"`,
		Fields:  []string{"id", "name", "customer", "customer_name", "rev", "terms", "rules", "clauses"},
		Run: func(ctx context.Context, args []string) error {
			v := contractView{names: map[store.ID]string{}}
			err := a.View(ctx, func(r store.Reader) error {
				id, err := findContract(r, args[0])
				if err != nil {
					return err
				}
				if v.Contract, err = billing.Contracts.Get(r, id); err != nil {
					return err
				}
				if v.Terms.Rules.ID != "" {
					if v.Rules, err = billing.RuleBook.At(r, v.Terms.Rules); err != nil {
						return err
					}
				}
				n := namesOf(r)
				v.CustomerName = n.of(v.Customer)
				for _, s := range v.Terms.Sites {
					v.names[s] = n.of(s)
				}
				v.Clauses, err = billing.ClausesOf(r, id)
				for _, c := range v.Clauses {
					v.names[c.Site] = n.of(c.Site)
				}
				return err
			})
			if err != nil {
				return err
			}
			return a.Show(v.Name, v, v.draw)
		},
	})
}

func (v contractView) draw(p *Page) {
	p.Title("%s  (revision %d)", v.Name, v.Rev)
	p.Field("Customer", v.CustomerName)
	if v.Terms.Valid != (calendar.Validity{}) {
		p.Field("Holds", v.Terms.Valid.String())
	}
	var sites []string
	for _, s := range v.Terms.Sites {
		sites = append(sites, v.names[s])
	}
	p.Field("Sites", cmp.Or(strings.Join(sites, ", "), "all"))
	p.Field("Priced by", map[billing.PricingDate]string{
		billing.ByService: "the day of the work", billing.ByOrder: "the day of the request", billing.ByIssue: "the day of the document",
	}[billing.PricingDate(pricedByWord(v.Terms.PricedBy))])
	if v.Rules != nil {
		p.Section("Billing rules of its own")
		drawRules(p, v.Rules)
	}
	var rows [][]any
	for _, c := range v.Clauses {
		var price string
		if c.Price != nil {
			price = c.Price.String() + " per " + c.Unit.String()
		} else {
			price = c.Formula.String()
		}
		rows = append(rows, []any{c.Key, price, v.names[c.Site], dateOrNothing(c.Valid.From), dateOrNothing(c.Valid.To), c.TaxClass})
	}
	p.Section("Agreed")
	p.Table([]string{"key", "price", "site", "from", "to", "tax"}, rows)
}
