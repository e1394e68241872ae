package approval

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// State is where a request stands.
type State string

// The states of a request. All but Pending are final.
const (
	Pending  State = "pending"
	Approved State = "approved"
	Rejected State = "rejected"
	Void     State = "void" // the subject changed, or was withdrawn
)

// Request asks for one person's decision on the hash of a subject.
type Request struct {
	store.Record
	Kind    string     `json:"kind"` // what is asked, e.g. "time", "invoice"
	Subject store.ID   `json:"subject"`
	Title   string     `json:"title"`  // for people: "WO-1042 · 2h of ana"
	Hash    string     `json:"hash"`   // of the subject's content, see Hash
	Makers  []store.ID `json:"makers"` // who made or last edited it: they may not approve
	Asked   time.Time  `json:"asked"`  // authority's time
	AskedBy store.ID   `json:"asked_by"`
	State   State      `json:"state"`
	// Decision is set once the state is Approved or Rejected.
	Decision *Decision `json:"decision,omitempty"`
	VoidWhy  string    `json:"void_why,omitempty"`
}

// Decision is what one person said.
type Decision struct {
	By     store.ID  `json:"by"`
	How    store.How `json:"how"`
	At     time.Time `json:"at"` // authority's time
	Reason string    `json:"reason,omitempty"`
	Mode   Mode      `json:"mode"` // the policy it was decided under
	Policy store.ID  `json:"policy,omitempty"`
	Self   bool      `json:"self,omitempty"` // a maker decided, as the single-person policy allows
}

// Row is what a list of requests shows.
type Row struct {
	ID      store.ID   `json:"id"`
	Kind    string     `json:"kind"`
	Subject store.ID   `json:"subject"`
	Title   string     `json:"title"`
	State   State      `json:"state"`
	AskedBy store.ID   `json:"asked_by"`
	Asked   time.Time  `json:"asked"`
	Makers  []store.ID `json:"makers"`
}

// Requests holds all requests, by state and by subject.
var Requests = store.Define(store.Def[Request, Row]{
	Name: "approval", Prefix: "apr", Title: "approval request",
	Row: func(q *Request) Row {
		return Row{q.ID, q.Kind, q.Subject, q.Title, q.State, q.AskedBy, q.Asked, q.Makers}
	},
	Indexes: []store.Index[Request]{
		{Name: "state", Keys: func(q *Request) []store.Key { return []store.Key{store.K(string(q.State), q.Asked)} }},
		{Name: "subject", Keys: func(q *Request) []store.Key { return []store.Key{store.K(q.Subject, q.Asked)} }},
	},
})

// Ask opens a request for a decision. An older pending request on the same subject
// and kind becomes void: one question at a time.
func Ask(tx *store.Tx, kind string, subject store.ID, title, hash string, makers ...store.ID) (*Request, error) {
	if err := Withdraw(tx, kind, subject, "asked again"); err != nil {
		return nil, err
	}
	slices.Sort(makers)
	q := &Request{
		Kind: kind, Subject: subject, Title: title, Hash: hash, Makers: slices.Compact(makers),
		Asked: tx.Env.RecordedAt, AskedBy: tx.Env.Actor.ID, State: Pending,
	}
	q.ID = Requests.NewID(tx, kind+"/"+string(subject)+"/"+hash)
	return q, Requests.Put(tx, q)
}

// Withdraw voids what is pending or approved for a subject: it has changed, or is gone.
func Withdraw(tx *store.Tx, kind string, subject store.ID, why string) error {
	for q, err := range Of(tx, kind, subject) {
		if err != nil {
			return err
		}
		if q.State != Pending && q.State != Approved {
			continue
		}
		q.State, q.VoidWhy = Void, why
		if err := Requests.Put(tx, q); err != nil {
			return err
		}
	}
	return nil
}

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

// Settle records the actor's decision on a pending request whose subject has, now,
// the given hash. The rooms that own the subjects call it, each with the hash of what is there now.
func Settle(tx *store.Tx, q *Request, hash string, yes bool) error {
	if q.State != Pending {
		return fault.Refusedf("%s is already %s", q.Title, q.State).With("approval.settled").
			Hint("callout log %s", q.Subject)
	}
	if q.Hash != hash {
		return fault.Conflictf("%s has changed since approval was asked for", q.Title).With("approval.stale")
	}
	policy, pin, err := Current(tx)
	if err != nil {
		return err
	}
	self := slices.Contains(q.Makers, tx.Env.Actor.ID)
	if self && yes && policy.Mode != Single {
		name, err := party.NameOf(tx, tx.Env.Actor.ID)
		if err != nil {
			return err
		}
		return fault.Refusedf("%s made or last edited %s and so may not approve it", name, q.Title).
			With("approval.self").Hint("someone else approves: --as NAME")
	}
	if !yes && tx.Env.Reason == "" {
		return fault.Invalidf("reason", "a rejection needs a reason").Hint(`--reason "what is wrong"`)
	}
	q.State = Approved
	if !yes {
		q.State = Rejected
	}
	q.Decision = &Decision{
		By: tx.Env.Actor.ID, How: tx.Env.Actor.How, At: tx.Env.RecordedAt, Reason: tx.Env.Reason,
		Mode: policy.Mode, Policy: pin.ID, Self: self,
	}
	tx.Emit(fmt.Sprintf("%s.%s", q.Kind, q.State), q.Subject, nil)
	return Requests.Put(tx, q)
}
