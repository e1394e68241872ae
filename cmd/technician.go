package cmd

import (
	"context"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/calendar"
	"callout/dispatch"
	"callout/money"
	"callout/party"
	"callout/store"
)

func newTechnicianCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "technician", Aliases: []string{"tech"}, Short: "Who can be sent", Group: GroupDispatch},
		newTechnicianAddCmd(a), newTechnicianEditCmd(a), newTechnicianListCmd(a), newTechnicianShowCmd(a),
		newTechnicianActiveCmd(a, false), newTechnicianActiveCmd(a, true), newTechnicianDayCmd(a))
}

// technicianFlags are the fields of a technician. The zone is what --tz names.
type technicianFlags struct {
	name, branch, shift, lat, lon, role, cost string
	first, last                               string
	skills                                    []string
	pace                                      int
	maxTravel                                 time.Duration
}

func (t *technicianFlags) add(f *pflag.FlagSet) {
	f.StringSliceVar(&t.skills, "skill", nil, "a `SKILL` with its level, such as gas:2; repeat it or use commas")
	f.StringVar(&t.shift, "shift", "", "weekly `HOURS` in the technician's own zone, such as \"Mon-Fri 08:00-17:00\"")
	f.StringVar(&t.cost, "cost-rate", "", "what an hour costs the shop: `AMOUNT`")
	f.StringVar(&t.role, "role", "", "the `ROLE` that prices may depend on, such as fitter")
	f.StringVar(&t.branch, "branch", "", "the `BRANCH` they work at")
	f.StringVar(&t.first, "first-day", "", "the `DAY` on which they begin to work here, if not ever since")
	f.StringVar(&t.last, "last-day", "", "the last `DAY` on which they work here")
	f.StringVar(&t.lat, "home-lat", "", "latitude of home in `DEGREES`")
	f.StringVar(&t.lon, "home-lon", "", "longitude of home in `DEGREES`")
	f.IntVar(&t.pace, "pace", 0, "they take `N` percent of what work is estimated to take, such as 130; 100 is the usual")
	durationVar(f, &t.maxTravel, "max-travel", 0, "at most `DURATION` on the road on a day; 0 is no bound")
}

// minutes are the begun minutes of --max-travel.
func (t *technicianFlags) minutes() int { return int((t.maxTravel + time.Minute - 1) / time.Minute) }

// days reads --first-day and --last-day; an empty text is none.
func (t *technicianFlags) days() (first, last calendar.Date, err error) {
	if first, err = optionalDate("first-day", t.first); err != nil {
		return first, last, err
	}
	last, err = optionalDate("last-day", t.last)
	return first, last, err
}

// rate reads --cost-rate; without it the cost is unknown, which is not zero.
func (t *technicianFlags) rate() (*money.Price, error) {
	if t.cost == "" {
		return nil, nil
	}
	p, err := money.ParsePrice("cost-rate", t.cost)
	return &p, err
}

func (t *technicianFlags) skillList() string { return joined(t.skills) }

// joined puts the values of a repeated flag back together.
func joined(values []string) string {
	out := ""
	for i, v := range values {
		if i > 0 {
			out += ", "
		}
		out += v
	}
	return out
}

func newTechnicianAddCmd(a *App) *cobra.Command {
	var t technicianFlags
	var person string
	return a.Verb(Verb{
		Use:   "add NAME",
		Short: "Take a technician on",
		Long: `The technician is the person of the same name: whoever acts under it records and submits this
technician's time, and under four eyes never approves it. Without --shift any time will do; without
--cost-rate the cost of the work is unknown, not zero. The zone is the one --tz names, or else the
branch's, or else the company's. --pace is for those who work alone: a visit lasts as long as it takes whoever has it.`,
		Example: `callout technician add "Ana Gruber" --skill gas:2,hvac --shift "Mon-Fri 08:00-17:00" --cost-rate 38
callout tech add luis --branch Lisbon --role apprentice`,
		Writes: true,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			t.add(f)
			f.StringVar(&person, "person", "", "the `USER` they are, if they act under another name")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					rate, err := t.rate()
					if err != nil {
						return nil, err
					}
					first, last, err := t.days()
					if err != nil {
						return nil, err
					}
					branch, err := optional(findBranch, r, t.branch)
					if err != nil {
						return nil, err
					}
					who, err := optional(party.People.FindID, r, person)
					return &dispatch.AddTechnician{
						Technician: args[0], Person: who, Branch: branch, Zone: a.shared.tz, Skills: t.skillList(),
						Shift: t.shift, HomeLat: t.lat, HomeLon: t.lon, Role: t.role, CostRate: rate,
						Pace: t.pace, MaxTravel: t.minutes(),
						FirstDay: first, LastDay: last,
					}, err
				},
				Note: func(store.Receipt) string { return "took on " + args[0] },
			})
		},
	})
}

func newTechnicianEditCmd(a *App) *cobra.Command {
	var t technicianFlags
	var from string
	var flags *pflag.FlagSet
	return a.Verb(Verb{
		Use:   "edit TECHNICIAN",
		Short: "Change what is known of a technician",
		Long: `Only what is named changes; an empty text clears. --skill gives the whole list anew. A new name is
the person's new name, too. With --from a cost rate counts from that day on, in the technician's zone: time that
begins on it or later costs so much, what began before stays. Visits that are planned stay as they are; callout appt list --conflicts tells what no
longer fits. Before --first-day and after --last-day nobody can be planned, and no hours are available; "" takes one back.`,
		Example: `callout technician edit ana --skill gas:3,hvac
callout technician edit ana --shift "Mon-Thu 07:00-17:00" --cost-rate 41.50
callout technician edit ana --cost-rate 42 --from 2026-07-01`,
		Writes: true,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			flags = f
			f.StringVar(&t.name, "name", "", "the new `NAME`, of the person as well")
			f.StringVar(&from, "from", "", "the `DAY` from which --cost-rate counts")
			t.add(f)
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				id, err := findTechnician(r, args[0])
				if err != nil {
					return nil, err
				}
				rate, err := t.rate()
				if err != nil {
					return nil, err
				}
				since, err := optionalDate("from", from)
				if err != nil {
					return nil, err
				}
				first, last, err := t.days()
				if err != nil {
					return nil, err
				}
				branch, err := optional(findBranch, r, t.branch)
				return &dispatch.EditTechnician{
					Technician: id, NewName: edited(flags, "name", t.name), Branch: edited(flags, "branch", branch),
					Zone: edited(flags, "tz", a.shared.tz), Skills: edited(flags, "skill", t.skillList()),
					Shift: edited(flags, "shift", t.shift), HomeLat: edited(flags, "home-lat", t.lat),
					HomeLon: edited(flags, "home-lon", t.lon), Role: edited(flags, "role", t.role), CostRate: rate, CostFrom: since,
					Pace: edited(flags, "pace", t.pace), MaxTravel: edited(flags, "max-travel", t.minutes()),
					FirstDay: edited(flags, "first-day", first), LastDay: edited(flags, "last-day", last),
				}, err
			}})
		},
	})
}

// newTechnicianActiveCmd makes technicians available, or no longer.
func newTechnicianActiveCmd(a *App, active bool) *cobra.Command {
	v := Verb{
		Use: "deactivate TECHNICIAN...", Short: "Let technicians go: they are not planned any more", Writes: true, Danger: Bulk,
		Long:    "What they did stays. Somebody who still has open visits is refused; those are given to others first.",
		Example: "callout technician deactivate ana",
	}
	if active {
		v.Use, v.Short, v.Long = "activate TECHNICIAN...", "Take technicians back", ""
		v.Example = "callout technician activate ana"
	}
	v.Each = func(ctx context.Context, ids []string) []Result {
		return a.ActEach(ctx, ids, Action{Build: func(r store.Reader, item string) (store.Command, error) {
			id, err := findTechnician(r, item)
			inactive := !active
			return &dispatch.EditTechnician{Technician: id, Inactive: &inactive}, err
		}})
	}
	return a.Verb(v)
}

func technicianList() List[dispatch.TechnicianRow] {
	return List[dispatch.TechnicianRow]{
		Key:   func(t dispatch.TechnicianRow) string { return string(t.ID) },
		Empty: "there are no technicians yet",
		Columns: []Column[dispatch.TechnicianRow]{
			{Name: "id", Value: func(t dispatch.TechnicianRow) any { return string(t.ID) }},
			{Name: "name", Value: func(t dispatch.TechnicianRow) any { return t.Name }},
			{Name: "skills", Value: func(t dispatch.TechnicianRow) any { return skillWords(t.Skills) }},
			{Name: "shift", Least: 20, Value: func(t dispatch.TechnicianRow) any { return t.Shift }},
			{Name: "zone", Drop: 2, Value: func(t dispatch.TechnicianRow) any { return t.Zone }},
			{Name: "role", Drop: 1, Value: func(t dispatch.TechnicianRow) any { return t.Role }},
			{Name: "inactive", Detail: true, Value: func(t dispatch.TechnicianRow) any { return t.Inactive }},
			{Name: "branch_id", Detail: true, Value: func(t dispatch.TechnicianRow) any { return string(t.Branch) }},
		},
	}
}

func skillWords(skills []dispatch.Skill) []string {
	out := make([]string, len(skills))
	for i, s := range skills {
		out[i] = s.String()
	}
	return out
}

func newTechnicianListCmd(a *App) *cobra.Command {
	var all bool
	var skill string
	return a.Verb(Verb{
		Use:     "list",
		Short:   "List the technicians by name",
		Example: "callout technician list --with-skill gas:2",
		Fields:  technicianList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.BoolVar(&all, "all", false, "also those who were let go")
			f.StringVar(&skill, "with-skill", "", "only those with this `SKILL`, at its level or higher")
		},
		Run: func(ctx context.Context, _ []string) error {
			need, err := dispatch.ParseSkills("with-skill", skill)
			if err != nil {
				return err
			}
			return technicianList().Print(a, paged(ctx, a, dispatch.Technicians, "name", store.Range{},
				func(t dispatch.TechnicianRow) store.Key { return indexKey(t.ID, foldName(t.Name)) },
				func(_ store.Reader, t *dispatch.TechnicianRow) (bool, error) {
					return (all || !t.Inactive) && dispatch.HasSkills(t.Skills, need), nil
				}))
		},
	})
}

// technicianView is a technician as `show` prints it.
type technicianView struct {
	*dispatch.Technician
	PersonName string                    `json:"person_name"`
	BranchName string                    `json:"branch_name,omitempty"`
	Currency   string                    `json:"currency"`
	Next       []dispatch.AppointmentRow `json:"next"` // open visits, the next first
}

func newTechnicianShowCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use:     "show TECHNICIAN",
		Short:   "Show a technician and their next visits",
		Example: "callout technician show ana",
		Fields: []string{"id", "name", "person", "person_name", "branch", "branch_name", "zone", "skills", "shift",
			"home_lat", "home_lon", "role", "pace_percent", "max_travel_minutes", "inactive", "first_day", "last_day", "imported", "cost", "currency", "next"},
		Run: func(ctx context.Context, args []string) error {
			v := technicianView{Next: []dispatch.AppointmentRow{}}
			err := a.View(ctx, func(r store.Reader) error {
				id, err := findTechnician(r, args[0])
				if err != nil {
					return err
				}
				if v.Technician, err = dispatch.Technicians.Get(r, id); err != nil {
					return err
				}
				company, err := party.TheCompany(r)
				if err != nil {
					return err
				}
				v.Currency = company.Currency.Code()
				n := namesOf(r)
				v.PersonName, v.BranchName = n.of(v.Person), n.of(v.Branch)
				const some = 10
				v.Next, err = dispatch.NextVisits(r, id, some)
				return err
			})
			if err != nil {
				return err
			}
			return a.Show(string(v.ID), v, func(p *Page) { v.draw(p) })
		},
	})
}

func (v *technicianView) draw(p *Page) {
	p.Title("%s", v.Name)
	p.Field("Id", string(v.ID))
	if v.Inactive {
		p.Field("Status", "inactive")
	}
	if v.PersonName != v.Name {
		p.Field("Acts as", v.PersonName)
	}
	p.Field("Branch", v.BranchName)
	p.Field("Zone", v.Zone)
	p.Field("Skills", skillWords(v.Skills))
	p.Field("Shift", v.Shift.String())
	p.Field("Role", v.Role)
	if !v.FirstDay.IsZero() {
		p.Field("First day", v.FirstDay.String())
	}
	if !v.LastDay.IsZero() {
		p.Field("Last day", v.LastDay.String())
	}
	if v.HomeLat != "" {
		p.Field("Home", v.HomeLat+", "+v.HomeLon)
	}
	if v.Pace != 0 {
		p.Field("Pace", strconv.Itoa(v.Pace)+" % of what work is estimated to take")
	}
	if v.MaxTravel != 0 {
		p.Field("On the road", "at most "+calendar.FormatDuration(inMinutes(v.MaxTravel))+" a day")
	}
	if v.Cost.Rate != nil {
		p.Field("Cost", v.Cost.Rate.String()+" "+v.Currency+" per hour")
	} else {
		p.Field("Cost", "unknown")
	}
	for _, r := range v.Cost.Rates {
		p.Field("From "+r.From.String(), r.Rate.String()+" "+v.Currency+" per hour")
	}
	if len(v.Next) == 0 {
		return
	}
	p.Section("Next visits")
	rows := make([][]any, len(v.Next))
	for i, row := range v.Next {
		rows[i] = []any{row.Number, string(row.Status), row.Start.In(placeOf(v.Zone)), row.End.In(placeOf(v.Zone))}
	}
	p.Table([]string{"number", "status", "start", "end"}, rows)
}

// findTechnician resolves a technician by name or id.
func findTechnician(r store.Reader, ref string) (store.ID, error) {
	return hinted(dispatch.Technicians.FindID, "callout technician list")(r, ref)
}
