package cmd

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/dispatch"
	"callout/store"
)

func newAbsenceCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "absence", Short: "When technicians are away, and which visits that breaks", Group: GroupDispatch},
		newAbsenceAddCmd(a), newAbsenceListCmd(a), newAbsenceRemoveCmd(a))
}

func newAbsenceAddCmd(a *App) *cobra.Command {
	var from, to, kind, note string
	var kinds []string
	for _, k := range dispatch.AbsenceKinds() {
		kinds = append(kinds, string(k))
	}
	return a.Verb(Verb{
		Use: "add TECHNICIAN", Short: "Say that a technician is away", Writes: true,
		Long: `Times are read on the technician's clock; a day alone means its midnight, so that --to is the first day back.
Visits in that time stay planned, and are named: give them to others, or move them.`,
		Example: `callout absence add ana --from 2026-07-06 --to 2026-07-20 --kind vacation
callout absence add bert --from "tomorrow 08:00" --to "tomorrow 12:00" --kind training --note "gas, level 3"`,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&from, "from", "", "when it begins: a `TIME` or a day")
			f.StringVar(&to, "to", "", "when it ends: a `TIME` or the first day back")
			choiceVar(f, &kind, "kind", string(dispatch.OtherWay), kinds, "why they are away")
			f.StringVar(&note, "note", "", "more about it, as `TEXT`")
		},
		Required: []string{"from", "to"},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					id, err := findTechnician(r, args[0])
					if err != nil {
						return nil, err
					}
					zone, err := a.placeAsked(r, id)
					if err != nil {
						return nil, err
					}
					c := &dispatch.AddAbsence{Technician: id, Kind: dispatch.AbsenceKind(kind), Note: note}
					if c.From, err = a.timeOrDay("from", from, zone); err != nil {
						return nil, err
					}
					c.To, err = a.timeOrDay("to", to, zone)
					return c, err
				},
				Note: brokenNote,
			})
		},
	})
}

// brokenNote names the visits that a new absence breaks.
func brokenNote(rec store.Receipt) string {
	for _, e := range rec.Events {
		var d struct {
			Breaks []string `json:"breaks"`
		}
		if data, err := json.Marshal(e.Data); err == nil && json.Unmarshal(data, &d) == nil && len(d.Breaks) > 0 {
			return "breaks " + strings.Join(d.Breaks, ", ")
		}
	}
	return "breaks no visit"
}

// absenceRow is an absence with names, and with the visits that it breaks as they stand now.
type absenceRow struct {
	dispatch.Absence
	who, zone string
	breaks    []string
}

func absenceList() List[absenceRow] {
	return List[absenceRow]{
		Key:   func(v absenceRow) string { return string(v.ID) },
		Empty: "nobody is away",
		Columns: []Column[absenceRow]{
			{Name: "id", Value: func(v absenceRow) any { return string(v.ID) }},
			{Name: "technician", Value: func(v absenceRow) any { return v.who }},
			{Name: "from", Value: func(v absenceRow) any { return local(v.From, v.zone) }},
			{Name: "to", Value: func(v absenceRow) any { return local(v.To, v.zone) }},
			{Name: "kind", Value: func(v absenceRow) any { return string(v.Kind) }},
			{Name: "breaks", Value: func(v absenceRow) any { return v.breaks }},
			{Name: "note", Detail: true, Value: func(v absenceRow) any { return v.Note }},
			{Name: "technician_id", Detail: true, Value: func(v absenceRow) any { return string(v.Technician) }},
		},
	}
}

func newAbsenceListCmd(a *App) *cobra.Command {
	var technician string
	var broken bool
	return a.Verb(Verb{
		Use: "list", Short: "List absences that have not ended, with the visits that they break",
		Example: "callout absence list --technician ana\ncallout absence list --broken -o json --jq '.items[].breaks[]'",
		Fields:  absenceList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&technician, "technician", "", "only those of this `TECHNICIAN`")
			f.BoolVar(&broken, "broken", false, "only those that break a visit")
		},
		Run: func(ctx context.Context, _ []string) error {
			var rows []absenceRow
			err := a.View(ctx, func(r store.Reader) error {
				of, err := optional(findTechnician, r, technician)
				if err != nil {
					return err
				}
				for abs, err := range dispatch.Absences.Rows(r, "start", store.Range{}) {
					if err != nil {
						return err
					}
					if of != "" && abs.Technician != of || !abs.To.After(a.Now()) {
						continue
					}
					t, err := dispatch.Technicians.Get(r, abs.Technician)
					if err != nil {
						return err
					}
					row := absenceRow{Absence: abs, who: t.Name, zone: t.Zone, breaks: []string{}}
					visits, err := dispatch.Broken(r, &abs)
					if err != nil {
						return err
					}
					for _, v := range visits {
						row.breaks = append(row.breaks, v.Number)
					}
					if !broken || len(row.breaks) > 0 {
						rows = append(rows, row)
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			return absenceList().Print(a, Rows(rows))
		},
	})
}

func newAbsenceRemoveCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "remove ABSENCE...", Short: "Take absences back: they do not take place", Writes: true,
		Example: "callout absence list --technician ana -o name | callout absence remove -",
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, Action{
				Build: func(r store.Reader, item string) (store.Command, error) {
					id, err := hinted(dispatch.Absences.FindID, "callout absence list")(r, item)
					return &dispatch.RemoveAbsence{Absence: id}, err
				},
				Note: func(store.Receipt) string { return "removed" },
			})
		},
	})
}
