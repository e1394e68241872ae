package approval

import (
	"iter"
	"slices"
	"strings"
	"time"

	"callout/party"
	"callout/store"
)

// States lists the states in the order in which people should see them.
func States() []State { return []State{Pending, Approved, Rejected, Void} }

// Of yields the requests of one kind on a subject, oldest first.
func Of(r store.Reader, kind string, subject store.ID) iter.Seq2[*Request, error] {
	return func(yield func(*Request, error) bool) {
		for q, err := range Requests.By(r, "subject", store.K(subject)) {
			if err == nil && q.Kind != kind {
				continue
			}
			if !yield(q, err) || err != nil {
				return
			}
		}
	}
}

// Granted returns the approval of a subject's present content, or nil. An approval of
// another hash does not count.
func Granted(r store.Reader, kind string, subject store.ID, hash string) (*Request, error) {
	for q, err := range Of(r, kind, subject) {
		if err != nil {
			return nil, err
		}
		if q.State == Approved && q.Hash == hash {
			return q, nil
		}
	}
	return nil, nil
}

// PendingOn returns the open request of a kind on a subject, or nil.
func PendingOn(r store.Reader, kind string, subject store.ID) (*Request, error) {
	for q, err := range Of(r, kind, subject) {
		if err != nil {
			return nil, err
		}
		if q.State == Pending {
			return q, nil
		}
	}
	return nil, nil
}

// List yields the requests in a state, oldest first; with no state, all by state.
func List(r store.Reader, state State) iter.Seq2[Row, error] {
	if state == "" {
		return Requests.Rows(r, "state", store.Range{})
	}
	return Requests.Rows(r, "state", store.Prefix(store.K(string(state))))
}

// Mine yields the pending requests that a person may approve now, oldest first.
func Mine(r store.Reader, person store.ID, now time.Time) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		s, err := StandingOf(r, person, now)
		if err != nil {
			yield(Row{}, err)
			return
		}
		for row, err := range List(r, Pending) {
			if err == nil {
				if _, no := row.Capacity(s); no != nil {
					continue
				}
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// Waits reports whether a pending request waits for somebody else: the person asked for it or made it, and
// cannot decide it.
func (q *Row) Waits(s Standing) bool {
	if q.State != Pending || q.AskedBy != s.Person && !slices.Contains(q.Makers, s.Person) {
		return false
	}
	_, no := q.Capacity(s)
	return no != nil
}

// DecidedBy reports whether a person has decided on a request, or somebody in their place.
func (q *Row) DecidedBy(person store.ID) bool { return slices.Contains(q.Spent, person) }

// Waiting says for whom a pending request still waits: "1 manager and 2 of mia, carl, olga".
func (q *Request) Waiting(r store.Reader) (string, error) {
	var failed error
	var out []string
	for _, s := range q.open() {
		out = append(out, s.Words(func(id store.ID) string {
			name, err := party.NameOf(r, id)
			if err != nil {
				failed = err
			}
			return name
		}))
	}
	return strings.Join(out, " and "), failed
}
