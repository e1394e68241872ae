// Package shop is the assembled business: every collection, command, derivation and
// check of the rooms below, on a store, with the evidence files beside it. What spans
// rooms is told here: why an order cannot start, finish or be billed, and which command
// decides an approval.
//
// No rule lives here that one room could keep alone, and nothing here prints.
package shop
