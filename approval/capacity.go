package approval

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
)

// Standing is what a person may act as at an instant: by roles of their own, and in the place of
// those who have delegated to them.
type Standing struct {
	Person store.ID
	Roles  []party.Role
	Places []Place
}

// Place is somebody else's place, taken by a delegation that is in force.
type Place struct {
	Delegation
	Roles []party.Role // the delegator's
}

// StandingOf reads a person's standing. Roles and delegations count as they are recorded now.
func StandingOf(r store.Reader, person store.ID, now time.Time) (Standing, error) {
	s := Standing{Person: person}
	p, ok, err := party.People.Try(r, person)
	if err != nil || !ok {
		return s, err
	}
	s.Roles = p.Roles
	for d, err := range Delegations.By(r, "to", store.K(person)) {
		if err != nil {
			return s, err
		}
		if !d.InForce(now) {
			continue
		}
		from, err := party.People.Get(r, d.From)
		if err != nil {
			return s, err
		}
		s.Places = append(s.Places, Place{*d, from.Roles})
	}
	return s, nil
}

// Capacity is as what a person decides: which step, and in whose place.
type Capacity struct {
	Step       int
	For        store.ID
	Delegation store.ID
}

// Refusal says why a person may not decide.
type Refusal struct {
	Code  string
	Why   string   // "made or last edited it"
	Place store.ID // whose conflict it is, where the person would act in somebody's place
}

// Capacity is as what a person may approve a request, or why they may not. It is the one place where that
// is decided: the maker and the last editor never approve, one person takes one step, a delegate
// has the delegator's conflicts, and each step takes those whom it asks for. A person's own right comes before
// somebody's place, and the narrower step before the wider one.
func (q *Row) Capacity(s Standing) (Capacity, *Refusal) {
	if s.Person == "" {
		return Capacity{}, &Refusal{Code: "approval.nobody", Why: "only a person can approve it"}
	}
	if no := q.conflict(s.Person); no != nil {
		return Capacity{}, no
	}
	if own := q.fit(s.Person, s.Roles); own != nil {
		return Capacity{Step: own.N}, nil
	}
	var why *Refusal
	for i := range s.Places {
		p := &s.Places[i]
		step := q.fit(p.From, p.Roles)
		if step == nil {
			continue
		}
		no := q.conflict(p.From)
		if no == nil {
			if no = p.covers(q); no == nil {
				return Capacity{Step: step.N, For: p.From, Delegation: p.ID}, nil
			}
		}
		no.Place = p.From
		why = cmp.Or(why, no)
	}
	if why == nil {
		why = &Refusal{Code: "approval.role", Why: "is not among those whom it still takes"}
	}
	return Capacity{}, why
}

// conflict says why a person is out of the question, whatever their roles are.
func (q *Row) conflict(person store.ID) *Refusal {
	if !(Policy{Mode: q.Mode}).Allows(q.Makers, person) {
		return &Refusal{Code: "approval.self", Why: "made or last edited it"}
	}
	if slices.Contains(q.Spent, person) {
		return &Refusal{Code: "approval.twice", Why: "has taken a step of it already, and takes no second one"}
	}
	return nil
}

// fit returns the open step that a person with these roles may take, or nil.
func (q *Row) fit(person store.ID, roles []party.Role) (best *OpenStep) {
	for i := range q.Open {
		s := &q.Open[i]
		if s.lets(person, roles) && (best == nil || narrower(&s.Step, &best.Step)) {
			best = s
		}
	}
	return best
}

// narrower reports whether fewer people fit a step than another, so that somebody who fits several takes that one: who is
// asked by name comes before a role, and a role before anybody; of two alike, the one for higher amounts does.
func narrower(a, b *Step) bool {
	if named := len(a.People) > 0; named != (len(b.People) > 0) {
		return named
	}
	if role := a.Role != ""; role != (b.Role != "") {
		return role
	}
	return a.compareFrom(b) > 0
}

// compareFrom orders steps by the amount from which they are needed.
func (s *Step) compareFrom(o *Step) int {
	return s.from().Cmp(o.from())
}

// from is the amount from which a step is needed; no step says 0 for always.
func (s *Step) from() money.Amount {
	if s.From == nil {
		return money.Amount{}
	}
	return *s.From
}

// fault is the refusal as an error.
func (no *Refusal) fault(r store.Reader, q *Request, actor store.ID) error {
	if no.Code == "approval.nobody" {
		return fault.Refusedf("only a person can approve %s", q.Title).With(no.Code)
	}
	name := func(id store.ID) string {
		n, err := party.NameOf(r, id)
		if err != nil {
			return string(id)
		}
		return n
	}
	who := name(actor)
	if no.Place != "" {
		who = fmt.Sprintf("%s would act for %s, who", who, name(no.Place))
	}
	e := fault.Refusedf("%s %s", who, no.Why).With(no.Code)
	switch no.Code {
	case "approval.self":
		e.Msg = fmt.Sprintf("%s made or last edited %s and so may not approve it", who, q.Title)
	case "approval.twice":
		e.Msg = fmt.Sprintf("%s has taken a step of %s already: one person takes one step", who, q.Title)
	case "approval.role":
		var takes []string
		for _, s := range q.open() {
			takes = append(takes, s.Words(name))
		}
		e.Msg = fmt.Sprintf("%s may not approve %s: it still takes %s", who, q.Title, strings.Join(takes, " and "))
	}
	if q.ID == "" {
		return e.Hint("somebody else does: --as NAME").Hint("callout policy show")
	}
	e.Hint("callout approval approve %s --as NAME   (somebody else)", q.ID)
	if no.Code != "approval.self" || no.Place != "" {
		e.Hint("callout approval explain %s", q.ID)
	}
	return e
}
