package cmd

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// TestCompletionOffersThePossible completes the argument of every verb that takes things through a
// life, and tries the verb on all that is offered: none of it may be refused because of how it stands.
func TestCompletionOffersThePossible(t *testing.T) {
	if testing.Short() || underRace {
		t.Skip("this is some hundred command lines")
	}
	s := newRubbishShop(t)
	var o, e bytes.Buffer
	a := s.app("", &o, &e)
	offered := map[string][]string{}
	for c := range verbsBelow(newRootCmd(a)) {
		path := strings.Fields(c.CommandPath())[1:]
		ps, err := parseUse(c.Use)
		if err != nil || len(ps) == 0 || c.Flags().Lookup("dry-run") == nil ||
			!slices.Contains([]string{"WO", "APPT", "TIME-ENTRY", "INVOICE", "MONTH", "TASK"}, ps[0].name) {
			continue
		}
		prefixes := []string{""}
		if ps[0].name == "TASK" {
			prefixes = []string{"WO-1001/", "WO-1002/", "WO-1003/", "WO-1004/", "WO-1005/"}
		}
		verb := strings.Join(path, " ")
		for _, prefix := range prefixes {
			_, out, _ := s.type_(append(append([]string{"__complete"}, path...), prefix)...)
			for line := range strings.Lines(out) {
				if id, _, _ := strings.Cut(strings.TrimSpace(line), "\t"); id != "" && id[0] != ':' {
					offered[verb] = append(offered[verb], id)
				}
			}
		}
		var good []string
		for _, p := range ps {
			if p.choices != nil {
				good = append(good, p.choices[0])
			} else {
				good = append(good, s.good(a, p.name))
			}
		}
		flags := []string{"--dry-run", "--reason=because", "-o", "json"}
		if c.Flags().Lookup("yes") != nil {
			flags = append(flags, "--yes")
		}
		flags = append(flags, s.needed(a, c, path, good, flags)...)
		for _, id := range offered[verb] {
			good[0] = id
			args := append(append(append(append([]string{}, path...), flags...), "--"), good...)
			code, _, talk := s.type_(args...)
			if code == exitRefused && isStanding(talk) {
				t.Errorf("%s is offered to %q and refused:\n%s", id, verb, talk)
			}
		}
	}
	for verb, want := range map[string]string{
		"work-order close": "WO-1005", "work-order start": "WO-1001", "time submit": "time_", "task reopen": "WO-1003/1",
		"invoice credit": "INV-2026-00003", "period close": "2026-03",
	} {
		if !slices.ContainsFunc(offered[verb], func(id string) bool { return strings.HasPrefix(id, want) }) {
			t.Errorf("%q offers %v, and not %s", verb, offered[verb], want)
		}
	}
	for _, verb := range []string{"appointment start", "appointment finish", "time approve"} {
		if offered[verb] != nil {
			t.Errorf("%q offers %v in a shop where all of that has happened", verb, offered[verb])
		}
	}
}

// isStanding reports whether a refusal is about how a thing stands in its life.
func isStanding(talk string) bool {
	return slices.ContainsFunc([]string{
		"work_order.transition", "appointment.status", "appointment.final", "appointment.rebook", "time.status", "invoice.status", "invoice.kind",
		"task.transition", "credit.unreleased", "period.open", "period.closed",
	}, func(code string) bool { return strings.Contains(talk, `"code":"`+code+`"`) })
}
