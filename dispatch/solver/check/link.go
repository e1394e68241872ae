package check

import (
	"maps"
	"slices"

	"callout/dispatch/solver"
)

// checkLinks holds every order between two visits against their starts and technicians.
func checkLinks(b book, served map[string][]work, found *findings) {
	for _, l := range b.problem.Links {
		before, after := served[l.Before], served[l.After]
		if len(after) == 0 {
			continue
		}
		if len(before) == 0 {
			found.add(Order, after[0].technician, l.After, "is planned without %s", l.Before)
			continue
		}
		for _, first := range before {
			for _, second := range after {
				checkPair(l, first, second, found)
			}
		}
	}
}

// checkPair holds a seat of the first visit against one of the second.
func checkPair(l solver.Link, first, second work, found *findings) {
	from, word := first.end, "end"
	if l.FromStart {
		from, word = first.start, "start"
	}
	lag := second.start - from
	if lag < l.Min {
		found.add(LagMin, second.technician, l.After, "starts %d after the %s of %s, at least %d", lag, word, l.Before, l.Min)
	}
	if l.Max >= l.Min && lag > l.Max {
		found.add(LagMax, second.technician, l.After, "starts %d after the %s of %s, at most %d", lag, word, l.Before, l.Max)
	}
	same := first.technician == second.technician
	if l.Same == solver.SameTechnician && !same {
		found.add(Same, second.technician, l.After, "%s has %s", first.technician, l.Before)
	}
	if l.Same == solver.OtherTechnician && same {
		found.add(Other, second.technician, l.After, "has %s too", l.Before)
	}
}

// checkStock holds the parts of all visits whose first seat a technician has against his truck.
func checkStock(b book, served map[string][]work, found *findings) {
	type key struct{ technician, part string }
	need := map[key]int{}
	var order []key
	for _, v := range b.problem.Visits {
		for _, w := range served[v.ID] {
			if w.seat != 0 {
				continue
			}
			for _, part := range slices.Sorted(maps.Keys(v.Parts)) {
				k := key{w.technician, part}
				if _, ok := need[k]; !ok {
					order = append(order, k)
				}
				need[k] += v.Parts[part]
			}
		}
	}
	for _, k := range order {
		if has := b.technicians[k.technician].Stock[k.part]; need[k] > has {
			found.add(Stock, k.technician, "", "needs %d of %s, carries %d", need[k], k.part, has)
		}
	}
}
