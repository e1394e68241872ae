package report_test

import (
	"fmt"
	"testing"
	"time"

	"callout/billing"
	"callout/calendar"
	"callout/dispatch"
	"callout/internal/fault"
	"callout/party"
	"callout/shop/report"
	"callout/store"
	"callout/work"
)

func showUse(l report.UtilisationLine) string {
	available := "?"
	if l.KnowsAvailable {
		available = l.Available.String()
	}
	return fmt.Sprintf("%s available, %s worked, %s travelled (%s, labour %s), %s covered (%s billable), %s undecided",
		available, l.Worked, l.Travelled, shown(l.Percent()), shown(l.LabourPercent()), l.Covered, shown(l.BillablePercent()), l.Undecided)
}

// used reads the line of one technician.
func (o *office) used(technician store.ID, from, to string) (out report.UtilisationLine) {
	o.tb.Helper()
	o.view(func(r store.Reader) error {
		got, err := report.Utilisation(r, report.ByTechnician, date(from), date(to), o.now)
		for _, l := range got {
			if l.Group == string(technician) {
				out = l
			}
		}
		return err
	})
	return out
}

// Who begins only after a period, or left before it, is not in its report.
func TestUtilisationLeavesOutWhoWasNotHere(t *testing.T) {
	for name, edit := range map[string]dispatch.EditTechnician{
		"to come": {FirstDay: ptr(date("2026-03-09"))}, "gone": {LastDay: ptr(date("2026-03-01"))},
	} {
		o := newOffice(t).at("2026-03-09 08:00")
		edit.Technician, edit.Shift = o.ana, ptr("Mon-Fri 08:00-16:00")
		o.do(&edit)
		if l := o.used(o.ana, "2026-03-02", "2026-03-09"); l.Group != "" {
			t.Errorf("%s: %s", name, showUse(l))
		}
	}
}

func ptr[T any](v T) *T { return &v }

// TestUtilisation: the week of 2 March 2026, in which ana has 5 × 8 h = 40 h.
func TestUtilisation(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(o *office)
		want string
	}{
		"nothing was done": {func(*office) {},
			"40h0m0s available, 0s worked, 0s travelled (0, labour 0), 0s covered (? billable), 0s undecided"},
		// 40 h − 8 h of the holiday − 4 h of the absence = 28 h; (6 + 1) / 28 = 25 %, 6 / 28 = 21.4 %.
		"a holiday and an absence": {func(o *office) {
			o.do(&party.AddHolidays{Days: []calendar.Holiday{{Date: date("2026-03-03"), Name: "fair"}}})
			o.do(&dispatch.AddAbsence{Technician: o.ana, From: vienna("2026-03-04 12:00"), To: vienna("2026-03-04 18:00")})
			id := o.order(work.CreateWorkOrder{}, o.mill)
			o.approve(o.enter(id, o.ana, billing.Labour, "2026-03-02 09:00", "2026-03-02 15:00"))
			o.approve(o.enter(id, o.ana, billing.Travel, "2026-03-02 08:00", "2026-03-02 09:00"))
		}, "28h0m0s available, 6h0m0s worked, 1h0m0s travelled (25, labour 21.4), 0s covered (100 billable), 0s undecided"},
		// An absence on the holiday takes nothing twice.
		"an absence on a holiday": {func(o *office) {
			o.do(&party.AddHolidays{Days: []calendar.Holiday{{Date: date("2026-03-03"), Name: "fair"}}})
			o.do(&dispatch.AddAbsence{Technician: o.ana, From: vienna("2026-03-03 00:00"), To: vienna("2026-03-04 00:00")})
		}, "32h0m0s available, 0s worked, 0s travelled (0, labour 0), 0s covered (? billable), 0s undecided"},
		// Taken on on Wednesday, and gone after Thursday: 2 × 8 h; (6 + 2) / 16 = 50 %. What was worked on Monday counts all the same.
		"from the first day to the last": {func(o *office) {
			first, last := date("2026-03-04"), date("2026-03-05")
			o.do(&dispatch.EditTechnician{Technician: o.ana, FirstDay: &first, LastDay: &last})
			id := o.order(work.CreateWorkOrder{}, o.mill)
			o.approve(o.enter(id, o.ana, billing.Labour, "2026-03-02 08:00", "2026-03-02 10:00"))
			o.approve(o.enter(id, o.ana, billing.Labour, "2026-03-04 08:00", "2026-03-04 14:00"))
		}, "16h0m0s available, 8h0m0s worked, 0s travelled (50, labour 50), 0s covered (100 billable), 0s undecided"},
		// Of one who was let go the last day says until when: 3 × 8 h.
		"let go after the last day": {func(o *office) {
			last, inactive := date("2026-03-04"), true
			o.do(&dispatch.EditTechnician{Technician: o.ana, LastDay: &last, Inactive: &inactive})
		}, "24h0m0s available, 0s worked, 0s travelled (0, labour 0), 0s covered (? billable), 0s undecided"},
		// 12 h on Saturday: outside the shift, and counted. 12 / 40 = 30 %.
		"overtime counts": {func(o *office) {
			id := o.order(work.CreateWorkOrder{}, o.mill)
			o.approve(o.enter(id, o.ana, billing.Labour, "2026-03-07 06:00", "2026-03-07 18:00"))
		}, "40h0m0s available, 12h0m0s worked, 0s travelled (30, labour 30), 0s covered (100 billable), 0s undecided"},
		// Of 8 h, 2 h are goodwill: 6 / 8 = 75 % billable. Not approved is not nothing; rejected is.
		"goodwill, undecided and rejected time": {func(o *office) {
			id := o.order(work.CreateWorkOrder{}, o.mill)
			o.approve(o.enter(id, o.ana, billing.Labour, "2026-03-02 08:00", "2026-03-02 13:00"))
			good := o.enter(id, o.ana, billing.Labour, "2026-03-03 08:00", "2026-03-03 10:00")
			o.do(&billing.SetCover{Source: good, As: billing.CoverGoodwill})
			o.enter(id, o.ana, billing.Labour, "2026-03-04 08:00", "2026-03-04 09:00")
			bad := o.enter(id, o.ana, billing.Labour, "2026-03-05 08:00", "2026-03-05 10:00")
			o.do(&billing.SubmitTime{Entry: bad})
			o.as("boss", &billing.RejectTime{Entry: bad})
		}, "40h0m0s available, 8h0m0s worked, 0s travelled (20, labour 20), 2h0m0s covered (75 billable), 3h0m0s undecided"},
		// An agreed price pays for the time under it.
		"an agreed price pays": {func(o *office) {
			id := o.order(work.CreateWorkOrder{}, o.mill)
			o.do(&billing.AddMilestone{Order: id, Milestone: "all of it", Amount: sum("500")})
			o.approve(o.enter(id, o.ana, billing.Labour, "2026-03-02 08:00", "2026-03-02 12:00"))
		}, "40h0m0s available, 4h0m0s worked, 0s travelled (10, labour 10), 0s covered (100 billable), 0s undecided"},
		// From Sunday 22:00 to Monday 02:00: two hours are in the week, and half of what is covered.
		"an entry over the first midnight": {func(o *office) {
			id := o.order(work.CreateWorkOrder{}, o.mill)
			e := o.enter(id, o.ana, billing.Labour, "2026-03-01 22:00", "2026-03-02 02:00")
			o.do(&billing.SetCover{Source: e, As: billing.CoverInternal})
			o.approve(e)
		}, "40h0m0s available, 2h0m0s worked, 0s travelled (5, labour 5), 2h0m0s covered (0 billable), 0s undecided"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t).at("2026-03-09 08:00")
			c.do(o)
			if got := showUse(o.used(o.ana, "2026-03-02", "2026-03-09")); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestUtilisationOfTheNightOfTheClocks: a shift from 22:00 to 06:00 lasts seven hours when the clocks are set forward
// (29 March 2026 in Vienna) and nine when they are set back (25 October).
func TestUtilisationOfTheNightOfTheClocks(t *testing.T) {
	o := newOffice(t)
	night := o.do(&dispatch.AddTechnician{Technician: "eve", Shift: "Sat 22:00-06:00"})
	o.at("2026-12-01 08:00")
	for from, want := range map[string]time.Duration{"2026-03-28": 7 * time.Hour, "2026-10-24": 9 * time.Hour, "2026-06-06": 8 * time.Hour} {
		d := date(from)
		if got := o.used(night, from, d.AddDays(2).String()).Available; got != want {
			t.Errorf("from %s: %s, want %s", from, got, want)
		}
	}
}

// TestUtilisationUpToNow: what has not been yet was not available, and a clock that runs counts up to now.
func TestUtilisationUpToNow(t *testing.T) {
	o := newOffice(t).at("2026-03-02 10:00")
	id := o.order(work.CreateWorkOrder{}, o.mill)
	o.do(&billing.StartTime{Order: id, Technician: o.ana})
	o.at("2026-03-02 12:00")
	want := "4h0m0s available, 2h0m0s worked, 0s travelled (50, labour 50), 0s covered (100 billable), 2h0m0s undecided"
	if got := showUse(o.used(o.ana, "2026-03-01", "2026-04-01")); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestUtilisationByGroup: nobody knows what was available of luis, who has no shift, and so of no group that he is in. One who
// has left counts where there was work.
func TestUtilisationByGroup(t *testing.T) {
	o := newOffice(t).at("2026-03-09 08:00")
	graz := o.do(&party.AddBranch{Branch: "Graz"})
	for _, n := range []string{"mia", "tom"} {
		tech := o.do(&dispatch.AddTechnician{Technician: n, Branch: graz, Shift: "Mon-Fri 08:00-12:00"})
		id := o.order(work.CreateWorkOrder{}, o.mill)
		o.approve(o.enter(id, tech, billing.Labour, "2026-03-02 08:00", "2026-03-02 13:00"))
	}
	gone := true
	old := o.do(&dispatch.AddTechnician{Technician: "old", Branch: graz, Shift: "Mon-Fri 08:00-12:00"})
	o.do(&dispatch.EditTechnician{Technician: old, Inactive: &gone})
	o.approve(o.enter(o.order(work.CreateWorkOrder{}, o.mill), o.luis, billing.Labour, "2026-03-02 08:00", "2026-03-02 10:00"))
	o.view(func(r store.Reader) error {
		got, err := report.Utilisation(r, report.ByBranch, date("2026-03-02"), date("2026-03-09"), o.now)
		if err != nil {
			return err
		}
		want := map[string]string{
			// mia and tom: 2 × 20 h, 2 × 5 h worked.
			string(graz): "40h0m0s available, 10h0m0s worked, 0s travelled (25, labour 25), 0s covered (100 billable), 0s undecided",
			"":           "? available, 2h0m0s worked, 0s travelled (?, labour ?), 0s covered (100 billable), 0s undecided",
		}
		for _, l := range got {
			if showUse(l) != want[l.Group] {
				t.Errorf("%q: got  %s\nwant %s", l.Group, showUse(l), want[l.Group])
			}
		}
		all, err := report.Utilisation(r, report.ByShop, date("2026-03-02"), date("2026-03-09"), o.now)
		if len(got) != 2 || len(all) != 1 || all[0].KnowsAvailable || all[0].Worked != 12*time.Hour {
			t.Errorf("by shop: %s", lines(all, showUse))
		}
		if _, err := report.Utilisation(r, report.ByWorkType, date("2026-03-02"), date("2026-03-09"), o.now); fault.CodeOf(err) != "report.group" {
			t.Errorf("by work type: %v", err)
		}
		if _, err := report.Utilisation(r, report.ByShop, date("2026-03-09"), date("2026-03-09"), o.now); fault.CodeOf(err) != "period.empty" {
			t.Errorf("an empty period: %v", err)
		}
		return err
	})
}
