package billing

import "callout/store"

// Collections lists what this room keeps.
func Collections() []store.AnyCollection {
	return []store.AnyCollection{
		TimeEntries, CoverDecisions, Draws, Parts, LineItems, PriceBooks, BookPrices, Contracts, contractVersions, ContractClauses, OrderTerms, Milestones,
		Charges, Allocations, Invoices, GateWaivers, TaxStatuses, Trips,
		Caps, CapNotices, ChangeOrders, ScheduleRows, ProgressRecords, Positions, Measures, Deposits, Retainers, RetainerEntries,
		Payments, Settlements, Periods, LateItems, PurchaseOrders, PurchaseRules,
		Corrections,
	}
}

// Commands lists how this room's records change.
func Commands() []func() store.Command {
	return []func() store.Command{
		func() store.Command { return &AddTime{} },
		func() store.Command { return &StartTime{} },
		func() store.Command { return &StopTime{} },
		func() store.Command { return &EditTime{} },
		func() store.Command { return &SubmitTime{} },
		func() store.Command { return &ApproveTime{} },
		func() store.Command { return &RejectTime{} },
		func() store.Command { return &WithdrawTime{} },
		func() store.Command { return &AddPart{} },
		func() store.Command { return &EditPart{} },
		func() store.Command { return &AddItem{} },
		func() store.Command { return &EditItem{} },
		func() store.Command { return &RemoveItem{} },
		func() store.Command { return &SetCover{} },
		func() store.Command { return &SetPrice{} },
		func() store.Command { return &NamePrice{} },
		func() store.Command { return &AddBook{} },
		func() store.Command { return &AddContract{} },
		func() store.Command { return &EditContract{} },
		func() store.Command { return &EndContract{} },
		func() store.Command { return &SetClause{} },
		func() store.Command { return &DropClause{} },
		func() store.Command { return &RepinPrices{} },
		func() store.Command { return &RepinOrder{} },
		func() store.Command { return &RepriceOrder{} },
		func() store.Command { return &SetTax{} },
		func() store.Command { return &SetTaxRounding{} },
		func() store.Command { return &SetTaxStatus{} },
		func() store.Command { return &SetRules{} },
		func() store.Command { return &SetFloor{} },
		func() store.Command { return &SetTerms{} },
		func() store.Command { return &AddMilestone{} },
		func() store.Command { return &CancelMilestone{} },
		func() store.Command { return &SetCap{} },
		func() store.Command { return &RequestChange{} },
		func() store.Command { return &ApproveChange{} },
		func() store.Command { return &AcceptChange{} },
		func() store.Command { return &RejectChange{} },
		func() store.Command { return &AddScheduleRow{} },
		func() store.Command { return &ApplyProgress{} },
		func() store.Command { return &AddPosition{} },
		func() store.Command { return &MeasureWork{} },
		func() store.Command { return &OpenRetainer{} },
		func() store.Command { return &PayRetainer{} },
		func() store.Command { return &ProposeDeposit{} },
		func() store.Command { return &ProposeRetainage{} },
		func() store.Command { return &WaiveRequirement{} },
		func() store.Command { return &GrantWaiver{} },
		func() store.Command { return &RefuseWaiver{} },
		func() store.Command { return &AddPurchaseOrder{} },
		func() store.Command { return &EditPurchaseOrder{} },
		func() store.Command { return &RequirePurchaseOrder{} },
		func() store.Command { return &CorrectBilled{} },
		func() store.Command { return &ProposeInvoice{} },
		func() store.Command { return &ApproveInvoice{} },
		func() store.Command { return &RejectInvoice{} },
		func() store.Command { return &ReleaseInvoice{} },
		func() store.Command { return &CreditInvoice{} },
		func() store.Command { return &RebillInvoice{} },
		func() store.Command { return &DiscardInvoice{} },
		func() store.Command { return &AddPayment{} },
		func() store.Command { return &ApplyCredit{} },
		func() store.Command { return &ReversePayment{} },
		func() store.Command { return &RefundPayment{} },
		func() store.Command { return &DivideCredit{} },
		func() store.Command { return &WriteOffInvoice{} },
		func() store.Command { return &ClosePeriod{} },
		func() store.Command { return &ReopenPeriod{} },
		func() store.Command { return &SetTrip{} },
	}
}

// Derivations lists what follows from changes to the records of this room and the rooms
// below, in the order in which one thing follows from another.
func Derivations() []func(*store.Tx) error {
	return []func(*store.Tx) error{
		followExceptions, pinOrder, amendBilled, fromTemplate, billFee, draftTime, showWork, supersedeBilled, reachMilestones, drawEntitlements, warnMargin, weighBookings, stale, noticeCaps, markLate,
	}
}

// Checks lists what this room never allows, whichever command brings it about.
func Checks() []func(*store.Tx) error {
	return []func(*store.Tx) error{
		checkTime, checkItems, checkPrices, checkContracts, checkCharges, checkAllocations, checkReleased, checkCaps, checkDeducted,
		checkRetainers, checkShown, checkMargin, checkBookings, checkDraws, checkDangling, checkTrips, checkClosing,
		checkLedger, checkPeriods,
	}
}
