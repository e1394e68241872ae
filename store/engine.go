package store

import (
	"context"
)

// Engine is an ordered key-value store with snapshots and atomic batches, divided
// into named spaces. Two stand behind the conformance suite in storetest; nothing
// above this interface knows which one it runs on.
//
// Commits are strictly serial: while decide runs, nobody else's commit can land
// between what it reads and what it writes, in this or any other process.
type Engine interface {
	// View runs fn on a snapshot. The reader and every slice it hands out are valid
	// only until fn returns. Errors of fn are returned unchanged; a wait for the
	// engine that passes its deadline is a fault of kind Busy.
	View(ctx context.Context, fn func(Reader) error) error

	// Commit runs decide on the newest state and applies the batch it returns,
	// all or nothing, durably: when Commit returns nil the batch survives the
	// death of the process and of the machine. When decide fails, or returns an empty batch,
	// nothing is written. A fault of kind Unknown means that the batch may or
	// may not have reached the disk.
	Commit(ctx context.Context, decide func(Reader) (Batch, error)) error

	// Close releases what the engine holds. No call may follow it.
	Close() error
}

// Queued is implemented by engines that know whether anybody waits for the transaction that runs.
type Queued interface {
	// Waiting is called from within a commit, often. An engine that cannot tell says yes.
	Waiting() bool
}

// Overlapping is implemented by engines that can decide on a batch while the one before it is put on disk.
type Overlapping interface {
	// CommitEach commits batch after batch, each as Commit does: all or nothing, durable, and not before
	// the one before it. next returns them, an empty one to end. The first time it decides on the newest state.
	// After that its reader may or may not see the batch that it returned last: it must lay that over what it reads.
	// The batch must hold none of the slices that its reader has handed out. settled is called once for each
	// batch, in order, when it is durable. When next fails, the batches before are committed; when one
	// cannot be committed, nothing of what was decided after it is. CommitEach may end early,
	// with no error, after any batch: when somebody waits, it does.
	CommitEach(ctx context.Context, next func(Reader) (Batch, error), settled func()) error
}

// Announcer is implemented by engines that hear of the commits of other processes.
type Announcer interface {
	// Changed returns a channel that is closed soon after the next commit of whomever; now and then it
	// is closed without one. Take it, then look, then wait.
	Changed() <-chan struct{}
}

// Sharer is implemented by engines whose snapshots other processes can read, too.
type Sharer interface {
	// Share is View on a snapshot that has a name, under which others take it for as long as fn runs.
	Share(ctx context.Context, fn func(name string, r Reader) error) error
	// Take is View on the snapshot that somebody shares under a name; where nobody does, it is NotFound.
	Take(ctx context.Context, name string, fn func(Reader) error) error
}

// Reader reads one consistent state.
type Reader interface {
	// Get returns the value under key, or nil where there is none. A stored empty value is
	// returned as an empty, non-nil slice.
	Get(space string, key []byte) ([]byte, error)

	// Scan calls yield for each pair in the range in key order, or in reverse key
	// order, until yield returns false. An unknown space is an empty one.
	// The slices are valid only during the call of yield unless copied.
	Scan(space string, r Range, yield func(key, value []byte) bool) error
}

// Range is a half-open key range [Lo, Hi). A nil Lo is the beginning, a nil Hi the end.
type Range struct {
	Lo, Hi  []byte
	Reverse bool
}

// Prefix returns the range of the keys that begin with p.
func Prefix(p []byte) Range {
	hi := append([]byte(nil), p...)
	for i := len(hi) - 1; i >= 0; i-- {
		if hi[i] < 0xff {
			hi[i]++
			return Range{Lo: p, Hi: hi[:i+1]}
		}
	}
	return Range{Lo: p}
}

// Batch is a list of writes in (space, key) order, at most one per key.
type Batch []Write

// Write sets a key, or deletes it where Value is nil.
type Write struct {
	Space string
	Key   []byte
	Value []byte
}
