// Package work knows what a customer wants done, and what was done: customers, their
// sites and assets, work orders with their chains and tasks, checklists, evidence,
// deliverables and sign-off.
//
// It does not know who goes there and when (room dispatch), nor what it costs (room
// billing). Both register checks and derivations on the records of this room.
package work
