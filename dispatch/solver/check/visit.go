package check

import (
	"maps"
	"slices"

	"callout/dispatch/solver"
)

// checkVisits holds every visit against who serves it and when.
func checkVisits(b book, plan *solver.Plan, served map[string][]work, found *findings) {
	out := map[string]bool{}
	for i, id := range plan.LeftOut {
		if _, ok := b.visits[id]; !ok {
			found.add(Known, "", id, "is left out, but there is no such visit")
		}
		if i > 0 && plan.LeftOut[i-1] >= id {
			found.add(LeftOut, "", id, "is listed after %s", plan.LeftOut[i-1])
		}
		out[id] = true
	}
	for _, v := range b.problem.Visits {
		v = b.visits[v.ID]
		if complete(v, out[v.ID], served[v.ID], found) {
			checkStart(v, served[v.ID], found)
		}
		for _, w := range served[v.ID] {
			checkPerson(b.technicians[w.technician], v, w.seat, found)
		}
	}
}

// complete says whether a visit is in the plan with every seat taken once.
func complete(v solver.Visit, out bool, served []work, found *findings) bool {
	if out {
		if len(served) > 0 {
			found.add(Complete, served[0].technician, v.ID, "is left out and has %d stops", len(served))
		}
		return false
	}
	taken := make([]int, len(v.Seats))
	for _, w := range served {
		taken[w.seat]++
	}
	whole := true
	for seat, n := range taken {
		if n != 1 {
			found.add(Complete, "", v.ID, "seat %d is taken %d times", seat, n)
			whole = false
		}
	}
	return whole
}

// checkStart holds the start of a visit against its crew, windows and pin. A pinned start goes before all windows.
func checkStart(v solver.Visit, served []work, found *findings) {
	start := served[0].start
	pinned := v.Pin != nil && v.Pin.Start != nil
	for i, w := range served {
		if w.start != start {
			found.add(Together, w.technician, v.ID, "seat %d starts at %d, another at %d", w.seat, w.start, start)
		}
		for _, other := range served[:i] {
			if other.technician == w.technician {
				found.add(Crew, w.technician, v.ID, "has seats %d and %d", other.seat, w.seat)
			}
		}
		if pinned && w.start != *v.Pin.Start {
			found.add(PinStart, w.technician, v.ID, "starts at %d, pinned to %d", w.start, *v.Pin.Start)
		}
		inside := func(window solver.Window) bool { return window.From <= w.start && w.start <= window.To }
		if !pinned && len(v.Windows) > 0 && !slices.ContainsFunc(v.Windows, inside) {
			found.add(Window, w.technician, v.ID, "starts at %d, windows %v", w.start, v.Windows)
		}
	}
}

// checkPerson holds a technician against a seat. Who pinned somebody to it has decided about skills and all else.
func checkPerson(t solver.Technician, v solver.Visit, seat int, found *findings) {
	if v.Pin != nil && seat < len(v.Pin.Technicians) && v.Pin.Technicians[seat] != "" {
		if who := v.Pin.Technicians[seat]; who != t.ID {
			found.add(PinWho, t.ID, v.ID, "seat %d is pinned to %s", seat, who)
		}
		return
	}
	needs := v.Seats[seat].Skills
	for _, skill := range slices.Sorted(maps.Keys(needs)) {
		if has := t.Skills[skill]; has < needs[skill] {
			found.add(Skill, t.ID, v.ID, "%s is %d, seat %d needs %d", skill, has, seat, needs[skill])
		}
	}
	if len(v.Allowed) > 0 && !slices.Contains(v.Allowed, t.ID) {
		found.add(Allowed, t.ID, v.ID, "only %v may come", v.Allowed)
	}
	if slices.Contains(v.Barred, t.ID) {
		found.add(Barred, t.ID, v.ID, "may not come")
	}
}
