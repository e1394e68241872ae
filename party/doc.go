// Package party knows who there is: the company, its branches, and the people who act
// in it.
//
// It does not know customers (room work), technicians (room dispatch) or who may
// approve what (room approval).
package party
