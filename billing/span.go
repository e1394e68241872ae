package billing

import (
	"time"

	"callout/store"
)

// Span says which revisions of its book or contract see an entry, and who set it when, by the
// authority's time. So every entry has two times: the service dates of its validity, and
// the time in which it was what the shop knew. An entry is never rewritten but for its end.
type Span struct {
	Since   int       `json:"since_rev"`
	Until   int       `json:"until_rev,omitempty"` // 0 while it stands
	SetBy   store.ID  `json:"set_by"`
	SetAt   time.Time `json:"set_at"`
	EndedAt time.Time `json:"ended_at,omitzero"`
}

// Sees reports whether a revision has the entry.
func (s Span) Sees(rev int) bool { return s.Since <= rev && (s.Until == 0 || rev < s.Until) }

// Known reports whether the entry was what the shop knew at an instant.
func (s Span) Known(at time.Time) bool {
	return !s.SetAt.After(at) && (s.Until == 0 || at.Before(s.EndedAt))
}

// begun is the span of an entry that a command adds to a revision.
func begun(tx *store.Tx, rev int) Span {
	return Span{Since: rev, SetBy: tx.Env.Actor.ID, SetAt: tx.Env.RecordedAt}
}

// end lets the entry stand in no revision from rev on.
func (s *Span) end(tx *store.Tx, rev int) { s.Until, s.EndedAt = rev, tx.Env.RecordedAt }

// A view is how one looks at a book or a contract: at a revision, or as it was known at
// an instant.
type view struct {
	rev int
	at  time.Time
}

func (v view) sees(s Span) bool {
	if !v.at.IsZero() {
		return s.Known(v.at)
	}
	return s.Sees(v.rev)
}
