package store

import (
	"fmt"
	"strings"
)

// Report is what a verification has found. No findings means that every stored byte
// that matters follows from the signed journal.
type Report struct {
	Tenant       string    `json:"tenant"`
	Entries      uint64    `json:"entries"`
	Records      uint64    `json:"records"`
	IndexEntries uint64    `json:"index_entries"`
	Head         string    `json:"head"` // short form of the head recomputed from the entries
	Findings     []Finding `json:"findings"`
	More         int       `json:"more,omitempty"` // findings beyond the limit
}

// OK reports whether nothing was found.
func (r *Report) OK() bool { return len(r.Findings) == 0 }

// Finding is one thing that is wrong.
type Finding struct {
	Space   string `json:"space,omitempty"`
	Subject string `json:"subject,omitempty"` // the record's human number, or else its id, or a key
	ID      ID     `json:"id,omitempty"`
	Seq     uint64 `json:"seq,omitempty"` // the journal entry concerned
	Message string `json:"message"`
	// Count is how many things are wrong for the one reason that Message gives, when there
	// are several; Parts names the others.
	Count int      `json:"count,omitempty"`
	Parts []string `json:"parts,omitempty"`
}

// OfIndex reports whether a way into the records is wrong and not what they say: an earlier version of callout may
// have led that way. A store that is restored has all of them new.
func (f Finding) OfIndex() bool { return strings.HasPrefix(f.Space, "x/") && f.ID != "" }

// String is the finding as one line.
func (f Finding) String() string {
	msg := f.Message + f.others()
	switch {
	case f.Subject != "":
		return f.Subject + ": " + msg
	case f.Seq != 0:
		return fmt.Sprintf("journal entry %d: %s", f.Seq, msg)
	case f.Space != "":
		return f.Space + ": " + msg
	default:
		return msg
	}
}

// others tells of what else is wrong for the same reason, and names some of it.
func (f Finding) others() string {
	const named = 3
	switch n := len(f.Parts); {
	case n == 0:
		return ""
	case n <= named:
		return "; for the same reason: " + strings.Join(f.Parts, ", ")
	default:
		return fmt.Sprintf("; for the same reason %d others: %s and %d more", n, strings.Join(f.Parts[:named], ", "), n-named)
	}
}
