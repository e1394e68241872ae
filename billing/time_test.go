package billing_test

import (
	"encoding/json"
	"testing"
	"time"

	"callout/approval"
	. "callout/billing"
	"callout/dispatch"
	"callout/store"
	"callout/work"
)

func TestTimeTransitionsAreTheOnlyWay(t *testing.T) {
	k := newShop(t)
	o := k.order()
	hour := 0
	fresh := func() store.ID {
		hour++
		from := at("2026-01-05T00:00:00Z").Add(time.Duration(hour) * time.Hour)
		return k.must(&AddTime{Order: o, Technician: k.ana, From: from, To: from.Add(time.Hour)}).Subject
	}
	to := map[TimeStatus]func() store.ID{
		TimeNew: fresh,
		TimeSubmitted: func() store.ID {
			id := fresh()
			k.must(&SubmitTime{Entry: id})
			return id
		},
		TimeApproved: func() store.ID {
			id := fresh()
			k.must(&SubmitTime{Entry: id})
			k.mustAs(as{name: "boss", cmd: &ApproveTime{Entry: id}})
			return id
		},
		TimeRejected: func() store.ID {
			id := fresh()
			k.must(&SubmitTime{Entry: id})
			k.mustAs(as{name: "boss", reason: "not ours", cmd: &RejectTime{Entry: id}})
			return id
		},
	}
	note := "again"
	do := map[string]func(id store.ID) as{
		"edit":     func(id store.ID) as { return as{reason: "typo", cmd: &EditTime{Entry: id, Note: &note}} },
		"submit":   func(id store.ID) as { return as{cmd: &SubmitTime{Entry: id}} },
		"withdraw": func(id store.ID) as { return as{cmd: &WithdrawTime{Entry: id}} },
		"approve":  func(id store.ID) as { return as{name: "boss", cmd: &ApproveTime{Entry: id}} },
		"reject":   func(id store.ID) as { return as{name: "boss", reason: "no", cmd: &RejectTime{Entry: id}} },
	}
	for status, make := range to {
		for action, cmd := range do {
			id := make()
			next, allowed := TimeTransitions()[status][action]
			_, err := k.doAs(cmd(id))
			after := get(k, TimeEntries, id).Status
			switch {
			case allowed && (err != nil || after != next):
				t.Errorf("%s %s: now %s (%v), want %s", action, status, after, err, next)
			case !allowed && (err == nil || after != status):
				t.Errorf("%s %s: now %s, although the table does not allow it", action, status, after)
			case !allowed:
				contains(t, err.Error(), string(status))
			}
		}
	}
	k.audited()
}

func TestTimeIsRefused(t *testing.T) {
	for _, c := range []struct{ name, from, to, code string }{
		{"that ends as it begins", "2026-03-01T08:00:00Z", "2026-03-01T08:00:00Z", "time.order"},
		{"that ends before it begins", "2026-03-01T08:00:00Z", "2026-03-01T07:00:00Z", "time.order"},
		{"that ends in the future", "2026-03-02T05:00:00Z", "2026-03-02T07:00:00Z", "time.future"},
		{"that lies in the future", "2026-03-03T05:00:00Z", "2026-03-03T07:00:00Z", "time.future"},
		{"that nobody stopped", "2026-02-20T08:00:00Z", "2026-02-22T08:00:00Z", "time.long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := newShop(t)
			k.refused(c.code, as{cmd: &AddTime{Order: k.order(), Technician: k.ana, From: at(c.from), To: at(c.to)}})
		})
	}
}

func TestNobodyIsAtTwoPlacesAtOnce(t *testing.T) {
	k := newShop(t)
	here, there := k.order(), k.order()
	long := k.entered(here, "2026-02-28T20:00:00Z", "2026-03-01T06:00:00Z") // over midnight
	for _, c := range []struct {
		name, from, to string
		clash          bool
	}{
		{"inside", "2026-02-28T22:00:00Z", "2026-02-28T23:00:00Z", true},
		{"around", "2026-02-28T19:00:00Z", "2026-03-01T07:00:00Z", true},
		{"over the beginning", "2026-02-28T19:00:00Z", "2026-02-28T20:00:01Z", true},
		{"over the end", "2026-03-01T05:59:59Z", "2026-03-01T07:00:00Z", true},
		{"the same", "2026-02-28T20:00:00Z", "2026-03-01T06:00:00Z", true},
		{"just before", "2026-02-28T19:00:00Z", "2026-02-28T20:00:00Z", false},
		{"just after", "2026-03-01T06:00:00Z", "2026-03-01T07:00:00Z", false},
	} {
		_, err := k.do(&AddTime{Order: there, Technician: k.ana, From: at(c.from), To: at(c.to)})
		if (err != nil) != c.clash {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	ben := k.must(&dispatch.AddTechnician{Technician: "ben"}).Subject
	k.must(&AddTime{Order: here, Technician: ben, From: at("2026-02-28T20:00:00Z"), To: at("2026-03-01T06:00:00Z")})

	// Rejected time does not count, until it is submitted again.
	k.must(&SubmitTime{Entry: long})
	k.mustAs(as{name: "boss", reason: "wrong order", cmd: &RejectTime{Entry: long}})
	k.entered(there, "2026-02-28T21:00:00Z", "2026-02-28T22:00:00Z")
	k.refused("time.overlap", as{cmd: &SubmitTime{Entry: long}})
}

func TestARunningEntryBlocksWhateverComesAfterItsStart(t *testing.T) {
	k := newShop(t)
	o := k.order()
	id := k.mustAs(as{at: at("2026-03-02T05:00:00Z"), cmd: &StartTime{Order: o, Technician: k.ana}}).Subject
	k.refused("time.overlap", as{cmd: &StartTime{Order: o, Technician: k.ana}})
	k.refused("time.overlap", as{cmd: &AddTime{Order: o, Technician: k.ana, From: at("2026-03-02T04:30:00Z"), To: at("2026-03-02T05:00:01Z")}})
	k.entered(o, "2026-03-02T04:00:00Z", "2026-03-02T05:00:00Z")
	k.refused("time.running", as{cmd: &SubmitTime{Entry: id}})

	// Three days later it still runs, and cannot be stopped as if it had run all the time.
	k.clock.set(at("2026-03-05T06:00:00Z"))
	k.refused("time.overlap", as{cmd: &StartTime{Order: o, Technician: k.ana}})
	k.refused("time.long", as{cmd: &StopTime{Entry: id}})
	k.mustAs(as{at: at("2026-03-02T05:45:30Z"), cmd: &StopTime{Entry: id}})
	k.refused("time.stopped", as{cmd: &StopTime{Entry: id}})
	if got := get(k, TimeEntries, id).Worked(); got != 45*time.Minute+30*time.Second {
		t.Errorf("worked %s", got)
	}
}

func TestTimeIsSplitOnlyWhenLookedAt(t *testing.T) {
	for _, c := range []struct {
		name, zone, from, to string
		want                 []string
		minutes              []int
	}{
		{"over midnight", "Europe/Vienna", "2026-02-28T22:00:00Z", "2026-03-01T01:00:00Z", []string{"2026-02-28", "2026-03-01"}, []int{60, 120}},
		{"on the night of 23 hours", "Europe/Vienna", "2025-03-29T21:00:00Z", "2025-03-30T22:00:00Z", []string{"2025-03-29", "2025-03-30"}, []int{120, 23 * 60}},
		{"on the night of 25 hours", "Europe/Vienna", "2025-10-25T21:00:00Z", "2025-10-26T23:00:00Z", []string{"2025-10-25", "2025-10-26"}, []int{60, 25 * 60}},
		{"where the day is another one", "Pacific/Auckland", "2026-02-28T10:00:00Z", "2026-02-28T12:00:00Z", []string{"2026-02-28", "2026-03-01"}, []int{60, 60}},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := newShop(t)
			site := k.must(&work.AddSite{Customer: k.customer, Site: "other", Zone: c.zone}).Subject
			o := k.must(&work.CreateWorkOrder{Customer: k.customer, Site: site, Title: "Night"}).Subject
			id := k.entered(o, c.from, c.to)
			e := get(k, TimeEntries, id)
			parts, err := e.ByDay()
			if err != nil {
				t.Fatal(err)
			}
			if len(parts) != len(c.want) {
				t.Fatalf("%d parts, want %d", len(parts), len(c.want))
			}
			var sum time.Duration
			for i, p := range parts {
				sum += p.Duration()
				if p.Date.String() != c.want[i] || int(p.Duration().Minutes()) != c.minutes[i] {
					t.Errorf("part %d: %s for %s, want %s for %d minutes", i, p.Date, p.Duration(), c.want[i], c.minutes[i])
				}
			}
			if sum != e.Worked() {
				t.Errorf("the parts come to %s of %s", sum, e.Worked())
			}
			if !e.From.Equal(at(c.from)) || !e.To.Equal(at(c.to)) {
				t.Errorf("the raw entry was touched: %s to %s", e.From, e.To)
			}
		})
	}
}

func TestOwnTimeIsApprovedBySomebodyElse(t *testing.T) {
	k := newShop(t)
	o := k.order()
	id := k.mustAs(as{name: "dora", cmd: &AddTime{
		Order: o, Technician: k.ana, From: at("2026-03-01T08:00:00Z"), To: at("2026-03-01T09:00:00Z"),
	}}).Subject
	note := "with ladder"
	k.refused("reason.missing", as{name: "emil", cmd: &EditTime{Entry: id, Note: &note}})
	k.mustAs(as{name: "emil", reason: "forgotten", cmd: &EditTime{Entry: id, Note: &note}})
	k.mustAs(as{name: "fred", cmd: &SubmitTime{Entry: id}})
	for _, maker := range []string{"ana", "dora", "emil"} { // worked it, entered it, edited it last
		k.refused("approval.self", as{name: maker, cmd: &ApproveTime{Entry: id}})
	}
	k.mustAs(as{name: "fred", cmd: &ApproveTime{Entry: id}}) // who only passed it on may
	if got := get(k, TimeEntries, id).Before; len(got) != 1 || got[0].Content.Note != "" || got[0].Reason != "forgotten" {
		t.Errorf("the edit is recorded as %+v", got)
	}
	k.audited()
}

func TestTheSinglePersonPolicyIsRecorded(t *testing.T) {
	k := newShop(t)
	k.must(&approval.SetPolicy{Mode: approval.Single})
	o := k.order()
	id := k.entered(o, "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")
	k.must(&SubmitTime{Entry: id})
	k.must(&ApproveTime{Entry: id})
	k.read(func(r store.Reader) error {
		for q, err := range approval.Of(r, ApprovalTime, id) {
			if err != nil {
				return err
			}
			if q.Decision == nil || !q.Decision.Self || q.Decision.Mode != approval.Single {
				t.Errorf("decided as %+v", q.Decision)
			}
		}
		return nil
	})
	k.audited()
}

func TestAVisitThatEndsDraftsTime(t *testing.T) {
	k := newShop(t)
	o := k.must(&work.CreateWorkOrder{Customer: k.customer, Site: k.site, Title: "Boiler"}).Subject
	k.must(&work.AddTask{Order: o, Title: "Check"})
	k.clock.set(at("2026-03-02T18:00:00Z"))
	step := func(when string, cmd store.Command) store.ID {
		return k.mustAs(as{at: at(when), reason: "so it was", cmd: cmd}).Subject
	}
	visit := step("2026-03-02T06:00:00Z", &dispatch.Schedule{
		Order: o, Technicians: []store.ID{k.ana}, Start: at("2026-03-02T07:00:00Z"), End: at("2026-03-02T09:00:00Z"),
	})
	step("2026-03-02T06:01:00Z", &dispatch.Dispatch{Appointment: visit})
	step("2026-03-02T06:30:00Z", &dispatch.Travel{Appointment: visit})
	step("2026-03-02T07:00:00Z", &dispatch.Start{Appointment: visit})
	step("2026-03-02T08:00:00Z", &dispatch.Pause{Appointment: visit})
	step("2026-03-02T08:15:00Z", &dispatch.Resume{Appointment: visit})
	// She enters a part of it herself before the visit ends.
	k.entered(o, "2026-03-02T08:30:00Z", "2026-03-02T08:45:00Z")
	step("2026-03-02T09:00:00Z", &dispatch.Finish{Appointment: visit, Outcome: dispatch.Completed})

	want := map[string]string{ // what is left besides her own entry
		"2026-03-02T06:30:00Z": "travel 30m0s", "2026-03-02T07:00:00Z": "labour 1h0m0s",
		"2026-03-02T08:15:00Z": "labour 15m0s", "2026-03-02T08:45:00Z": "labour 15m0s",
	}
	drafts := func() map[string]string {
		got := map[string]string{}
		k.read(func(r store.Reader) error {
			for e, err := range TimeEntries.By(r, "draft", store.K(visit)) {
				if err != nil {
					return err
				}
				got[e.From.Format(time.RFC3339)] = string(e.Kind) + " " + e.Worked().String()
			}
			return nil
		})
		return got
	}
	if got := drafts(); len(got) != len(want) {
		t.Fatalf("drafted %v, want %v", got, want)
	}
	for from, s := range want {
		if got := drafts()[from]; got != s {
			t.Errorf("from %s: %q, want %q", from, got, s)
		}
	}
	if q, _ := k.gate(o).Get(ReqTime); q.Status != Unsatisfied {
		t.Errorf("drafts nobody has decided upon: %s is %s", q.Code, q.Status)
	}
	// What she enters over a draft takes its place.
	k.entered(o, "2026-03-02T07:00:00Z", "2026-03-02T07:50:00Z")
	if _, there := drafts()["2026-03-02T07:00:00Z"]; there {
		t.Error("the draft stands beside what she entered")
	}
}

func TestBilledTimeByTheWorkedCases(t *testing.T) {
	type vector struct {
		Kind      string
		Minutes   int
		Increment int `json:"increment_min"`
		Minimum   int `json:"minimum_min"`
		Mode      string
		Expect    json.RawMessage
		Want      int    `json:"expect_minutes"`
		Entries   []int  `json:"entries_min"`
		PerEntry  int    `json:"expect_per_entry"`
		Rate      string `json:"rate"`
		Printed83 string `json:"expect_amount_from_printed_0_83h"`
		Printed42 string `json:"expect_amount_from_printed_0_42h"`
		Printed20 string `json:"expect_amount_from_printed_0_20h"`
	}
	mode := map[string]StepMode{"ceil": StepUp, "nearest": StepNearest}
	seen := map[string]int{}
	for _, v := range vectors[vector](t, "time-rounding.json") {
		seen[v.Kind]++
		rule := TimeRounding{Increment: v.Increment, Minimum: v.Minimum, Mode: mode[v.Mode]}
		switch v.Kind {
		case "duration":
			if got := rule.Count(time.Duration(v.Minutes) * time.Minute); got != time.Duration(v.Want)*time.Minute {
				t.Errorf("%d minutes in steps of %d from %d, %s: %s, want %d minutes", v.Minutes, v.Increment, v.Minimum, v.Mode, got, v.Want)
			}
		case "scope":
			var sum time.Duration
			for _, m := range v.Entries {
				sum += rule.Count(time.Duration(m) * time.Minute)
			}
			if sum != time.Duration(v.PerEntry)*time.Minute {
				t.Errorf("entries %v: %s, want %d minutes", v.Entries, sum, v.PerEntry)
			}
		case "display":
			k := newShop(t, &SetTax{Class: "standard", Rate: percent("20"), Default: true}, &SetPrice{Key: "labour", Price: price(v.Rate)})
			o := k.order()
			from := at("2026-03-01T08:00:00Z")
			id := k.must(&AddTime{Order: o, Technician: k.ana, From: from, To: from.Add(time.Duration(v.Minutes) * time.Minute)}).Subject
			k.must(&SubmitTime{Entry: id})
			k.mustAs(as{name: "boss", cmd: &ApproveTime{Entry: id}})
			k.complete(o)
			wantAmount(t, "printed hours × rate", get(k, Invoices, k.proposed(o)).Net, v.Printed83+v.Printed42+v.Printed20)
		case "punch": // moves the clock readings themselves: a matter of pay, which never touches raw time here
		default:
			t.Errorf("nobody checks vectors of kind %q", v.Kind)
		}
	}
	if seen["duration"] == 0 || seen["display"] == 0 || seen["scope"] == 0 {
		t.Errorf("checked only %v", seen)
	}
}
