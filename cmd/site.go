package cmd

import (
	"cmp"
	"context"

	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newSiteCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "site", Short: "Places where work is done", Group: GroupWork},
		newSiteAddCmd(a), newSiteEditCmd(a), newSiteListCmd(a), newSiteShowCmd(a),
		newVisitTermsCmd(a, siteTerms()))
}

// siteFlags are the fields of a site. Its time zone is what --tz names.
type siteFlags struct{ name, address, branch, lat, lon, access, hours string }

func (s *siteFlags) add(f *pflag.FlagSet) {
	f.StringVar(&s.name, "name", "", "what people call it: `NAME` (the address when left out)")
	f.StringVar(&s.address, "address", "", "where it is: `ADDRESS`")
	f.StringVar(&s.branch, "branch", "", "the `BRANCH` that serves it")
	f.StringVar(&s.lat, "lat", "", "latitude in `DEGREES`, such as 48.2082")
	f.StringVar(&s.lon, "lon", "", "longitude in `DEGREES`, such as 16.3738")
	f.StringVar(&s.access, "access", "", "how to get in, as `TEXT`")
	f.StringVar(&s.hours, "hours", "", "when visits may take place: weekly `HOURS` on the site's clock, such as \"Mon-Fri 07:00-16:00\"")
}

func newSiteAddCmd(a *App) *cobra.Command {
	var s siteFlags
	return a.Verb(Verb{
		Use: "add CUSTOMER", Short: "Add a site of a customer's", Writes: true,
		Long:    "The site's time zone is the one that --tz names, or else its branch's, or else the company's.",
		Example: `callout site add Mill --name "North hall" --address "Ring 1, 1010 Wien" --lat 48.2082 --lon 16.3738 --tz Europe/Vienna`,
		Fields:  resultList().Names(),
		Flags:   s.add,
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					customer, err := findCustomer(r, args[0])
					if err != nil {
						return nil, err
					}
					branch, err := optional(findBranch, r, s.branch)
					return &work.AddSite{
						Customer: customer, Site: s.name, Branch: branch, Address: s.address,
						Zone: a.shared.tz, Lat: s.lat, Lon: s.lon, Access: s.access, Hours: s.hours,
					}, err
				},
				Note: func(store.Receipt) string { return "added the site " + cmp.Or(s.name, s.address) },
			})
		},
	})
}

func newSiteEditCmd(a *App) *cobra.Command {
	var s siteFlags
	var flags *pflag.FlagSet
	return a.Verb(Verb{
		Use: "edit SITE", Short: "Change what is known of a site", Writes: true,
		Long:    "With --tz its time zone changes; work orders keep the zone that they were created with.",
		Example: `callout site edit "North hall" --access "key at the porter's"`,
		Fields:  resultList().Names(),
		Flags:   func(f *pflag.FlagSet) { flags = f; s.add(f) },
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				id, err := work.FindSite(r, "", args[0])
				if err != nil {
					return nil, err
				}
				branch, err := optional(findBranch, r, s.branch)
				cmd := &work.EditSite{
					ID: id, Site: edited(flags, "name", s.name), Address: edited(flags, "address", s.address),
					Branch: edited(flags, "branch", branch), Lat: edited(flags, "lat", s.lat),
					Lon: edited(flags, "lon", s.lon), Access: edited(flags, "access", s.access),
					Hours: edited(flags, "hours", s.hours),
				}
				if a.shared.tz != "" {
					cmd.Zone = &a.shared.tz
				}
				return cmd, err
			}})
		},
	})
}

// siteRow is a site with its customer's name.
type siteRow struct {
	work.SiteRow
	customer string
}

func siteList() List[siteRow] {
	return List[siteRow]{
		Key:   func(s siteRow) string { return string(s.ID) },
		Empty: "no sites match",
		Columns: []Column[siteRow]{
			{Name: "id", Value: func(s siteRow) any { return string(s.ID) }},
			{Name: "name", Value: func(s siteRow) any { return s.Name }},
			{Name: "customer", Value: func(s siteRow) any { return s.customer }},
			{Name: "address", Least: 19, Value: func(s siteRow) any { return s.Address }},
			{Name: "zone", Drop: 1, Value: func(s siteRow) any { return s.Zone }},
			{Name: "customer_id", Detail: true, Value: func(s siteRow) any { return string(s.Customer) }},
		},
	}
}

func newSiteListCmd(a *App) *cobra.Command {
	var customer string
	var limit int
	return a.Verb(Verb{
		Use: "list", Short: "List sites by name",
		Example: "callout site list --customer Mill",
		Fields:  siteList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&customer, "customer", "", "only those of this `CUSTOMER`")
			limitVar(f, &limit, "at most `N` sites")
		},
		Run: func(ctx context.Context, _ []string) error {
			of, err := a.resolve(ctx, findCustomer, customer)
			if err != nil {
				return err
			}
			index, rng := "name", store.Range{}
			key := func(s work.SiteRow) store.Key { return indexKey(s.ID, foldName(s.Name)) }
			if of != "" {
				index, rng = "customer", store.Prefix(store.K(of))
				key = func(s work.SiteRow) store.Key { return indexKey(s.ID, s.Customer, foldName(s.Name)) }
			}
			called := map[store.ID]string{}
			rows := paged(ctx, a, work.Sites, index, rng, key, func(r store.Reader, s *work.SiteRow) (bool, error) {
				(&names{r, called}).of(s.Customer)
				return true, nil
			})
			return siteList().Print(a, first(limit, mapRows(rows, func(s work.SiteRow) siteRow { return siteRow{s, called[s.Customer]} })))
		},
	})
}

func newSiteShowCmd(a *App) *cobra.Command {
	type view struct {
		*work.Site
		CustomerName string          `json:"customer_name"`
		Assets       []work.AssetRow `json:"assets"`
	}
	return a.Verb(Verb{
		Use: "show SITE", Short: "Show a site and its assets",
		Example: `callout site show "North hall"`,
		Fields:  []string{"id", "customer", "customer_name", "branch", "name", "address", "zone", "lat", "lon", "access", "hours", "imported", "assets"},
		Run: func(ctx context.Context, args []string) error {
			v := view{Assets: []work.AssetRow{}}
			var branch string
			err := a.View(ctx, func(r store.Reader) error {
				id, err := work.FindSite(r, "", args[0])
				if err != nil {
					return err
				}
				if v.Site, err = work.Sites.Get(r, id); err != nil {
					return err
				}
				n := namesOf(r)
				v.CustomerName, branch = n.of(v.Customer), n.of(v.Branch)
				for s, err := range work.Assets.Rows(r, "site", store.Prefix(store.K(id))) {
					if err != nil {
						return err
					}
					v.Assets = append(v.Assets, s)
				}
				return nil
			})
			if err != nil {
				return err
			}
			return a.Show(string(v.ID), v, func(p *Page) {
				p.Title("%s", v.Name)
				p.Field("Id", string(v.ID))
				p.Field("Customer", v.CustomerName)
				p.Field("Branch", branch)
				p.Field("Address", v.Address)
				p.Field("Zone", v.Zone)
				if v.Lat != "" {
					p.Field("Position", v.Lat+", "+v.Lon)
				}
				p.Field("Access", v.Access)
				p.Field("Hours", v.Hours.String())
				if len(v.Assets) == 0 {
					return
				}
				p.Section("Assets")
				var rows [][]any
				for _, s := range v.Assets {
					rows = append(rows, []any{s.Name, s.Model, s.Serial, string(s.ID)})
				}
				p.Table([]string{"name", "model", "serial", "id"}, rows)
			})
		},
	})
}
