package tui

import (
	"strings"
	"time"

	"callout/dispatch"
	"callout/store"
)

// readCandidates reads who can be sent: of a single visit those first against whom the least stands.
func readCandidates(r store.Reader, visits []*Visit, m *Model, now time.Time) ([]pick, error) {
	var rows []pick
	if len(visits) == 1 {
		x, err := dispatch.ExplainVisit(r, visits[0].ID, now)
		if err != nil {
			return nil, err
		}
		for _, t := range x.Technicians {
			p := pick{key: string(t.Technician), text: t.Name, help: "fits", bad: !t.Can}
			var words []string
			for _, c := range t.Against {
				words = append(words, conflictWords(c))
			}
			if len(words) > 0 {
				p.help = strings.Join(words, "; ")
			}
			if t.Assigned {
				p.help = "goes now; " + p.help
			}
			rows = append(rows, p)
		}
	} else {
		for t, err := range dispatch.ListTechnicians(r, false) {
			if err != nil {
				return nil, err
			}
			rows = append(rows, pick{key: string(t.ID), text: t.Name, help: dispatch.FormatSkills(t.Skills)})
		}
	}
	for c, err := range dispatch.Crews.By(r, "name", nil) {
		if err != nil {
			return nil, err
		}
		var names []string
		for _, id := range c.Technicians {
			t, err := dispatch.Technicians.Get(r, id)
			if err != nil {
				return nil, err
			}
			names = append(names, t.Name)
		}
		rows = append(rows, pick{key: crewKey + c.Name, text: c.Name, help: "crew: " + strings.Join(names, ", ")})
	}
	return rows, nil
}
