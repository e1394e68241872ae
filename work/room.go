package work

import "callout/store"

// Collections lists what this room keeps.
func Collections() []store.AnyCollection {
	return []store.AnyCollection{
		Customers, Sites, Assets, WorkOrders, Tasks, ChecklistRuns, EvidenceItems, Deliverables, SignOffs, Notices, Agreements,
	}
}

// Commands lists how this room's records change.
func Commands() []func() store.Command {
	return []func() store.Command{
		func() store.Command { return &AddCustomer{} },
		func() store.Command { return &EditCustomer{} },
		func() store.Command { return &AddSite{} },
		func() store.Command { return &EditSite{} },
		func() store.Command { return &AddAsset{} },
		func() store.Command { return &SetWarranty{} },
		func() store.Command { return &AddAgreement{} },
		func() store.Command { return &EndAgreement{} },
		func() store.Command { return &GenerateOrder{} },
		func() store.Command { return &SkipOccurrence{} },
		func() store.Command { return &PutUnderAgreement{} },
		func() store.Command { return &AddWorkType{} },
		func() store.Command { return &AddSLA{} },
		func() store.Command { return &ClockTick{} },
		func() store.Command { return &AddChecklist{} },
		func() store.Command { return &CreateWorkOrder{} },
		func() store.Command { return &EditWorkOrder{} },
		func() store.Command { return &RepinWorkOrder{} },
		func() store.Command { return &LinkWorkOrder{} },
		func() store.Command { return &UnlinkWorkOrder{} },
		func() store.Command { return &StartWorkOrder{} },
		func() store.Command { return &HoldWorkOrder{} },
		func() store.Command { return &ResumeWorkOrder{} },
		func() store.Command { return &CompleteWorkOrder{} },
		func() store.Command { return &ReopenWorkOrder{} },
		func() store.Command { return &CloseWorkOrder{} },
		func() store.Command { return &CancelWorkOrder{} },
		func() store.Command { return &AddTask{} },
		func() store.Command { return &EditTask{} },
		func() store.Command { return &MarkTaskDone{} },
		func() store.Command { return &SkipTask{} },
		func() store.Command { return &TakeTaskUp{} },
		func() store.Command { return &AnswerChecklist{} },
		func() store.Command { return &Acknowledge{} },
		func() store.Command { return &AddEvidence{} },
		func() store.Command { return &ReceiveEvidence{} },
		func() store.Command { return &AddDeliverable{} },
		func() store.Command { return &WaiveDeliverable{} },
		func() store.Command { return &GrantDeliverableWaiver{} },
		func() store.Command { return &RefuseDeliverableWaiver{} },
		func() store.Command { return &RequestSignOff{} },
		func() store.Command { return &RecordSignOff{} },
		func() store.Command { return &RefuseSignOff{} },
	}
}

// Derivations lists what follows from changes to this room's records.
func Derivations() []func(*store.Tx) error {
	return []func(*store.Tx) error{supersedeEdited}
}

// Checks lists what this room never allows, whichever command brings it about.
func Checks() []func(*store.Tx) error {
	return []func(*store.Tx) error{noCycle, noLoop, settledStays, nothingDangles}
}

// Audits lists this room's own checks of everything that is stored.
func Audits() []store.Audit {
	return []store.Audit{
		{Name: "work orders", Run: auditOrders},
		{Name: "parts of work orders", Run: auditParts},
		{Name: "checklists", Run: auditChecklists},
		{Name: "sign-offs", Run: auditSignOffs},
		{Name: "SLA clocks", Run: auditClocks},
	}
}
