package approval

import (
	"slices"
	"time"

	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
)

// State is where a request stands.
type State string

// The states of a request. All but Pending are final, but that an approval becomes void with
// what it was given for.
const (
	Pending  State = "pending"
	Approved State = "approved"
	Rejected State = "rejected"
	Void     State = "void" // the subject changed, or was withdrawn
)

// Request asks for people's decision on the hash of a subject, under the policy that was in
// force when it was asked.
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

	// As is the kind that the policy's rules go by, where it is another: a credit note is decided
	// like an invoice, by rules of its own.
	As string `json:"as,omitempty"`
	// Amount is what the subject comes to, where it has an amount, and Customer whom it is for.
	Amount   *money.Amount `json:"amount,omitempty"`
	Customer store.ID      `json:"customer,omitempty"`
	// Measure is what thresholds were held against: the amount without its sign and, within the
	// rule's window, those of the requests in With.
	Measure *money.Amount `json:"measure,omitempty"`
	With    []store.ID    `json:"with,omitempty"`
	// Policy is the revision it was asked under, Mode its mode and Steps what its rule asks for; no
	// steps are one step for anybody.
	Policy store.Pin `json:"policy,omitzero"`
	Mode   Mode      `json:"mode,omitempty"`
	Steps  []Step    `json:"steps,omitempty"`
	// Reasoned asks for a reason also with a yes.
	Reasoned bool `json:"reasoned,omitempty"`

	// Earlier are the decisions before the one that settled it, in their order.
	Earlier []Decision `json:"earlier,omitempty"`
	// Decision is set once the state is Approved or Rejected: the one that settled it.
	Decision *Decision `json:"decision,omitempty"`
	VoidWhy  string    `json:"void_why,omitempty"`
	// UndoneAt is when all that was approved was taken back, as by a credit of a whole invoice. The approval
	// stands, but in the sums of later requests it counts no more.
	UndoneAt time.Time `json:"undone_at,omitzero"`
	// Changes are how the subject differed from what was asked when the request became void.
	Changes []Difference `json:"changes,omitempty"`
}

// Decision is what one person said. It is never changed.
type Decision struct {
	By     store.ID  `json:"by"`
	How    store.How `json:"how"`
	At     time.Time `json:"at"` // authority's time
	Reason string    `json:"reason,omitempty"`
	Mode   Mode      `json:"mode"` // the policy it was decided under
	Policy store.ID  `json:"policy,omitempty"`
	Self   bool      `json:"self,omitempty"` // who decided is a maker
	// Step is which of the request's steps it meets, from 1; 0 where it has none.
	Step int `json:"step,omitempty"`
	// For is the person in whose place it was made, by the Delegation.
	For        store.ID `json:"for,omitempty"`
	Delegation store.ID `json:"delegation,omitempty"`
}

// Row is what a list of requests shows, and all that has to be known to say who may decide one.
type Row struct {
	ID      store.ID   `json:"id"`
	Kind    string     `json:"kind"`
	Subject store.ID   `json:"subject"`
	Title   string     `json:"title"`
	State   State      `json:"state"`
	AskedBy store.ID   `json:"asked_by"`
	Asked   time.Time  `json:"asked"`
	Makers  []store.ID `json:"makers"`

	As      string        `json:"as,omitempty"`
	Amount  *money.Amount `json:"amount,omitempty"`
	Measure *money.Amount `json:"measure,omitempty"`
	Mode    Mode          `json:"mode,omitempty"`
	// Open are the steps that are not met, with how many people each still needs.
	Open []OpenStep `json:"open,omitempty"`
	// Spent are the people who have decided, and those in whose place somebody did.
	Spent []store.ID `json:"spent,omitempty"`
	// Undone says that all of it was taken back, see [Request].
	Undone bool `json:"undone,omitempty"`
}

// OpenStep is a step that is not met yet.
type OpenStep struct {
	N int `json:"n,omitempty"` // its place in the request, from 1; 0 where it has none
	Step
}

// row is the request in the columns of lists.
func (q *Request) row() Row {
	row := Row{
		ID: q.ID, Kind: q.Kind, Subject: q.Subject, Title: q.Title, State: q.State, AskedBy: q.AskedBy, Asked: q.Asked,
		Makers: q.Makers, As: q.As, Amount: q.Amount, Measure: q.Measure, Mode: q.Mode, Spent: q.spent(), Undone: !q.UndoneAt.IsZero(),
	}
	if q.State == Pending {
		row.Open = q.open()
	}
	return row
}

// RuleKind is the kind that the policy's rules go by.
func (q *Row) RuleKind() string {
	if q.As != "" {
		return q.As
	}
	return q.Kind
}

// Decisions lists all decisions on a request, in their order.
func (q *Request) Decisions() []Decision {
	if q.Decision == nil {
		return q.Earlier
	}
	return append(slices.Clone(q.Earlier), *q.Decision)
}

// yes lists the decisions that let it through, in their order: all but the one that rejected it.
func (q *Request) yes() []Decision {
	if q.State == Rejected {
		return q.Earlier
	}
	return q.Decisions()
}

// spent is who has decided, and in whose place.
func (q *Request) spent() []store.ID {
	var out []store.ID
	for _, d := range q.Decisions() {
		out = append(out, d.By, d.For)
	}
	return people(out)
}

// open lists the steps that are not met.
func (q *Request) open() []OpenStep {
	if len(q.Steps) == 0 {
		return []OpenStep{{Step: Step{Need: 1}}}
	}
	return q.unmet(q.Earlier)
}

// unmet lists the steps that some decisions leave open, with how many people each still needs.
func (q *Request) unmet(given []Decision) []OpenStep {
	var out []OpenStep
	for i, s := range q.Steps {
		for _, d := range given {
			if d.Step == i+1 {
				s.Need--
			}
		}
		if s.Need > 0 {
			out = append(out, OpenStep{i + 1, s})
		}
	}
	return out
}

// Progress is how many people have said yes, and how many it takes.
func (q *Request) Progress() (given, needed int) {
	needed = 1
	if len(q.Steps) > 0 {
		needed = 0
		for _, s := range q.Steps {
			needed += s.Need
		}
	}
	return len(q.yes()), needed
}

// Requests holds all requests, by state, by subject, and those with a customer by whom and when
// they were asked for it.
var Requests = store.Define(store.Def[Request, Row]{
	Name: "approval", Prefix: "apr", Title: "approval request",
	Row: func(q *Request) Row { return q.row() },
	Indexes: []store.Index[Request]{
		{Name: "state", Keys: func(q *Request) []store.Key { return []store.Key{store.K(string(q.State), q.Asked)} }},
		{Name: "subject", Keys: func(q *Request) []store.Key { return []store.Key{store.K(q.Subject, q.Asked)} }},
		{Name: "customer", Keys: func(q *Request) []store.Key {
			if q.Customer == "" || q.Amount == nil {
				return nil
			}
			return []store.Key{store.K(q.Customer, q.AskedBy, q.Asked)}
		}},
	},
})

// Question is what people are asked to decide.
type Question struct {
	Kind    string // the room's word for it; says whose command decides
	As      string // the kind that rules go by, if another
	Subject store.ID
	Title   string
	Hash    string
	Makers  []store.ID
	// Amount and Customer are what thresholds and sums go by. Without an amount every threshold counts
	// as reached.
	Amount   *money.Amount
	Customer store.ID
	// Content is what the hash is over. It is kept, so that later changes can be shown.
	Content any
}

// AskFor opens a request for a decision. An older pending request on the same subject
// and kind, and an approval of it, become void: one question at a time. Where no maker is
// known, who asks counts as the maker: there is never a subject that anybody may approve. What the
// policy has no rule for is refused here: nobody could ever approve it.
//
// A command that asks and can be undone must write the subject as well. Undoing it and doing it again puts the question
// back as it was, with the makers of then; the write is what refuses that once somebody else has edited the subject.
func AskFor(tx *store.Tx, x Question) (*Request, error) {
	if err := Withdraw(tx, x.Kind, x.Subject, "asked again"); err != nil {
		return nil, err
	}
	q := &Request{
		Kind: x.Kind, As: x.As, Subject: x.Subject, Title: x.Title, Hash: x.Hash, Makers: people(x.Makers),
		Amount: x.Amount, Customer: x.Customer, Asked: tx.Env.RecordedAt, AskedBy: tx.Env.Actor.ID, State: Pending,
	}
	if len(q.Makers) == 0 {
		q.Makers = people([]store.ID{q.AskedBy})
	}
	if err := q.measure(tx); err != nil {
		return nil, err
	}
	if err := keepContent(tx, x.Hash, x.Content); err != nil {
		return nil, err
	}
	q.ID = Requests.NewID(tx, x.Kind+"/"+string(x.Subject)+"/"+x.Hash)
	return q, Requests.Put(tx, q)
}

// measure takes over what the policy in force asks for.
func (q *Request) measure(tx *store.Tx) error {
	policy, pin, err := Current(tx)
	if err != nil {
		return err
	}
	q.Policy, q.Mode = pin, policy.Mode
	row := q.row()
	rule := policy.RuleFor(row.RuleKind())
	if rule == nil {
		return denied(row.RuleKind(), q.Title)
	}
	if q.Amount != nil {
		sum := q.Amount.Abs()
		if err := q.sumUp(tx, rule, &sum); err != nil {
			return err
		}
		q.Measure = &sum
	}
	q.Reasoned = rule.Reason
	if policy.Preset() {
		return nil
	}
	if q.Steps = rule.needed(q.Measure); len(q.Steps) == 0 {
		return denied(row.RuleKind(), q.Title)
	}
	return nil
}

// sumUp adds what the same person has asked for the same customer within the rule's window and
// what was neither rejected nor withdrawn. In no time nothing was asked, and for nobody neither.
func (q *Request) sumUp(tx *store.Tx, rule *Rule, sum *money.Amount) error {
	rng := store.Range{
		Lo: store.K(q.Customer, q.AskedBy, q.Asked.Add(-time.Duration(rule.Window))),
		Hi: store.Prefix(store.K(q.Customer, q.AskedBy)).Hi,
	}
	for row, err := range Requests.Rows(tx, "customer", rng) {
		if err != nil {
			return err
		}
		counts := row.State == Pending || row.State == Approved && !row.Undone
		mine := Row{Kind: q.Kind, As: q.As}
		if !counts || row.Subject == q.Subject || row.RuleKind() != mine.RuleKind() || !row.Asked.After(q.Asked.Add(-time.Duration(rule.Window))) {
			continue
		}
		*sum = sum.Add(row.Amount.Abs())
		q.With = append(q.With, row.ID)
	}
	return nil
}

// denied is the refusal of what the policy has no rule for.
func denied(kind, title string) error {
	return fault.Refusedf("%s cannot be approved: no rule of the approval policy is for %s", title, article(kind)).With("policy.no-rule").
		Hint(`callout policy add-rule %s --role approver --reason "…"`, kind).Hint("callout policy show")
}

// people is a set of people in order, without nobody.
func people(ids []store.ID) []store.ID {
	out := slices.DeleteFunc(slices.Clone(ids), func(id store.ID) bool { return id == "" })
	slices.Sort(out)
	return slices.Compact(out)
}

// Edited tells that the actor has changed a subject, whose content has the given hash
// now. What was asked or granted for another hash is void. A request that still
// fits (an edit that was edited back, or undone) counts the actor among the makers from now on; it is void, too, if
// the actor has decided on it already. Rooms call it whenever they write a subject that may have been put up.
func Edited(tx *store.Tx, kind string, subject store.ID, hash, why string) error {
	return EditedTo(tx, kind, subject, hash, nil, why)
}

// EditedTo is Edited with what the hash is over, so that the void request shows the difference.
func EditedTo(tx *store.Tx, kind string, subject store.ID, hash string, content any, why string) error {
	for q, err := range Of(tx, kind, subject) {
		switch {
		case err != nil:
			return err
		case q.State != Pending && q.State != Approved:
			continue
		case q.Hash != hash:
			err = q.void(tx, why, content)
		case slices.Contains(q.spent(), tx.Env.Actor.ID):
			err = q.void(tx, "edited by somebody who had approved it", nil)
		default:
			q.Makers = people(append(q.Makers, tx.Env.Actor.ID))
			err = Requests.Put(tx, q)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Withdraw voids what is pending or approved for a subject: it has changed, or is gone.
func Withdraw(tx *store.Tx, kind string, subject store.ID, why string) error {
	return WithdrawFrom(tx, kind, subject, nil, why)
}

// WithdrawFrom is Withdraw with what the subject says now, where it still says something, so that the
// void request shows the difference.
func WithdrawFrom(tx *store.Tx, kind string, subject store.ID, content any, why string) error {
	for q, err := range Of(tx, kind, subject) {
		if err != nil {
			return err
		}
		if q.State != Pending && q.State != Approved {
			continue
		}
		if err := q.void(tx, why, content); err != nil {
			return err
		}
	}
	return nil
}

// TakenBack tells that all of what was approved for a subject was taken back: it counts in no sum of later requests. One
// request of a subject is approved at most, see [AskFor].
func TakenBack(tx *store.Tx, kind string, subject store.ID) error {
	for q, err := range Of(tx, kind, subject) {
		if err != nil {
			return err
		}
		if q.State == Approved && q.UndoneAt.IsZero() {
			q.UndoneAt = tx.Env.RecordedAt
			return Requests.Put(tx, q)
		}
	}
	return nil
}

// void takes a request out, with how its subject has changed where that is known.
func (q *Request) void(tx *store.Tx, why string, content any) (err error) {
	q.State, q.VoidWhy = Void, why
	if content != nil {
		if q.Changes, err = changedFrom(tx, q.Hash, content); err != nil {
			return err
		}
	}
	return Requests.Put(tx, q)
}

// Renew asks a pending question again under the policy in force. What was said so far counts no longer.
type Renew struct {
	Request store.ID `json:"request"`
}

// Name implements store.Command.
func (c *Renew) Name() string { return "approval.renew.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *Renew) CountsWhenRecorded() {}

// Do implements store.Command.
func (c *Renew) Do(tx *store.Tx) error {
	q, err := Requests.Get(tx, c.Request)
	if err != nil {
		return err
	}
	if q.State != Pending {
		return settled(q)
	}
	who, err := party.NameOf(tx, tx.Env.Actor.ID)
	if err != nil {
		return err
	}
	if err := q.void(tx, "asked again by "+who+", under the policy of the day", nil); err != nil {
		return err
	}
	again := &Request{
		Kind: q.Kind, As: q.As, Subject: q.Subject, Title: q.Title, Hash: q.Hash, Makers: q.Makers, Amount: q.Amount,
		Customer: q.Customer, Asked: tx.Env.RecordedAt, AskedBy: q.AskedBy, State: Pending,
	}
	if err := again.measure(tx); err != nil {
		return err
	}
	again.ID = Requests.NewID(tx, q.Kind+"/"+string(q.Subject)+"/"+q.Hash)
	tx.Returns(again.ID, "")
	return Requests.Put(tx, again)
}
