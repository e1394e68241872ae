package cmd

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/dispatch"
	"callout/store"
)

func newTerritoryCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "territory", Short: "Which technicians serve which sites", Group: GroupDispatch},
		newTerritoryAddCmd(a), newTerritoryEditCmd(a), newTerritoryListCmd(a), newTerritoryShowCmd(a))
}

func newTerritoryAddCmd(a *App) *cobra.Command {
	var technicians, sites []string
	return a.Verb(Verb{
		Use: "add NAME", Short: "Draw a territory", Writes: true,
		Long:    "A site is in one territory at most. A technician may serve several; one who is in none goes anywhere.",
		Example: `callout territory add North --technician ana --technician bert --site "North hall"`,
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringSliceVar(&technicians, "technician", nil, "a `TECHNICIAN` who serves it; repeat it or use commas")
			f.StringArrayVar(&sites, "site", nil, "a `SITE` that lies in it; repeat it for more")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				who, err := all(findTechnician, r, technicians)
				if err != nil {
					return nil, err
				}
				where, err := all(findAnySite, r, sites)
				return &dispatch.AddTerritory{Territory: args[0], Technicians: who, Sites: where}, err
			}})
		},
	})
}

func newTerritoryEditCmd(a *App) *cobra.Command {
	var name string
	var flags *pflag.FlagSet
	var technicians, without, sites, left []string
	return a.Verb(Verb{
		Use: "edit TERRITORY", Short: "Let technicians and sites come to a territory or leave it", Writes: true,
		Long:    "A site that comes leaves the territory that it was in.",
		Example: "callout territory edit North --technician cleo --without-technician bert --site \"Dam 2\"",
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			flags = f
			f.StringVar(&name, "name", "", "the new `NAME`")
			f.StringSliceVar(&technicians, "technician", nil, "a `TECHNICIAN` who serves it from now on")
			f.StringSliceVar(&without, "without-technician", nil, "a `TECHNICIAN` who does not any more")
			f.StringArrayVar(&sites, "site", nil, "a `SITE` that lies in it from now on")
			f.StringArrayVar(&left, "without-site", nil, "a `SITE` that does not any more")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				id, err := findTerritory(r, args[0])
				if err != nil {
					return nil, err
				}
				c := &dispatch.EditTerritory{Territory: id, NewName: edited(flags, "name", name)}
				for _, l := range []struct {
					to   *[]store.ID
					find func(store.Reader, string) (store.ID, error)
					refs []string
				}{
					{&c.AddTechnicians, findTechnician, technicians}, {&c.RemoveTechnicians, findTechnician, without},
					{&c.AddSites, findAnySite, sites}, {&c.RemoveSites, findAnySite, left},
				} {
					if *l.to, err = all(l.find, r, l.refs); err != nil {
						return nil, err
					}
				}
				return c, nil
			}})
		},
	})
}

// territoryRow is a territory with the names of its technicians.
type territoryRow struct {
	dispatch.TerritoryRow
	team []string
}

func territoryList() List[territoryRow] {
	return List[territoryRow]{
		Key:   func(t territoryRow) string { return t.Name },
		Empty: "there are no territories; every technician goes anywhere",
		Columns: []Column[territoryRow]{
			{Name: "name", Value: func(t territoryRow) any { return t.Name }},
			{Name: "technicians", Value: func(t territoryRow) any { return t.team }},
			{Name: "id", Detail: true, Value: func(t territoryRow) any { return string(t.ID) }},
		},
	}
}

func newTerritoryListCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "list", Short: "List the territories by name",
		Example: "callout territory list",
		Fields:  territoryList().Names(),
		Run: func(ctx context.Context, _ []string) error {
			var rows []territoryRow
			err := a.View(ctx, func(r store.Reader) error {
				n := namesOf(r)
				for t, err := range dispatch.Territories.Rows(r, "name", store.Range{}) {
					if err != nil {
						return err
					}
					row := territoryRow{TerritoryRow: t, team: []string{}}
					for _, id := range t.Technicians {
						row.team = append(row.team, n.of(id))
					}
					rows = append(rows, row)
				}
				return nil
			})
			if err != nil {
				return err
			}
			return territoryList().Print(a, Rows(rows))
		},
	})
}

func newTerritoryShowCmd(a *App) *cobra.Command {
	type view struct {
		ID          store.ID `json:"id"`
		Name        string   `json:"name"`
		Technicians []string `json:"technicians"`
		Sites       []string `json:"sites"`
	}
	return a.Verb(Verb{
		Use: "show TERRITORY", Short: "Show a territory, who serves it, and which sites lie in it",
		Example: "callout territory show North",
		Fields:  []string{"id", "name", "technicians", "sites"},
		Run: func(ctx context.Context, args []string) error {
			v := view{Technicians: []string{}, Sites: []string{}}
			err := a.View(ctx, func(r store.Reader) error {
				id, err := findTerritory(r, args[0])
				if err != nil {
					return err
				}
				t, err := dispatch.Territories.Get(r, id)
				if err != nil {
					return err
				}
				v.ID, v.Name = t.ID, t.Name
				n := namesOf(r)
				for _, id := range t.Technicians {
					v.Technicians = append(v.Technicians, n.of(id))
				}
				sites, err := dispatch.SitesIn(r, id)
				for _, s := range sites {
					v.Sites = append(v.Sites, s.Name)
				}
				return err
			})
			if err != nil {
				return err
			}
			return a.Show(v.Name, v, func(p *Page) {
				p.Title("%s", v.Name)
				p.Field("Technicians", v.Technicians)
				p.Field("Sites", v.Sites)
			})
		},
	})
}
