package approval

import (
	"fmt"
	"strings"
	"time"

	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// Exception is a rule that somebody wants to let go and that takes several people: a conflict that is booked over, a
// price, a discount, goodwill. It stands on its subject from when it is asked for, and counts there once it is granted.
type Exception struct {
	store.Record
	Subject store.ID      `json:"subject"`
	Order   store.ID      `json:"order,omitempty"`
	Title   string        `json:"title"`
	Amount  *money.Amount `json:"amount,omitempty"`
	// What is what is let go, as hashed content. Reason is why.
	What   string         `json:"what"`
	Reason string         `json:"reason"`
	By     store.ID       `json:"by"`
	At     time.Time      `json:"at"` // authority's time
	State  ExceptionState `json:"state"`
	With   []store.ID     `json:"with,omitempty"` // who granted it
}

// ExceptionState is where an exception stands that takes several people.
type ExceptionState string

// The states. Dropped is what was changed or taken back before all had granted it.
const (
	ExceptionAsked   ExceptionState = "asked"
	ExceptionGranted ExceptionState = "granted"
	ExceptionRefused ExceptionState = "refused"
	ExceptionDropped ExceptionState = "dropped"
)

// Grant is what a thing that was let go keeps of the exception for it. The zero value was granted in the act, by whoever
// let it go.
type Grant struct {
	Exception store.ID       `json:"exception,omitempty"`
	State     ExceptionState `json:"state,omitempty"`
	With      []store.ID     `json:"with,omitempty"` // who granted it together with who asked
}

// IsZero reports whether nobody had to be asked.
func (g Grant) IsZero() bool { return g.Exception == "" }

// Counts reports whether it holds: nobody had to be asked, or all have granted it.
func (g Grant) Counts() bool { return g.IsZero() || g.State == ExceptionGranted }

// Follows takes over what became of an exception, and reports whether it is the one.
func (g *Grant) Follows(e *Exception) bool {
	if g.Exception != e.ID || g.State == e.State {
		return false
	}
	g.State, g.With = e.State, e.With
	return true
}

// People are all who let something go: who did or asked for it, and who granted it.
func (g Grant) People(by store.ID) []store.ID { return append([]store.ID{by}, g.With...) }

// Exceptions holds what was asked for, by its subject.
var Exceptions = store.Define(store.Def[Exception, store.NoRow]{
	Name: "exception", Prefix: "exc", Title: "exception",
	Indexes: []store.Index[Exception]{
		{Name: "subject", Keys: func(e *Exception) []store.Key { return []store.Key{store.K(e.Subject, e.At)} }},
	},
})

func (e *Exception) wish() *Wish {
	return &Wish{Kind: ForException, Subject: e.ID, Title: e.Title, By: e.By, Amount: e.Amount, Content: map[string]any{
		"subject": e.Subject, "title": e.Title, "what": e.What, "reason": e.Reason,
	}}
}

// Letting is what somebody lets go.
type Letting struct {
	Subject store.ID // the record that it stands on
	Order   store.ID
	Title   string        // for people: "the price of Pump named by hand"
	Amount  *money.Amount // nil where it is not known, which reaches every step
	What    any           // exactly what is let go
	Reason  string        // the command's where it is empty
}

// LetGo asks the rule for exceptions whether the actor may let something go. Where it asks for one person that is who
// acts, and nothing is kept but that they did. Where it asks for several they are asked, and what is let go does not
// count until all have said yes; it keeps the grant that is returned.
func LetGo(tx *store.Tx, l Letting) (Grant, error) {
	several, err := TakesSeveral(tx, ForException, l.Amount)
	if err != nil {
		return Grant{}, err
	}
	why := strings.TrimSpace(l.Reason)
	if why == "" {
		why = strings.TrimSpace(tx.Env.Reason)
	}
	if !several {
		return Grant{}, mayGrant(tx, ForException, l.Title, l.Amount, why)
	}
	if why == "" {
		return Grant{}, unreasoned(l.Title)
	}
	what, err := Hash(l.What)
	if err != nil {
		return Grant{}, err
	}
	e := &Exception{
		Subject: l.Subject, Order: l.Order, Title: l.Title, Amount: l.Amount, What: what, Reason: why,
		By: tx.Env.Actor.ID, At: tx.Env.RecordedAt, State: ExceptionAsked,
	}
	e.ID = Exceptions.NewID(tx, string(l.Subject)+"/"+l.Title)
	if err := e.wish().PutUp(tx); err != nil {
		return Grant{}, err
	}
	tx.Emit("exception.asked", l.Subject, map[string]any{"exception": e.ID, "title": e.Title, "reason": e.Reason})
	return Grant{Exception: e.ID, State: ExceptionAsked}, Exceptions.Put(tx, e)
}

// Drop takes back what is asked for, since what it was asked for has changed or is gone.
func Drop(tx *store.Tx, g Grant) error {
	if g.IsZero() {
		return nil
	}
	e, err := Exceptions.Get(tx, g.Exception)
	if err != nil || e.State != ExceptionAsked {
		return err
	}
	e.State = ExceptionDropped
	if err := Withdraw(tx, ForException, e.ID, "it was changed or taken back"); err != nil {
		return err
	}
	return Exceptions.Put(tx, e)
}

// Open says what became of an exception that does not count: for whom it waits, or who refused it.
func (g Grant) Open(r store.Reader) (string, error) {
	e, err := Exceptions.Get(r, g.Exception)
	if err != nil {
		return "", err
	}
	q, err := PendingOn(r, ForException, e.ID)
	if err != nil {
		return "", err
	}
	if q == nil {
		return fmt.Sprintf("%s is %s", e.Title, e.State), nil
	}
	waits, err := q.Waiting(r)
	return fmt.Sprintf("%s is asked for, and waits for %s", e.Title, waits), err
}

// unreasoned refuses to let something go without a reason.
func unreasoned(title string) error {
	return fault.Invalidf("reason", "the policy asks who grants %s and why: say why", title).With("reason.missing").
		Hint(`add --reason "why it is all right"`)
}

// GrantException says yes to what somebody has asked to let go. The last yes that the policy asks for makes it count.
type GrantException struct {
	Exception store.ID `json:"exception"`
}

// Name implements store.Command.
func (c *GrantException) Name() string { return "exception.grant.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *GrantException) CountsWhenRecorded() {}

// Do implements store.Command.
func (c *GrantException) Do(tx *store.Tx) error { return decideException(tx, c.Exception, true) }

// RefuseException says no to what somebody has asked to let go, with the reason.
type RefuseException struct {
	Exception store.ID `json:"exception"`
}

// Name implements store.Command.
func (c *RefuseException) Name() string { return "exception.refuse.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *RefuseException) CountsWhenRecorded() {}

// Do implements store.Command.
func (c *RefuseException) Do(tx *store.Tx) error { return decideException(tx, c.Exception, false) }

func decideException(tx *store.Tx, id store.ID, yes bool) error {
	e, err := Exceptions.Get(tx, id)
	if err != nil {
		return err
	}
	tx.Returns(e.ID, "")
	q, err := e.wish().Decide(tx, yes, "callout log "+string(e.Subject))
	if err != nil || q.State == Pending {
		return err
	}
	if e.State = ExceptionRefused; yes {
		e.State, e.With = ExceptionGranted, q.Deciders()
	}
	return Exceptions.Put(tx, e)
}
