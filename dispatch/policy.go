package dispatch

import (
	"slices"
	"strings"

	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// Policy is what a shop lets people book over, and how long ways are taken to be. It has
// revisions. The zero value is what counts before any was set: everything that can be
// accepted at all but an overlap and a technician who is not wanted, by anybody with a
// reason; ways 1.3 times the straight line, at 50 km/h.
type Policy struct {
	// Accept says for single conflicts what may be booked over; the default holds for the others.
	Accept []Acceptance `json:"accept,omitempty"`
	Road   Road         `json:"road,omitzero"`
	// Home says what the way from home to the first visit counts as, see [Policy.FromHome].
	Home HomeTravel `json:"home_travel,omitempty"`
	// Planning says how plans are made.
	Planning Planning `json:"planning,omitzero"`
}

// Acceptance is a conflict that may be booked over, and by whom.
type Acceptance struct {
	Conflict Code       `json:"conflict"`
	Never    bool       `json:"never,omitempty"`
	Role     party.Role `json:"role,omitempty"` // anybody's when empty
}

// PolicyBook holds the revisions of the policy.
var PolicyBook = store.Revised[Policy]{Kind: "dispatch_policy", Title: "dispatch policy"}

const policyName = "dispatch"

// CurrentPolicy returns the newest policy.
func CurrentPolicy(r store.Reader) (Policy, store.Pin, error) {
	has, err := PolicyBook.Has(r, policyName)
	if err != nil || !has {
		return Policy{}, store.Pin{}, err
	}
	p, pin, err := PolicyBook.Newest(r, policyName)
	if err != nil {
		return Policy{}, pin, err
	}
	return *p, pin, nil
}

// The assumptions that count before a policy states its own.
const (
	usualFactor = 130
	usualSpeed  = 50
)

// Roads returns the assumptions about ways that are in force.
func (p Policy) Roads() Road {
	out := p.Road
	if out.Factor == 0 {
		out.Factor = usualFactor
	}
	if out.Speed == 0 {
		out.Speed = usualSpeed
	}
	return out
}

// Rule says whether a conflict may be booked over, and by whom.
func (p Policy) Rule(code Code) Acceptance {
	for _, a := range p.Accept {
		if a.Conflict == code {
			return a
		}
	}
	never := code == Overlap || code == Barred || !slices.Contains(Acceptable(), code)
	return Acceptance{Conflict: code, Never: never}
}

// SetPolicy makes a new revision of the policy. It is not undone: visits were booked under it.
type SetPolicy struct {
	Policy Policy `json:"policy"`
}

// Name implements store.Command.
func (c *SetPolicy) Name() string { return "dispatch.set_policy.v1" }

// Do implements store.Command.
func (c *SetPolicy) Do(tx *store.Tx) error {
	if err := party.MustAdmin(tx, "changes what may be booked over"); err != nil {
		return err
	}
	for i, a := range c.Policy.Accept {
		if !slices.Contains(Acceptable(), a.Conflict) && !a.Never {
			return notAcceptable(a.Conflict, nil)
		}
		if slices.ContainsFunc(c.Policy.Accept[:i], func(o Acceptance) bool { return o.Conflict == a.Conflict }) {
			return fault.Invalidf("accept", "%s is named twice", a.Conflict).With("dispatch_policy.twice")
		}
		if a.Role != "" {
			if _, err := party.ParseRole("accept", string(a.Role)); err != nil {
				return err
			}
		}
	}
	if r := c.Policy.Road; r.Factor != 0 && (r.Factor < 100 || r.Factor > 1000) {
		return fault.Invalidf("road-factor", "a way is never shorter than the straight line, nor ten times as long").
			With("dispatch_policy.road").Hint("callout policy set-dispatch --road-factor 1.3")
	}
	if r := c.Policy.Road; r.Speed < 0 || r.Speed > 200 {
		return fault.Invalidf("speed", "%d km/h is no speed for a van", r.Speed).With("dispatch_policy.road").
			Hint("callout policy set-dispatch --speed 50")
	}
	if err := c.Policy.Planning.check(); err != nil {
		return err
	}
	if err := c.Policy.Home.check(); err != nil {
		return err
	}
	_, err := PolicyBook.Publish(tx, policyName, c.Policy)
	return err
}

// may refuses to accept a conflict where the policy, or the actor's roles, do not allow it.
func (p Policy) may(tx *store.Tx, code Code) error {
	rule := p.Rule(code)
	if rule.Never {
		return notAcceptable(code, p.accepted())
	}
	if rule.Role == "" {
		return nil
	}
	who, ok, err := party.People.Try(tx, tx.Env.Actor.ID)
	if err != nil || ok && who.Has(rule.Role) {
		return err
	}
	holders, err := party.Holders(tx, rule.Role)
	if err != nil {
		return err
	}
	e := fault.Refusedf("the conflict %q is accepted by a %s only", code, rule.Role).With("appointment.accept")
	if len(holders) == 0 {
		return e.Hint("callout user grant NAME %s", rule.Role)
	}
	name, err := party.NameOf(tx, holders[0])
	if err != nil {
		return err
	}
	return e.Hint("%s is one: --as %q", name, name)
}

// Forbids says why nobody may book over a conflict; "" where somebody may.
func (p Policy) Forbids(code Code) string {
	if !p.Rule(code).Never {
		return ""
	}
	return notAcceptable(code, p.accepted()).Error()
}

// accepted lists the conflicts that the policy lets somebody accept.
func (p Policy) accepted() []Code {
	return slices.DeleteFunc(Acceptable(), func(c Code) bool { return p.Rule(c).Never })
}

func notAcceptable(code Code, accepted []Code) error {
	if accepted == nil {
		accepted = Acceptable()
	}
	words := make([]string, len(accepted))
	for i, c := range accepted {
		words[i] = string(c)
	}
	if slices.Contains(Acceptable(), code) {
		return fault.Refusedf("the dispatch policy accepts no conflict %q, only %s", code, orList(words)).With("appointment.accept").
			Hint("callout policy set-dispatch --accept %s", code)
	}
	if slices.Contains(Codes(), code) {
		return fault.Refusedf("the conflict %q is never accepted, only %s", code, orList(words)).With("appointment.accept")
	}
	return fault.Invalidf("accept", "there is no conflict %q; one can accept %s", code, orList(words)).With("appointment.accept")
}

// refuseConflicts refuses a plan with every conflict that nobody accepted, and returns
// the exceptions for those that somebody did.
func refuseConflicts(tx *store.Tx, number string, found []Conflict, accept []Code) ([]Exception, error) {
	p, _, err := CurrentPolicy(tx)
	if err != nil {
		return nil, err
	}
	for _, code := range accept {
		if err := p.may(tx, code); err != nil {
			return nil, err
		}
	}
	var open []Conflict
	var taken []Exception
	take := func(c Conflict) {
		taken = append(taken, Exception{
			Conflict: c.Code, Detail: c.Detail, Technician: c.Technician, With: c.With,
			By: tx.Env.Actor.ID, At: tx.Env.RecordedAt, Reason: tx.Env.Reason,
		})
	}
	for _, c := range found {
		switch {
		case c.Note:
		case slices.Contains(accept, c.Code):
			take(c)
		default:
			open = append(open, c)
		}
	}
	if slices.Contains(accept, Margin) {
		take(Conflict{Code: Margin, Detail: AnyMargin})
	}
	if len(open) > 0 {
		return nil, p.refusal(number, open)
	}
	if len(taken) > 0 && strings.TrimSpace(tx.Env.Reason) == "" {
		return nil, fault.Invalidf("reason", "accepting a conflict needs a reason (%s)", taken[0].Detail).
			With("reason.missing").Hint(`add --reason "why it is all right"`)
	}
	return taken, nil
}

// RefuseMargin refuses a booking for what it would bring in, in the words of every other conflict.
func (p Policy) RefuseMargin(number string, open []Conflict) error { return p.refusal(number, open) }

// refusal names all conflicts at once, and what to do about them.
func (p Policy) refusal(number string, open []Conflict) error {
	var details []string
	var codes []string
	for _, c := range open {
		details = append(details, c.Detail+" ("+string(c.Code)+")")
		if !slices.Contains(codes, string(c.Code)) {
			codes = append(codes, string(c.Code))
		}
	}
	e := fault.Refusedf("%s cannot be planned so", number).For(details).With("appointment.conflict")
	if len(codes) == 1 {
		e.Code = "appointment." + codes[0]
	}
	for _, code := range codes {
		if p.Rule(Code(code)).Never {
			return e.Hint("write another time, technician or order of work")
		}
	}
	return e.Hint(`write another time or technician, or add --accept %s --reason "…"`, strings.Join(codes, ","))
}

// Covers reports whether an exception is for a conflict as it stands now.
func (e Exception) Covers(c Conflict) bool {
	return e.Conflict == c.Code && (e.Detail == c.Detail || e.Technician == c.Technician && e.With == c.With && (e.With != "" || e.Technician != ""))
}
