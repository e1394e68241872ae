// Package replica is the client's side of sync: a device's store that decides commands by itself, with or without a
// network, and comes to the same state as the authority in the authority's order.
//
// One round trip pushes what the device has done and pulls what everybody has done. What the device has acknowledged is
// never lost: a pending command goes away only when its entry has come back in the authority's journal, and a
// refused one becomes a conflict that its author has to look at.
//
// The package knows no HTTP routes of the server but its own, and decides nothing: commands are decided by store, by the
// same rules here and there. Answer is the authority's half of the protocol, so that both halves are tested as one.
package replica
