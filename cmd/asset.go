package cmd

import (
	"context"

	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newAssetCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "asset", Short: "Things at a site that are maintained", Group: GroupWork},
		newAssetAddCmd(a), newAssetListCmd(a), newAssetShowCmd(a), newAssetWarrantyCmd(a))
}

func newAssetAddCmd(a *App) *cobra.Command {
	var customer, model, serial string
	return a.Verb(Verb{
		Use: "add SITE NAME", Short: "Add an asset at a site", Writes: true,
		Example: `callout asset add "North hall" "Press 4" --model HX-200 --serial 7731`,
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&customer, "customer", "", "whose site it is, where several `CUSTOMER`s have one of that name")
			f.StringVar(&model, "model", "", "what model it is, as `TEXT`")
			f.StringVar(&serial, "serial", "", "its serial number, as `TEXT`")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					of, err := optional(findCustomer, r, customer)
					if err != nil {
						return nil, err
					}
					site, err := work.FindSite(r, of, args[0])
					return &work.AddAsset{Site: site, Asset: args[1], Model: model, Serial: serial}, err
				},
				Note: func(store.Receipt) string { return "added the asset " + args[1] },
			})
		},
	})
}

// assetRow is an asset with its site's name.
type assetRow struct {
	work.AssetRow
	site string
}

func assetList() List[assetRow] {
	return List[assetRow]{
		Key:   func(s assetRow) string { return string(s.ID) },
		Empty: "no assets match",
		Columns: []Column[assetRow]{
			{Name: "id", Value: func(s assetRow) any { return string(s.ID) }},
			{Name: "name", Value: func(s assetRow) any { return s.Name }},
			{Name: "site", Value: func(s assetRow) any { return s.site }},
			{Name: "model", Value: func(s assetRow) any { return s.Model }},
			{Name: "serial", Value: func(s assetRow) any { return s.Serial }},
			{Name: "site_id", Detail: true, Value: func(s assetRow) any { return string(s.Site) }},
		},
	}
}

func newAssetListCmd(a *App) *cobra.Command {
	var site string
	var limit int
	return a.Verb(Verb{
		Use: "list", Short: "List assets by name",
		Example: `callout asset list --site "North hall"`,
		Fields:  assetList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&site, "site", "", "only those at this `SITE`")
			limitVar(f, &limit, "at most `N` assets")
		},
		Run: func(ctx context.Context, _ []string) error {
			at, err := a.resolve(ctx, func(r store.Reader, ref string) (store.ID, error) { return work.FindSite(r, "", ref) }, site)
			if err != nil {
				return err
			}
			index, rng := "name", store.Range{}
			key := func(s work.AssetRow) store.Key { return indexKey(s.ID, foldName(s.Name)) }
			if at != "" {
				index, rng = "site", store.Prefix(store.K(at))
				key = func(s work.AssetRow) store.Key { return indexKey(s.ID, s.Site, foldName(s.Name)) }
			}
			called := map[store.ID]string{}
			rows := paged(ctx, a, work.Assets, index, rng, key, func(r store.Reader, s *work.AssetRow) (bool, error) {
				(&names{r, called}).of(s.Site)
				return true, nil
			})
			return assetList().Print(a, first(limit, mapRows(rows, func(s work.AssetRow) assetRow { return assetRow{s, called[s.Site]} })))
		},
	})
}

func newAssetShowCmd(a *App) *cobra.Command {
	type view struct {
		*work.Asset
		SiteName     string `json:"site_name"`
		CustomerName string `json:"customer_name"`
	}
	return a.Verb(Verb{
		Use: "show ASSET", Short: "Show an asset",
		Example: `callout asset show "Press 4"`,
		Fields:  []string{"id", "site", "site_name", "customer_name", "name", "model", "serial", "warranties", "imported"},
		Run: func(ctx context.Context, args []string) error {
			var v view
			err := a.View(ctx, func(r store.Reader) error {
				id, err := work.FindAsset(r, "", args[0])
				if err != nil {
					return err
				}
				if v.Asset, err = work.Assets.Get(r, id); err != nil {
					return err
				}
				site, err := work.Sites.Get(r, v.Site)
				if err != nil {
					return err
				}
				v.SiteName, v.CustomerName = site.Name, namesOf(r).of(site.Customer)
				return nil
			})
			if err != nil {
				return err
			}
			return a.Show(string(v.ID), v, func(p *Page) {
				p.Title("%s", v.Name)
				p.Field("Id", string(v.ID))
				p.Field("Customer", v.CustomerName)
				p.Field("Site", v.SiteName)
				p.Field("Model", v.Model)
				p.Field("Serial", v.Serial)
				drawWarranties(p, v.Warranties)
			})
		},
	})
}
