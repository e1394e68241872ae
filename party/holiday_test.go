package party_test

import (
	"testing"

	"callout/calendar"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

func TestHolidaysOfABranch(t *testing.T) {
	h := newTownHall(t)
	h.must(vienna())
	branch := h.must(&party.AddBranch{Branch: "Lisboa", Zone: "Europe/Lisbon"}).Subject
	day := func(s, name string) calendar.Holiday {
		d, err := calendar.ParseDate("date", s)
		if err != nil {
			t.Fatal(err)
		}
		return calendar.Holiday{Date: d, Name: name}
	}
	h.must(&party.AddHolidays{Days: []calendar.Holiday{day("2026-12-25", "Christmas"), day("2026-10-26", "National Day")}})
	open := day("2026-10-26", "")
	open.Open = true
	h.must(&party.AddHolidays{Branch: branch, Days: []calendar.Holiday{day("2026-12-01", "Restoration"), open}})
	closed := func(id store.ID) (n int) {
		h.read(func(r store.Reader) error {
			days, err := party.HolidaysAt(r, id)
			n = len(days.Closed())
			return err
		})
		return n
	}
	if company, there := closed(""), closed(branch); company != 2 || there != 2 {
		t.Fatalf("the company is closed on %d days, Lisboa on %d", company, there)
	}
	h.must(&party.RemoveHoliday{Branch: branch, Date: open.Date})
	if closed(branch) != 3 {
		t.Errorf("the company's holiday does not count again")
	}
	for code, cmd := range map[string]store.Command{
		"holiday.open":    &party.AddHolidays{Days: []calendar.Holiday{open}},
		"holiday.none":    &party.AddHolidays{},
		"holiday.date":    &party.AddHolidays{Days: []calendar.Holiday{{Name: "Some day"}}},
		"holiday.unknown": &party.RemoveHoliday{Branch: branch, Date: day("2026-12-25", "").Date},
		"branch.unknown":  &party.AddHolidays{Branch: "br_00000000000000000000000000", Days: []calendar.Holiday{open}},
	} {
		_, err := h.do("ana", cmd)
		if got := fault.CodeOf(err); got != code && !(code == "branch.unknown" && fault.Is(err, fault.NotFound)) {
			t.Errorf("%s: %v", code, err)
		}
	}
}
