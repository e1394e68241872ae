// Package dispatch knows who can go, when and where: technicians, their skills and
// shifts, and the service appointments that bring them to a work order.
//
// It does not know what the work is (room work), nor what the time costs the customer (room billing).
package dispatch
