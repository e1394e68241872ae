package bolt

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// holder is who writes. It stands in the lock file while the lock is held exclusively, so
// that those who wait can be told. It decides nothing: the kernel's lock does.
type holder struct {
	PID   int       `json:"pid"`
	What  string    `json:"what"`
	Since time.Time `json:"since"`
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

// holder names who holds the lock. A process that was killed leaves its name behind, so
// a name counts only while its process lives.
func (t *turnstile) holder() string {
	var h holder
	b, err := os.ReadFile(t.path + ".lock")
	if err != nil || json.Unmarshal(b, &h) != nil || h.PID <= 0 || !alive(h.PID) {
		return nobodyKnown
	}
	if h.What == "" {
		h.What = "callout"
	}
	return fmt.Sprintf("%s (pid %d, %s)", h.What, h.PID, time.Since(h.Since).Round(time.Second))
}
