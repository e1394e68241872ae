package cmd

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/calendar"
	"callout/dispatch"
	"callout/store"
)

func newCrewCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "crew", Short: "Technicians who go together", Group: GroupDispatch},
		newCrewAddCmd(a), newCrewEditCmd(a), newCrewListCmd(a), newCrewShowCmd(a), newCrewRemoveCmd(a))
}

// crewFlags are the fields of a crew.
type crewFlags struct {
	name, lead, from, until string
	technicians             []string
}

func (c *crewFlags) add(f *pflag.FlagSet) {
	f.StringVar(&c.lead, "lead", "", "the `TECHNICIAN` who leads it")
	f.StringSliceVar(&c.technicians, "technician", nil, "a `TECHNICIAN` who goes along; repeat it or use commas")
	f.StringVar(&c.from, "from", "", "the first `DAY` on which it exists; left out, it always has")
	f.StringVar(&c.until, "until", "", "the first `DAY` on which it does not any more")
}

func (c *crewFlags) valid() (v calendar.Validity, err error) {
	if v.From, err = optionalDate("from", c.from); err != nil {
		return v, err
	}
	v.To, err = optionalDate("until", c.until)
	return v, err
}

func newCrewAddCmd(a *App) *cobra.Command {
	var c crewFlags
	return a.Verb(Verb{
		Use: "add NAME", Short: "Put a crew together", Writes: true,
		Example: `callout crew add "Lift north" --lead ana --technician bert
callout crew add Summer --lead ana --technician cleo --from 2026-06-01 --until 2026-09-01`,
		Fields:   resultList().Names(),
		Flags:    c.add,
		Required: []string{"lead", "technician"},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				lead, err := findTechnician(r, c.lead)
				if err != nil {
					return nil, err
				}
				who, err := all(findTechnician, r, c.technicians)
				if err != nil {
					return nil, err
				}
				valid, err := c.valid()
				return &dispatch.AddCrew{Crew: args[0], Lead: lead, Technicians: who, Valid: valid}, err
			}})
		},
	})
}

func newCrewEditCmd(a *App) *cobra.Command {
	var c crewFlags
	var flags *pflag.FlagSet
	return a.Verb(Verb{
		Use: "edit CREW", Short: "Change who is in a crew, or for how long", Writes: true,
		Long:    "--technician gives the whole list anew. Visits that are planned keep their technicians.",
		Example: `callout crew edit "Lift north" --technician bert,cleo`,
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			flags = f
			f.StringVar(&c.name, "name", "", "the new `NAME`")
			c.add(f)
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				id, err := findCrew(r, args[0])
				if err != nil {
					return nil, err
				}
				lead, err := optional(findTechnician, r, c.lead)
				if err != nil {
					return nil, err
				}
				who, err := all(findTechnician, r, c.technicians)
				if err != nil {
					return nil, err
				}
				cmd := &dispatch.EditCrew{
					Crew: id, NewName: edited(flags, "name", c.name), Lead: edited(flags, "lead", lead),
					Technicians: edited(flags, "technician", who),
				}
				if flags.Changed("from") || flags.Changed("until") {
					old, err := dispatch.Crews.Get(r, id)
					if err != nil {
						return nil, err
					}
					valid, err := c.valid()
					if err != nil {
						return nil, err
					}
					if !flags.Changed("from") {
						valid.From = old.Valid.From
					}
					if !flags.Changed("until") {
						valid.To = old.Valid.To
					}
					cmd.Valid = &valid
				}
				return cmd, nil
			}})
		},
	})
}

// crewRow is a crew with names.
type crewRow struct {
	dispatch.Crew
	lead string
	team []string
}

func crewList() List[crewRow] {
	return List[crewRow]{
		Key:   func(c crewRow) string { return c.Name },
		Empty: "there are no crews",
		Columns: []Column[crewRow]{
			{Name: "name", Value: func(c crewRow) any { return c.Name }},
			{Name: "lead", Value: func(c crewRow) any { return c.lead }},
			{Name: "technicians", Value: func(c crewRow) any { return c.team }},
			{Name: "valid", Value: func(c crewRow) any { return c.Valid.String() }},
			{Name: "id", Detail: true, Value: func(c crewRow) any { return string(c.ID) }},
		},
	}
}

func crewNamed(n *names, c dispatch.Crew) crewRow {
	row := crewRow{Crew: c, lead: n.of(c.Lead), team: []string{}}
	for _, id := range c.Technicians {
		row.team = append(row.team, n.of(id))
	}
	return row
}

func newCrewListCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "list", Short: "List the crews by name",
		Example: "callout crew list",
		Fields:  crewList().Names(),
		Run: func(ctx context.Context, _ []string) error {
			var rows []crewRow
			err := a.View(ctx, func(r store.Reader) error {
				n := namesOf(r)
				for c, err := range dispatch.Crews.Rows(r, "name", store.Range{}) {
					if err != nil {
						return err
					}
					rows = append(rows, crewNamed(n, c))
				}
				return nil
			})
			if err != nil {
				return err
			}
			return crewList().Print(a, Rows(rows))
		},
	})
}

func newCrewShowCmd(a *App) *cobra.Command {
	type view struct {
		ID          store.ID          `json:"id"`
		Name        string            `json:"name"`
		Lead        string            `json:"lead"`
		Technicians []string          `json:"technicians"`
		Valid       calendar.Validity `json:"valid"`
	}
	return a.Verb(Verb{
		Use: "show CREW", Short: "Show a crew",
		Example: `callout crew show "Lift north"`,
		Fields:  []string{"id", "name", "lead", "technicians", "valid"},
		Run: func(ctx context.Context, args []string) error {
			var v view
			err := a.View(ctx, func(r store.Reader) error {
				id, err := findCrew(r, args[0])
				if err != nil {
					return err
				}
				c, err := dispatch.Crews.Get(r, id)
				if err != nil {
					return err
				}
				row := crewNamed(namesOf(r), *c)
				v = view{c.ID, c.Name, row.lead, row.team, c.Valid}
				return nil
			})
			if err != nil {
				return err
			}
			return a.Show(v.Name, v, func(p *Page) {
				p.Title("%s", v.Name)
				p.Field("Lead", v.Lead)
				p.Field("Technicians", v.Technicians)
				p.Field("Exists", v.Valid.String())
			})
		},
	})
}

func newCrewRemoveCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "remove CREW...", Short: "Break crews up; their visits keep their technicians", Writes: true,
		Example: `callout crew remove Summer`,
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, Action{
				Build: func(r store.Reader, item string) (store.Command, error) {
					id, err := findCrew(r, item)
					return &dispatch.RemoveCrew{Crew: id}, err
				},
				Note: func(store.Receipt) string { return "removed" },
			})
		},
	})
}
