package tui

import (
	"cmp"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"callout/dispatch"
	"callout/work"
)

// actBindings are the keys of what can be done with visits, and with the orders that they belong to.
func actBindings() []binding {
	here := []scope{onBoard}
	step := func(id, key, title, done, verb string, act dispatch.Action) binding {
		return binding{
			id: "visit." + id, keys: []string{key}, title: title, scopes: here, writes: true,
			why: func(m *Model) string { return m.board.cannot(act) },
			do:  func(m *Model) tea.Cmd { return m.board.act(key, done, []string{"appt", verb}) },
		}
	}
	order := func(id, key, title string, why func(m *Model) string, do func(m *Model) tea.Cmd) binding {
		return binding{id: "order." + id, keys: []string{key}, title: title, scopes: here, writes: true, why: why, do: do}
	}
	dispatchKey := step("dispatch", "d", "dispatch", "dispatched", "dispatch", dispatch.ActDispatch)
	return []binding{
		{id: "visit.actions", keys: []string{"a"}, title: "actions", scopes: here, hint: 6,
			why: func(m *Model) string { return m.board.nothingChosen() }, do: func(m *Model) tea.Cmd { return m.board.actions() }},
		dispatchKey,
		step("travel", "r", "on the road", "on the road", "travel", dispatch.ActTravel),
		step("start", "S", "start work", "started", "start", dispatch.ActStart),
		{id: "visit.pause", keys: []string{"p"}, title: "pause, go on", scopes: here, writes: true,
			why: func(m *Model) string { return m.board.cannot(dispatch.ActPause, dispatch.ActResume) },
			do:  func(m *Model) tea.Cmd { return m.board.pause() }},
		{id: "visit.finish", keys: []string{"f"}, title: "finish", scopes: here, writes: true,
			why: func(m *Model) string {
				return m.board.cannot(dispatch.ActComplete, dispatch.ActPart, dispatch.ActGiveUp)
			},
			do: func(m *Model) tea.Cmd { return m.board.finish() }},
		{id: "visit.cancel", keys: []string{"x"}, title: "call off", scopes: here, writes: true,
			why: func(m *Model) string { return m.board.cannot(dispatch.ActCancel) }, do: func(m *Model) tea.Cmd { return m.board.callOff() }},
		{id: "visit.lock", keys: []string{"K"}, title: "lock, unlock", scopes: here, writes: true,
			why: func(m *Model) string { return m.board.cannot(dispatch.ActLock) }, do: func(m *Model) tea.Cmd { return m.board.lock() }},
		{id: "visit.assign", keys: []string{"A"}, title: "give to others", scopes: here, writes: true,
			why: func(m *Model) string { return m.board.cannot(dispatch.ActAssign) }, do: func(m *Model) tea.Cmd { return m.board.assign() }},
		{id: "visit.split", keys: []string{"|"}, title: "split", scopes: here, writes: true,
			why: func(m *Model) string { return m.board.onlyOne(dispatch.ActSplit) }, do: func(m *Model) tea.Cmd { return m.board.split() }},
		{id: "visit.longer", keys: []string{">"}, title: "15 minutes longer", scopes: here, writes: true, why: (*Model).cannotResize,
			do: func(m *Model) tea.Cmd { return m.board.stretch(15 * time.Minute) }},
		{id: "visit.shorter", keys: []string{"<"}, title: "15 minutes shorter", scopes: here, writes: true, why: (*Model).cannotResize,
			do: func(m *Model) tea.Cmd { return m.board.stretch(-15 * time.Minute) }},
		{id: "visit.rebook", keys: []string{"R"}, title: "book again what was called off", scopes: here, writes: true,
			do: func(m *Model) tea.Cmd { return m.board.rebook() }},
		order("hold", "z", "hold the order, resume it", func(m *Model) string { return m.board.orderCannot(work.PutOnHold, work.Resume) },
			func(m *Model) tea.Cmd { return m.board.holdOrder() }),
		order("complete", "C", "complete the order", func(m *Model) string { return m.board.orderCannot(work.Complete) },
			func(m *Model) tea.Cmd { return m.board.completeOrder() }),
	}
}

func (b *board) nothingChosen() string {
	if b.held != nil {
		return b.held.number + " is held: drop it or put it back first"
	}
	if len(b.chosen()) == 0 {
		return "there is no visit under the cursor"
	}
	return ""
}

// actions offers everything that can be done with what is chosen, and says of the rest why not.
func (b *board) actions() tea.Cmd {
	visits := b.chosen()
	d := &menu{title: visits[0].Number + "  " + visits[0].Title}
	if len(visits) > 1 {
		d.title = plural(len(visits), "visit")
	}
	for i := range b.m.keys.all {
		k := &b.m.keys.all[i]
		if len(k.keys) == 0 || k.id == "visit.actions" || k.id == "visit.rebook" || k.id == "visit.suggest" && len(visits) > 1 || k.scopes[0] != onBoard || !(isVisit(k.id) || isOrder(k.id)) {
			continue
		}
		d.choices = append(d.choices, choice{key: k.keys[0], title: k.title, why: b.m.refusal(k), do: k.do})
	}
	// What works now stands first, and the cursor on it.
	slices.SortStableFunc(d.choices, func(x, y choice) int { return cmp.Compare(min(len(x.why), 1), min(len(y.why), 1)) })
	b.m.open(d, false)
	return nil
}

func isVisit(id string) bool { return len(id) > 6 && id[:6] == "visit." }

func isOrder(id string) bool { return len(id) > 6 && id[:6] == "order." }
