package approval

import (
	"fmt"
	"slices"
	"strings"
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
	Self   bool      `json:"self,omitempty"` // who decided is a maker
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
// and kind, and an approval of it, become void: one question at a time. Where no maker is
// known, who asks counts as the maker: there is never a subject that anybody may approve.
func Ask(tx *store.Tx, kind string, subject store.ID, title, hash string, makers ...store.ID) (*Request, error) {
	if err := Withdraw(tx, kind, subject, "asked again"); err != nil {
		return nil, err
	}
	q := &Request{
		Kind: kind, Subject: subject, Title: title, Hash: hash, Makers: people(makers),
		Asked: tx.Env.RecordedAt, AskedBy: tx.Env.Actor.ID, State: Pending,
	}
	if len(q.Makers) == 0 {
		q.Makers = people([]store.ID{q.AskedBy})
	}
	q.ID = Requests.NewID(tx, kind+"/"+string(subject)+"/"+hash)
	return q, Requests.Put(tx, q)
}

// people is a set of people in order, without nobody.
func people(ids []store.ID) []store.ID {
	out := slices.DeleteFunc(slices.Clone(ids), func(id store.ID) bool { return id == "" })
	slices.Sort(out)
	return slices.Compact(out)
}

// Edited tells that the actor has changed a subject, whose content has the given hash
// now. What was asked or granted for another hash is void. A pending request that still
// fits (an edit that was edited back) counts the actor among the makers from now on.
// Rooms call it whenever they write a subject that may have been put up for approval.
func Edited(tx *store.Tx, kind string, subject store.ID, hash, why string) error {
	for q, err := range Of(tx, kind, subject) {
		switch {
		case err != nil:
			return err
		case q.State != Pending && q.State != Approved:
			continue
		case q.Hash != hash:
			q.State, q.VoidWhy = Void, why
		case q.State == Pending:
			q.Makers = people(append(q.Makers, tx.Env.Actor.ID))
		}
		if err := Requests.Put(tx, q); err != nil {
			return err
		}
	}
	return nil
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

// Settle records the actor's decision on a pending request whose subject has, now,
// the given hash. The rooms that own the subjects call it, each with the hash of what is
// there now. A rejection needs a reason and may come from anybody, a maker included.
func Settle(tx *store.Tx, q *Request, hash string, yes bool) error {
	if q.State != Pending {
		e := fault.Refusedf("%s is already %s", q.Title, q.State).With("approval.settled")
		if q.State == Void {
			e.Msg = "the request to approve " + q.Title + " is void: " + q.VoidWhy
		}
		return e.Hint("callout log %s", q.Subject)
	}
	if q.Hash != hash {
		return fault.Conflictf("%s has changed since approval was asked for", q.Title).With("approval.stale").
			Hint("look at it again and submit it again")
	}
	policy, pin, err := Current(tx)
	if err != nil {
		return err
	}
	if yes && !policy.Allows(q.Makers, tx.Env.Actor.ID) {
		return ownWork(tx, q)
	}
	if !yes && strings.TrimSpace(tx.Env.Reason) == "" {
		return fault.Invalidf("reason", "a rejection needs a reason").With("reason.missing").
			Hint(`callout approval reject %s --reason "what is wrong"`, q.ID)
	}
	q.State = Approved
	if !yes {
		q.State = Rejected
	}
	q.Decision = &Decision{
		By: tx.Env.Actor.ID, How: tx.Env.Actor.How, At: tx.Env.RecordedAt, Reason: tx.Env.Reason,
		Mode: policy.Mode, Policy: pin.ID, Self: slices.Contains(q.Makers, tx.Env.Actor.ID),
	}
	tx.Emit(fmt.Sprintf("%s.%s", q.Kind, q.State), q.Subject, map[string]any{"request": q.ID})
	return Requests.Put(tx, q)
}

// ownWork refuses an approval under four eyes.
func ownWork(tx *store.Tx, q *Request) error {
	if tx.Env.Actor.ID == "" {
		return fault.Refusedf("only a person can approve %s", q.Title).With("approval.nobody")
	}
	name, err := party.NameOf(tx, tx.Env.Actor.ID)
	if err != nil {
		return err
	}
	return fault.Refusedf("%s made or last edited %s and so may not approve it", name, q.Title).
		With("approval.self").Hint("callout approval approve %s --as NAME   (somebody else)", q.ID)
}
