package dispatch_test

import (
	"encoding/json"
	"strings"
	"testing"

	"callout/dispatch"
	"callout/internal/fault"
	"callout/store"
)

// FuzzApplyPlan applies anything that reads as a plan to one shop, as a dry run: it never panics, whatever it refuses
// has a code, and what it accepts leaves no two visits at one time.
func FuzzApplyPlan(f *testing.F) {
	s := newStreet(f, 3)
	ana := s.fitter("ana", "", "Mon-Fri 08:00-17:00", 0)
	s.fitter("bo", "", "Mon-Fri 08:00-17:00", 2)
	s.job(0, 60)
	s.job(1, 30)
	s.visit(s.job(1, 60), vienna(f, "2026-03-02 09:00"), vienna(f, "2026-03-02 10:00"), ana)
	c := s.optimize("2026-03-02", 1, 100).Command()
	text, err := json.Marshal(c)
	if err != nil {
		f.Fatal(err)
	}
	// The ids differ in each run: the corpus names them by their places in the plan.
	names := map[string]string{}
	for i, b := range c.Bookings {
		names[string(b.Order)] = "ORDER" + string(rune('0'+i))
		for _, id := range b.Technicians {
			names[string(id)] = "TECHNICIAN" + string(rune('0'+i))
		}
	}
	blank := string(text)
	for id, name := range names {
		blank = strings.ReplaceAll(blank, id, name)
	}
	f.Add(blank)
	f.Add(strings.Replace(blank, "2026-03-02T", "0001-01-01T", 3))
	f.Add(strings.Replace(blank, "2026-03-02T", "9999-12-31T", 3))
	f.Add(strings.Replace(blank, "ORDER0", "ORDER0~", 1)) // no such order
	f.Add(`{"bookings":[{}],"read":{"x":"y"},"from":"2026-03-02T00:00:00Z","until":"2026-03-03T00:00:00Z"}`)
	f.Fuzz(func(t *testing.T, text string) {
		for id, name := range names {
			text = strings.ReplaceAll(text, name, id)
		}
		c := &dispatch.ApplyPlan{}
		if json.Unmarshal([]byte(text), c) != nil {
			return
		}
		in := store.Intent{Cmd: c, Actor: store.Actor{Name: "office", How: store.Asserted}, At: s.now}
		err := s.Trial(t.Context(), []store.Intent{in}, func(_, after store.Reader, recs []store.Receipt) error {
			if recs[0].Err != nil {
				kind := fault.KindOf(recs[0].Err)
				if kind == fault.Internal || kind != fault.NotFound && fault.CodeOf(recs[0].Err) == "" { // what is not there has no code
					t.Errorf("refused so: %v", recs[0].Err)
				}
				return nil
			}
			for _, a := range dispatch.Audits() {
				if err := a.Run(after, func(id store.ID, msg string) { t.Errorf("audit %s: %s %s", a.Name, id, msg) }); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}
