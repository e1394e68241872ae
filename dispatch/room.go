package dispatch

import "callout/store"

// Collections lists what this room keeps.
func Collections() []store.AnyCollection {
	return []store.AnyCollection{Technicians, Appointments, Territories, VisitTermsOf, Absences, Crews}
}

// Commands lists what can be done in this room.
func Commands() []func() store.Command {
	return []func() store.Command{
		func() store.Command { return &AddTechnician{} },
		func() store.Command { return &EditTechnician{} },
		func() store.Command { return &Schedule{} },
		func() store.Command { return &Move{} },
		func() store.Command { return &Assign{} },
		func() store.Command { return &SetLock{} },
		func() store.Command { return &Dispatch{} },
		func() store.Command { return &Travel{} },
		func() store.Command { return &Start{} },
		func() store.Command { return &Pause{} },
		func() store.Command { return &Resume{} },
		func() store.Command { return &Finish{} },
		func() store.Command { return &CancelVisit{} },
		func() store.Command { return &Split{} },
		func() store.Command { return &Rebook{} },
		func() store.Command { return &Swap{} },
		func() store.Command { return &AddCrew{} },
		func() store.Command { return &EditCrew{} },
		func() store.Command { return &RemoveCrew{} },
		func() store.Command { return &AddTerritory{} },
		func() store.Command { return &EditTerritory{} },
		func() store.Command { return &SetTerms{} },
		func() store.Command { return &AddAbsence{} },
		func() store.Command { return &RemoveAbsence{} },
		func() store.Command { return &SetPolicy{} },
		func() store.Command { return &ApplyPlan{} },
	}
}

// Derivations are what this room does after a command of any room.
func Derivations() []func(*store.Tx) error { return []func(*store.Tx) error{follow, followExceptions} }

// Checks are what this room refuses after a command of any room, undo included.
func Checks() []func(*store.Tx) error {
	return []func(*store.Tx) error{noOverlap, notWhileUnderWay, nothingDangles}
}

// Audits looks for visits that could not have come about.
func Audits() []store.Audit {
	return []store.Audit{{Name: "appointments", Run: auditAppointments}}
}
