// Package server answers for a shop over HTTP: the commands, as the command line has them, reads of
// every collection, the journal with its proofs, and login.
//
// It decides nothing. Who may do and see what stands in shop ([shop.May]); what may be done, in the
// commands. It is not for keeping state, either: what must outlast the process is in the store.
package server
