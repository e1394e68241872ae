package cmd

import (
	"cmp"
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/dispatch"
	"callout/store"
	"callout/work"
)

func newTechnicianDayCmd(a *App) *cobra.Command {
	var on string
	var ics bool
	return a.Verb(Verb{
		Use: "day TECHNICIAN", Short: "Show a technician's day, or write it as an iCalendar file",
		Long: `The day is one of the technician's own zone, and holds every visit of which a part falls on it. With --ics it is an
iCalendar file (RFC 5545) for a phone or a calendar program, canceled visits among it.`,
		Example: "callout technician day ana --on tomorrow\ncallout technician day ana --on 2026-03-02 --ics > ana.ics",
		Fields:  appointmentList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&on, "on", "today", "the `DAY`: 2026-03-02, today, tomorrow, monday")
			f.BoolVar(&ics, "ics", false, "write an iCalendar file")
		},
		Run: func(ctx context.Context, args []string) error {
			var rows []appointmentRow
			var events []dispatch.CalendarEvent
			var name string
			err := a.View(ctx, func(r store.Reader) error {
				id, err := findTechnician(r, args[0])
				if err != nil {
					return err
				}
				iv, err := a.day(r, on, id)
				if err != nil {
					return err
				}
				visits, err := dispatch.Agenda(r, id, iv)
				if err != nil {
					return err
				}
				n := namesOf(r)
				name = n.of(id)
				for _, v := range visits {
					row := appointmentRow{AppointmentRow: v, order: n.of(v.Order)}
					for _, t := range v.Technicians {
						row.team = append(row.team, n.of(t))
					}
					rows = append(rows, row)
					if !ics {
						continue
					}
					e, err := eventOf(r, n, v)
					if err != nil {
						return err
					}
					events = append(events, e)
				}
				return nil
			})
			if err != nil {
				return err
			}
			if !ics {
				return appointmentList().Print(a, Rows(rows))
			}
			if f := a.config.Output; f != "auto" && f != "" {
				return usagef("a calendar is written in its own form, not as %s", f).Hint("leave out --ics or -o")
			}
			_, err = fmt.Fprint(a.Out, dispatch.ICalendar(name, events))
			return err
		},
	})
}

// eventOf is a visit as a calendar shows it.
func eventOf(r store.Reader, n *names, v dispatch.AppointmentRow) (dispatch.CalendarEvent, error) {
	w, err := work.WorkOrders.Get(r, v.Order)
	if err != nil {
		return dispatch.CalendarEvent{}, err
	}
	s, err := work.Sites.Get(r, w.Site)
	if err != nil {
		return dispatch.CalendarEvent{}, err
	}
	e := dispatch.CalendarEvent{
		UID: string(v.ID) + "@callout", Stamp: v.Since, Start: v.Start, End: v.End,
		Summary: v.Number + " " + w.Title + ", " + n.of(w.Customer), Location: cmp.Or(s.Address, s.Name),
		Description: w.Number + "\n" + s.Name, Canceled: v.Status == dispatch.Canceled, Tentative: v.Status == dispatch.Scheduled,
	}
	if s.Access != "" {
		e.Description += "\n" + s.Access
	}
	return e, nil
}
