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
	rates  map[rateAsked]answer
	stacks map[uint64]stacked
	taxes  map[taxAsked]taxAnswer
	dates  map[time.Time]calendar.Date // the site's, of instants
	costs  map[string][]money.Cost     // of the parts of an entry, by costKey
}

// costKey is all that the cost of an entry's parts depends on.
func costKey(rate *money.Price, worked time.Duration, parts []timePart) string {
	const typical = 64
	key := append(make([]byte, 0, typical), rate.String()...)
	key = strconv.AppendInt(append(key, '/'), int64(worked), 36)
	for i := range parts {
		key = strconv.AppendInt(append(key, '/'), int64(parts[i].worked), 36)
	}
	return string(key)
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
	steps       []PriceStep
}

// stack says what the surcharges of a piece come to.
func (s *Snapshot) stack(on []surcharge) stacked {
	key := keyOf(on)
	k, ok := s.reckoned.stacks[key]
	if ok {
		return k
	}
	k.name, k.factor, k.steps = s.Rules.combined(on)
	k.steps = slices.Clip(k.steps)
	if k.name != PartRegular {
		k.label = words(k.name)
	}
	if s.reckoned.stacks == nil {
		s.reckoned.stacks = map[uint64]stacked{}
	}
	s.reckoned.stacks[key] = k
	return k
}

// rate resolves the price of an hour, once for each role and day.
func (s *Snapshot) rate(ask rateAsked, resolved func() answer) answer {
	a, ok := s.reckoned.rates[ask]
	if ok {
		return a
	}
	a = resolved()
	a.Trace = slices.Clip(a.Trace)
	if s.reckoned.rates == nil {
		s.reckoned.rates = map[rateAsked]answer{}
	}
	s.reckoned.rates[ask] = a
	return a
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
