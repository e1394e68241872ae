package cmd

import (
	"context"

	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newCustomerCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "customer", Short: "Who asks for work and pays for it", Group: GroupWork},
		newCustomerAddCmd(a), newCustomerEditCmd(a), newCustomerListCmd(a), newCustomerShowCmd(a), newCustomerStatementCmd(a),
		newVisitTermsCmd(a, customerTerms()))
}

// customerFlags are the fields of a customer besides the name.
type customerFlags struct{ name, address, country, taxID, email, phone, sla string }

func (c *customerFlags) add(f *pflag.FlagSet) {
	f.StringVar(&c.address, "address", "", "where invoices go: `ADDRESS`")
	f.StringVar(&c.country, "country", "", "two-letter ISO 3166 `CODE`")
	f.StringVar(&c.taxID, "tax-id", "", "tax number, as `TEXT`")
	f.StringVar(&c.email, "email", "", "e-mail `ADDRESS`")
	f.StringVar(&c.phone, "phone", "", "telephone number, as `TEXT`")
	f.StringVar(&c.sla, "sla", "", "the `SLA` policy of their orders; it goes before that of a work type")
}

func newCustomerAddCmd(a *App) *cobra.Command {
	var c customerFlags
	return a.Verb(Verb{
		Use: "add NAME", Short: "Add a customer", Writes: true,
		Example: `callout customer add "Mill & Sons" --country AT --email office@mill.example`,
		Fields:  resultList().Names(),
		Flags:   c.add,
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(store.Reader, string) (store.Command, error) {
					return &work.AddCustomer{
						Customer: args[0], Address: c.address, Country: c.country,
						TaxID: c.taxID, Email: c.email, Phone: c.phone, SLA: c.sla,
					}, nil
				},
				Note: func(store.Receipt) string { return "added the customer " + args[0] },
			})
		},
	})
}

func newCustomerEditCmd(a *App) *cobra.Command {
	var c customerFlags
	var flags *pflag.FlagSet
	return a.Verb(Verb{
		Use: "edit CUSTOMER", Short: "Change what is known of a customer", Writes: true,
		Example: `callout customer edit Mill --phone "+43 1 234"`,
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			flags = f
			f.StringVar(&c.name, "name", "", "the new `NAME`")
			c.add(f)
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				id, err := findCustomer(r, args[0])
				return &work.EditCustomer{
					ID: id, Customer: edited(flags, "name", c.name), Address: edited(flags, "address", c.address),
					Country: edited(flags, "country", c.country), TaxID: edited(flags, "tax-id", c.taxID),
					Email: edited(flags, "email", c.email), Phone: edited(flags, "phone", c.phone),
					SLA: edited(flags, "sla", c.sla),
				}, err
			}})
		},
	})
}

func customerList() List[work.CustomerRow] {
	return List[work.CustomerRow]{
		Key:   func(c work.CustomerRow) string { return string(c.ID) },
		Empty: "there are no customers yet",
		Columns: []Column[work.CustomerRow]{
			{Name: "id", Value: func(c work.CustomerRow) any { return string(c.ID) }},
			{Name: "name", Value: func(c work.CustomerRow) any { return c.Name }},
			{Name: "email", Value: func(c work.CustomerRow) any { return c.Email }},
			{Name: "country", Value: func(c work.CustomerRow) any { return c.Country }},
		},
	}
}

func newCustomerListCmd(a *App) *cobra.Command {
	var limit int
	return a.Verb(Verb{
		Use: "list", Short: "List the customers by name",
		Example: "callout customer list -o csv",
		Fields:  customerList().Names(),
		Flags:   func(f *pflag.FlagSet) { limitVar(f, &limit, "at most `N` customers") },
		Run: func(ctx context.Context, _ []string) error {
			return customerList().Print(a, first(limit, paged(ctx, a, work.Customers, "name", store.Range{},
				func(c work.CustomerRow) store.Key { return indexKey(c.ID, foldName(c.Name)) }, nil)))
		},
	})
}

// customerView is a customer as `show` prints it.
type customerView struct {
	*work.Customer
	Sites []work.SiteRow `json:"sites"`
}

func newCustomerShowCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "show CUSTOMER", Short: "Show a customer and their sites",
		Example: `callout customer show "Mill & Sons"`,
		Fields:  []string{"id", "name", "address", "country", "tax_id", "email", "phone", "sla", "imported", "sites"},
		Run: func(ctx context.Context, args []string) error {
			v := customerView{Sites: []work.SiteRow{}}
			err := a.View(ctx, func(r store.Reader) error {
				id, err := findCustomer(r, args[0])
				if err != nil {
					return err
				}
				if v.Customer, err = work.Customers.Get(r, id); err != nil {
					return err
				}
				for s, err := range work.Sites.Rows(r, "customer", store.Prefix(store.K(id))) {
					if err != nil {
						return err
					}
					v.Sites = append(v.Sites, s)
				}
				return nil
			})
			if err != nil {
				return err
			}
			return a.Show(string(v.ID), v, func(p *Page) {
				p.Title("%s", v.Name)
				p.Field("Id", string(v.ID))
				p.Field("Address", v.Address)
				p.Field("Country", v.Country)
				p.Field("Tax id", v.TaxID)
				p.Field("Email", v.Email)
				p.Field("SLA", v.SLA)
				p.Field("Phone", v.Phone)
				if len(v.Sites) == 0 {
					return
				}
				p.Section("Sites")
				var rows [][]any
				for _, s := range v.Sites {
					rows = append(rows, []any{s.Name, s.Address, s.Zone, string(s.ID)})
				}
				p.Table([]string{"name", "address", "zone", "id"}, rows)
			})
		},
	})
}
