package cmd

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/calendar"
	"callout/dispatch"
	"callout/store"
)

func newAppointmentCmd(a *App) *cobra.Command {
	return a.Noun(Noun{
		Use: "appointment", Aliases: []string{"appt", "visit"}, Short: "Visits: who goes where, when, and what came of it", Group: GroupDispatch,
	},
		newAppointmentListCmd(a), newAppointmentShowCmd(a),
		newAppointmentScheduleCmd(a), newAppointmentMoveCmd(a), newAppointmentAssignCmd(a), newAppointmentLockCmd(a),
		newAppointmentSplitCmd(a), newAppointmentSwapCmd(a), newAppointmentRebookCmd(a),
		newAppointmentStepCmd(a, dispatchStep()), newAppointmentStepCmd(a, travelStep()), newAppointmentStepCmd(a, startStep()),
		newAppointmentStepCmd(a, pauseStep()), newAppointmentStepCmd(a, resumeStep()), newAppointmentFinishCmd(a),
		newAppointmentStepCmd(a, cancelStep()), newAppointmentTripCmd(a),
		newCoverCmd(a, "cover APPT...", "what a visit bears by itself, its call-out and its way,", "callout appointment cover APPT-1001 --kind goodwill --reason \"we forgot the part\""))
}

// appointmentRow is a visit with the names that its list shows.
type appointmentRow struct {
	dispatch.AppointmentRow
	order     string
	team      []string
	conflicts []string // what stands against it now and nobody accepted, where it was asked for
}

func appointmentList() List[appointmentRow] {
	return List[appointmentRow]{
		Key:   func(v appointmentRow) string { return v.Number },
		Empty: "no visits match",
		Columns: []Column[appointmentRow]{
			{Name: "number", Value: func(v appointmentRow) any { return v.Number }},
			{Name: "status", Value: func(v appointmentRow) any { return string(v.Status) }},
			{Name: "work_order", Title: "ORDER", Drop: 1, Value: func(v appointmentRow) any { return v.order }},
			{Name: "start", Value: func(v appointmentRow) any { return local(v.Start, v.Zone) }},
			{Name: "end", Value: func(v appointmentRow) any { return local(v.End, v.Zone) }},
			{Name: "technicians", Title: "WHO", Value: func(v appointmentRow) any { return v.team }},
			{Name: "lock", Detail: true, Value: func(v appointmentRow) any { return string(v.Lock) }},
			{Name: "conflicts", Detail: true, Value: func(v appointmentRow) any { return v.conflicts }},
			{Name: "zone", Detail: true, Value: func(v appointmentRow) any { return v.Zone }},
			{Name: "since", Detail: true, Value: func(v appointmentRow) any { return local(v.Since, v.Zone) }},
			{Name: "id", Detail: true, Value: func(v appointmentRow) any { return string(v.ID) }},
			{Name: "work_order_id", Detail: true, Value: func(v appointmentRow) any { return string(v.Order) }},
			{Name: "technician_ids", Detail: true, Value: func(v appointmentRow) any { return idWords(v.Technicians) }},
		},
	}
}

// local puts an instant into the zone of a place; no instant stays none.
func local(t time.Time, zone string) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(placeOf(zone))
}

// placeOf is the location of a zone that was checked when it was stored.
func placeOf(zone string) *time.Location {
	z, err := calendar.LoadZone("zone", zone)
	if err != nil {
		return time.UTC
	}
	return z.Location()
}

func idWords(ids []store.ID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

// appointmentFilter is what `appt list` is asked for.
type appointmentFilter struct {
	day, technician, order string
	status                 []string
	open, conflicts        bool
	limit                  int
}

func newAppointmentListCmd(a *App) *cobra.Command {
	var want appointmentFilter
	var statuses []string
	for _, s := range dispatch.Statuses() {
		statuses = append(statuses, string(s))
	}
	return a.Verb(Verb{
		Use:   "list",
		Short: "List visits by planned start; those that wait for a time come first",
		Long: `A day is read in --tz, else in the technician's zone, else in the company's, and holds every visit of
which a part falls on it. Times are shown on the clock at the site.`,
		Example: `callout appt list --day today
callout appt list --technician ana --day 2026-03-02
callout appt list --status none -o name
callout appt list --conflicts --fields number,conflicts`,
		Fields: appointmentList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&want.day, "day", "", "only visits on this `DAY`: 2026-03-02, today, tomorrow, monday")
			f.StringVar(&want.technician, "technician", "", "only visits of this `TECHNICIAN`")
			f.StringVar(&want.order, "order", "", "only visits to this work order: `WO`")
			choicesVar(f, &want.status, "status", statuses, "only visits with this status")
			f.BoolVar(&want.open, "open", false, "only visits that may still take place or go on")
			f.BoolVar(&want.conflicts, "conflicts", false, "only planned visits that something stands against which nobody accepted")
			limitVar(f, &want.limit, "at most `N` visits")
		},
		Run: func(ctx context.Context, _ []string) error {
			rows, err := a.visits(ctx, want)
			if err != nil {
				return err
			}
			return appointmentList().Print(a, rows)
		},
	})
}

func newAppointmentShowCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use:   "show APPT",
		Short: "Show a visit: plan, tasks, what happened, and what stands against it now",
		Example: `callout appt show APPT-1001
callout appt show APPT-1001 --jq .stamps`,
		Fields: []string{"id", "number", "status", "work_order", "title", "customer", "site", "start", "end", "zone", "technicians",
			"tasks", "lock", "arrival", "stamps", "accepted", "conflicts", "crew", "effort", "follow_on", "why"},
		Run: func(ctx context.Context, args []string) error {
			var v *appointmentView
			err := a.View(ctx, func(r store.Reader) (err error) {
				v, err = readAppointmentView(r, args[0], a.Now())
				return err
			})
			if err != nil {
				return err
			}
			return a.Show(v.Number, v, func(p *Page) { v.draw(p) })
		},
	})
}

// findAppointment resolves a visit by number or id.
func findAppointment(r store.Reader, ref string) (store.ID, error) {
	return hinted(dispatch.Appointments.FindID, "callout appt list --open")(r, ref)
}

// completeAppointments offers open visits by start.
func (a *App) completeAppointments(ctx context.Context, prefix string) (found []Completion, err error) {
	err = a.View(ctx, func(r store.Reader) error {
		n := namesOf(r)
		for _, s := range dispatch.Statuses() {
			if !a.able.can(string(s), "") {
				continue
			}
			scanned := 0
			for row, err := range dispatch.Appointments.Rows(r, "status", store.Prefix(store.K(string(s)))) {
				if err != nil {
					return err
				}
				if scanned++; scanned > maxScanned || len(found) >= maxCompletions {
					break
				}
				if strings.HasPrefix(strings.ToLower(row.Number), strings.ToLower(prefix)) {
					found = append(found, Completion{Value: row.Number, Help: string(row.Status) + ", " + n.of(row.Order)})
				}
			}
		}
		return nil
	})
	return found, err
}
