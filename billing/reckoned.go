package billing

import (
	"slices"
	"strconv"
	"time"

	"callout/calendar"
	"callout/money"
)

// reckoned keeps what comes out the same for many charges of a snapshot: an hour's rate by role and day, what
// several multipliers come to, and the tax of a class on a day. A snapshot is read once, so none of them changes. What is
// kept is never handed out to be written on.
type reckoned struct {
	rates  map[rateAsked]*answer
	stacks map[uint64]*stacked
	taxes  map[taxAsked]taxAnswer
	dates  map[time.Time]calendar.Date // the site's, of instants
	costs  map[string][]money.Cost     // of the parts of an entry, by costKey
	under  map[ratedBy]money.Price     // rates under multipliers
}

// ratedBy is a rate and a multiplier by where they were read, not by what they say: the same
// number read twice is another one, which costs a multiplication and changes nothing.
type ratedBy struct {
	rate money.Price
	by   money.Factor
}

// costKey is all that the cost of an entry's parts depends on.
func costKey(rate *money.Price, worked time.Duration, parts []timePart) []byte {
	const typical = 64
	key := append(make([]byte, 0, typical), rate.String()...)
	key = strconv.AppendInt(append(key, '/'), int64(worked), 36)
	for i := range parts {
		key = strconv.AppendInt(append(key, '/'), int64(parts[i].worked), 36)
	}
	return key
}

type rateAsked struct {
	kind TimeKind
	role string
	on   calendar.Date
	by   calendar.Date // the day that was chosen to price by, if one was
}

type taxAsked struct {
	class string
	on    calendar.Date
}

// stacked is what multipliers on the same minute come to together.
type stacked struct {
	name, label string // of the part that stands under them, and in words
	factor      money.Factor
	multiplied  bool // by another factor than 1
	steps       []PriceStep
}

// stack says what the surcharges of a piece come to.
func (s *Snapshot) stack(on []surcharge) *stacked {
	key := keyOf(on)
	k, ok := s.reckoned.stacks[key]
	if ok {
		return k
	}
	k = &stacked{}
	k.name, k.factor, k.steps = s.Rules.combined(on)
	k.steps, k.multiplied = slices.Clip(k.steps), !k.factor.Equal(money.NewFactor(1, 0))
	if k.name != PartRegular {
		k.label = words(k.name)
	}
	if s.reckoned.stacks == nil {
		s.reckoned.stacks = map[uint64]*stacked{}
	}
	s.reckoned.stacks[key] = k
	return k
}

// rate resolves the price of an hour, once for each role and day.
func (s *Snapshot) rate(ask rateAsked, resolved func() answer) answer {
	if a, ok := s.reckoned.rates[ask]; ok {
		return *a
	}
	a := resolved()
	a.Trace = slices.Clip(a.Trace)
	if s.reckoned.rates == nil {
		s.reckoned.rates = map[rateAsked]*answer{}
	}
	s.reckoned.rates[ask] = &a
	return a
}

// rateUnder is a rate under a multiplier, as times has it, computed once.
func (s *Snapshot) rateUnder(rate money.Price, by money.Factor) money.Price {
	key := ratedBy{rate, by}
	out, ok := s.reckoned.under[key]
	if !ok {
		out = s.times(rate, by)
		if s.reckoned.under == nil {
			s.reckoned.under = map[ratedBy]money.Price{}
		}
		s.reckoned.under[key] = out
	}
	return out
}

// taxOf classifies a class of its own, or none, on a day.
func (s *Snapshot) taxOf(own string, on calendar.Date) taxAnswer {
	ask := taxAsked{own, on}
	a, ok := s.reckoned.taxes[ask]
	if ok {
		return a
	}
	a = s.taxQuestion(own, on).classify()
	if s.reckoned.taxes == nil {
		s.reckoned.taxes = map[taxAsked]taxAnswer{}
	}
	s.reckoned.taxes[ask] = a
	return a
}
