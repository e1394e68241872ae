package approval

import (
	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// Wish is something that somebody would like to let go and that takes several people: a requirement, a deliverable, a
// rule. Who wishes it has no say of their own. The room that owns the subject keeps it and says what becomes of it.
type Wish struct {
	Kind    string // of the rule, [ForWaiver] or [ForException]
	Subject store.ID
	Title   string // for people: "letting SIGNOFF.CUSTOMER of WO-1042 go"
	By      store.ID
	Amount  *money.Amount
	// Content is what people say yes to. The same has to be given when they decide.
	Content any
}

// PutUp asks those whom the rule asks for.
func (w *Wish) PutUp(tx *store.Tx) error {
	hash, err := Hash(w.Content)
	if err != nil {
		return err
	}
	_, err = AskFor(tx, Question{
		Kind: w.Kind, Subject: w.Subject, Title: w.Title, Hash: hash, Makers: []store.ID{w.By}, Amount: w.Amount, Content: w.Content,
	})
	return err
}

// Decide records the actor's decision on a wish that was put up. The room looks at the state of the request:
// it may still wait for others. Where nobody is asked any more, it says so with the command that shows why.
func (w *Wish) Decide(tx *store.Tx, yes bool, look string) (*Request, error) {
	q, err := PendingOn(tx, w.Kind, w.Subject)
	if err != nil {
		return nil, err
	}
	if q == nil {
		return nil, fault.Refusedf("nobody asks for it any more: %s", w.Title).With("approval.settled").Hint("%s", look)
	}
	hash, err := Hash(w.Content)
	if err != nil {
		return nil, err
	}
	return q, Settle(tx, q, hash, yes)
}

// Deciders are all who have decided on a request, and those in whose place somebody did.
func (q *Request) Deciders() []store.ID { return people(q.spent()) }
