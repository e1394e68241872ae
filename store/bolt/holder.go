package bolt

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"callout/internal/fault"
)

// holder is who writes. It stands in the lock file while the lock is held exclusively, so
// that those who wait can be told. It decides nothing: the kernel's lock does.
type holder struct {
	PID   int       `json:"pid"`
	What  string    `json:"what"`
	Since time.Time `json:"since"`
	// Serves is where the process answers, when it keeps the store for as long as it lives.
	Serves string `json:"serves,omitempty"`
}

// nobodyKnown stands for readers, which leave no name, and for what cannot be read.
const nobodyKnown = "another callout"

func (h holder) write(lock *os.File) {
	// A name that could not be written makes a message less helpful, and no more.
	if b, err := json.Marshal(h); err == nil {
		_ = lock.Truncate(0)
		_, _ = lock.WriteAt(append(b, '\n'), 0)
	}
}

func clearHolder(lock *os.File) { _ = lock.Truncate(0) }

// holder names who holds the lock.
func (t *turnstile) holder() string {
	h, ok := t.readHolder()
	if !ok {
		return nobodyKnown
	}
	return fmt.Sprintf("%s (pid %d, %s)", cmp.Or(h.What, "callout"), h.PID, time.Since(h.Since).Round(time.Second))
}

// readHolder reads who holds the lock. A process that was killed leaves its name behind, so
// a name counts only while its process lives.
func (t *turnstile) readHolder() (h holder, ok bool) {
	b, err := os.ReadFile(t.path + ".lock")
	if err != nil || json.Unmarshal(b, &h) != nil || h.PID <= 0 || !alive(h.PID) {
		return h, false
	}
	return h, true
}

// served refuses to wait for a process that does not mean to let go.
func (t *turnstile) served() error {
	h, ok := t.readHolder()
	if !ok || h.Serves == "" {
		return nil
	}
	return fault.Busyf("%s (pid %d) has this store and answers for it", cmp.Or(h.What, "callout serve"), h.PID).With("store.served").
		Hint("--server %s   (work through it)", h.Serves).Hint("kill %d   (stops it; it finishes what it has accepted)", h.PID)
}
