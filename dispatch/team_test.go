package dispatch_test

import (
	"testing"

	"pgregory.net/rapid"

	"callout/dispatch"
	"callout/store"
	"callout/work"
)

// TestNoTeamIsCheaper holds the best slot for two against the best slots of all teams of two, each asked for by name, in
// drawn shops with skills, wishes and visits in between. The best one may be cheaper still: the moments at
// which others become free are looked at, too.
func TestNoTeamIsCheaper(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := drawShop(t, rt)
		for i := range rapid.IntRange(1, 2).Draw(rt, "more") {
			s.fitter([]string{"x0", "x1"}[i], []string{"", "gas", "gas:2"}[rapid.IntRange(0, 2).Draw(rt, "skill")], "Mon-Fri 08:00-17:00", i*3)
		}
		var team []store.ID
		s.read(func(r store.Reader) error {
			for row, err := range dispatch.ListTechnicians(r, false) {
				if err != nil {
					return err
				}
				team = append(team, row.ID)
			}
			return nil
		})
		site := rapid.IntRange(0, 4).Draw(rt, "at")
		if wish := rapid.IntRange(0, 2).Draw(rt, "wish"); wish > 0 {
			who := &[]store.ID{team[rapid.IntRange(0, len(team)-1).Draw(rt, "who")]}
			terms := &dispatch.SetTerms{Subject: s.sites[site], Preferred: who}
			if wish == 2 {
				terms = &dispatch.SetTerms{Subject: s.sites[site], Required: who}
			}
			s.must(terms)
		}
		id := s.job(site, rapid.IntRange(10, 240).Draw(rt, "minutes"))
		task := &work.AddTask{Order: id, Title: "Heavy", Minutes: 15, Persons: 2}
		if level := rapid.IntRange(0, 2).Draw(rt, "level"); level > 0 {
			task.Skills = []work.SkillNeed{{Skill: "gas", Level: level}}
		}
		s.must(task)
		q := s.ask(id, "2026-03-02", 2)
		got := s.suggest(q)
		var best *dispatch.Slot
		for i := range team {
			for j := range i {
				q.Only = []store.ID{team[i], team[j]}
				for _, slot := range s.suggest(q).Slots {
					if best == nil || slot.Cost < best.Cost {
						best = &slot
					}
				}
			}
		}
		switch {
		case best == nil && len(got.Slots) == 0:
		case best == nil || len(got.Slots) == 0:
			rt.Errorf("asked by name %+v, else %+v", best, got.Slots)
		case got.Slots[0].Cost > best.Cost:
			rt.Errorf("%v at %s costs %d, %v at %s %d", got.Slots[0].Names, hm(got.Slots[0].Start), got.Slots[0].Cost, best.Names, hm(best.Start), best.Cost)
		}
	})
}
