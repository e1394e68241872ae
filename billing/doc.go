// Package billing knows what work comes to and who is asked to pay it: time entries and
// line items, prices and taxes by date, charges with the trace of their price, fixed-price
// milestones, the gate that says what is missing, and invoices from the proposal to the
// released document and its credit note.
//
// The way is: time entries and items are what was done; a charge is what one of them comes
// to, and is fixed once an invoice with it is approved; an allocation ties a charge to an
// invoice line when the invoice is released, and a credit note reverses named allocations.
// Whether something is billed is read off the allocations and nowhere else.
//
// The package does not know what the work is (room work) or who was sent (room dispatch); it
// watches their records through derivations and checks. It prints nothing but the text of
// a released invoice, and it moves no money: payments are another matter.
package billing
