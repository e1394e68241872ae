package approval

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
)

// The kinds of things that a policy has rules for.
const (
	ForTime        = "time"
	ForInvoice     = "invoice"
	ForCreditNote  = "credit-note"
	ForChangeOrder = "change-order"
	ForException   = "exception" // letting a rule go: a conflict accepted, a margin below its floor
	ForWaiver      = "waiver"    // letting a requirement or a deliverable go
	ForAny         = "any"       // whatever has no rule of its own
)

// Kinds lists the kinds in the order in which people should see them.
func Kinds() []string {
	return []string{ForTime, ForInvoice, ForCreditNote, ForChangeOrder, ForException, ForWaiver, ForAny}
}

// Rule says whose yes a kind of thing takes.
type Rule struct {
	Kind string `json:"kind" yaml:"kind"`
	// Window is how far back sums reach: what one person asks for a customer within it counts as
	// one, so that splitting it gets it under no threshold. None counts each by itself.
	Window calendar.Duration `json:"window,omitempty" yaml:"window,omitempty"`
	// Reason asks for a reason also with a yes.
	Reason bool `json:"reason,omitempty" yaml:"reason,omitempty"`
	// Steps must all be met, in any order, each by people of its own.
	Steps []Step `json:"steps" yaml:"steps"`
}

// Step is a part of a rule: so many people, of a role or out of a list.
type Step struct {
	// Need is how many people it takes.
	Need int `json:"need" yaml:"need,omitempty"`
	// Role is what they have to have; none is anybody.
	Role party.Role `json:"role,omitempty" yaml:"role,omitempty"`
	// People are those out of whom they have to be, by id; a command may name them. None is everybody.
	People []store.ID `json:"people,omitempty" yaml:"people,omitempty"`
	// From is the amount from which the step is needed, in the company's currency and without its
	// sign; none is always. An amount that is not known counts as reaching it.
	From *money.Amount `json:"from,omitempty" yaml:"from,omitempty"`
}

// applies reports whether a step is needed for an amount. Amounts are compared as money,
// never as text: "1000.0" reaches "1000".
func (s *Step) applies(amount *money.Amount) bool {
	return s.From == nil || amount == nil || amount.Abs().Cmp(*s.From) >= 0
}

// lets reports whether a person with these roles may take the step.
func (s *Step) lets(person store.ID, roles []party.Role) bool {
	return (s.Role == "" || slices.Contains(roles, s.Role)) && (len(s.People) == 0 || slices.Contains(s.People, person))
}

// Words says what a step takes: "2 of mia, carl, olga", "1 manager". name gives a person's name.
func (s *Step) Words(name func(store.ID) string) string {
	who := cmp.Or(string(s.Role), "person")
	if s.Need > 1 && s.Role == "" {
		who = "people"
	} else if s.Need > 1 {
		who += "s"
	}
	if len(s.People) == 0 {
		return fmt.Sprintf("%d %s", s.Need, who)
	}
	var names []string
	for _, id := range s.People {
		names = append(names, name(id))
	}
	out := fmt.Sprintf("%d of %s", s.Need, strings.Join(names, ", "))
	if s.Role != "" {
		out += " as " + string(s.Role)
	}
	return out
}

// needed lists the steps of a rule for an amount. Those of a rule for exceptions take each other's place as amounts
// grow: the steps with the highest amount that is reached are needed, all of them. Of every other kind all that are
// reached are needed.
func (r *Rule) needed(amount *money.Amount) []Step {
	var out []Step
	for _, s := range r.Steps {
		if s.applies(amount) {
			out = append(out, s)
		}
	}
	if r.Kind != ForException {
		return out
	}
	return slices.DeleteFunc(out, func(s Step) bool {
		return slices.ContainsFunc(r.Steps, func(o Step) bool { return o.applies(amount) && s.compareFrom(&o) < 0 })
	})
}

// validate checks a rule. Its amounts must be the currency's.
func (r *Rule) validate(cur money.Currency) error {
	if !slices.Contains(Kinds(), r.Kind) {
		return fault.Invalidf("kind", "%q is no kind of thing to approve; there are %s", r.Kind, strings.Join(Kinds(), ", ")).With("policy.kind")
	}
	if r.Window < 0 {
		return fault.Invalidf("window", "the window of %s is negative", r.Kind).With("policy.window")
	}
	always := false
	for i := range r.Steps {
		s := &r.Steps[i]
		if err := s.validate(r.Kind, cur); err != nil {
			return err
		}
		always = always || s.From == nil
	}
	if !always {
		return fault.Invalidf("steps", "the rule for %s asks nobody below its lowest amount; give one step no from", r.Kind).With("policy.gap")
	}
	if r.Window != 0 && (r.Kind == ForTime || r.Kind == ForWaiver || r.Kind == ForException) {
		return fault.Invalidf("window", "there are no sums of %s", r.Kind).With("policy.window")
	}
	return nil
}

func (s *Step) validate(kind string, cur money.Currency) error {
	if s.Need == 0 {
		s.Need = 1
	}
	if s.Need < 1 || s.Need > 100 {
		return fault.Invalidf("need", "%d people cannot approve; name at least 1", s.Need).With("policy.need")
	}
	if s.Role != "" {
		role, err := party.ParseRole("role", string(s.Role))
		if err != nil {
			return err
		}
		s.Role = role
	}
	slices.Sort(s.People)
	if len(slices.Compact(slices.Clone(s.People))) != len(s.People) {
		return fault.Invalidf("people", "somebody is named twice in a step for %s", kind).With("policy.people")
	}
	if len(s.People) > 0 && s.Need > len(s.People) {
		return fault.Invalidf("need", "%d of %d people can never approve a thing of kind %s", s.Need, len(s.People), kind).With("policy.need")
	}
	if s.From == nil {
		return nil
	}
	from, err := s.From.In("from", cur)
	if err != nil {
		return err
	}
	switch {
	case kind == ForTime:
		return fault.Invalidf("from", "time has no amount before it is priced").With("policy.from")
	case from.Sign() <= 0:
		return fault.Invalidf("from", "a step applies from an amount above 0; leave it out for always").With("policy.from")
	}
	s.From = &from
	return nil
}

// article says a kind in a sentence.
func article(kind string) string {
	word := strings.ReplaceAll(kind, "-", " ")
	if kind == ForTime {
		return word
	}
	if strings.ContainsRune("aeiou", rune(word[0])) {
		return "an " + word
	}
	return "a " + word
}

// weaker says how a rule asks for less than another did, or "".
func (r *Rule) weaker(old *Rule) string {
	switch {
	case r == nil:
		return "nobody is asked"
	case old.Reason && !r.Reason:
		return "no reason is asked for"
	case old.Window > r.Window:
		return "sums reach less far back"
	}
	left := slices.Clone(r.Steps)
	for i := range old.Steps {
		o := &old.Steps[i]
		at := slices.IndexFunc(left, func(s Step) bool { return s.covers(o) })
		if at < 0 {
			return "a step is asked for no longer"
		}
		left = slices.Delete(left, at, at+1)
	}
	return ""
}

// covers reports whether a step asks for at least what another asks for.
func (s *Step) covers(o *Step) bool {
	from := s.compareFrom(o) <= 0
	role := o.Role == "" || s.Role == o.Role
	listed := len(o.People) == 0 || len(s.People) > 0 && !slices.ContainsFunc(s.People, func(id store.ID) bool { return !slices.Contains(o.People, id) })
	return s.Need >= o.Need && from && role && listed
}
