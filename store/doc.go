// Package store keeps a business: typed collections of JSON records, changed only by
// commands, each of which leaves one entry in an append-only, signed journal.
//
// A transaction is a reader with a write buffer on top. Running a command, showing
// what it would do, and deciding it again elsewhere are the same code on different
// buffers. Human numbers, pinned revisions, idempotency by command id, undo, and the
// check of everything against the journal live here as well.
//
// The package knows no business: no rule about orders, money or people belongs in
// it. It opens no store file itself; the engines in store/bolt and store/memory do.
package store
