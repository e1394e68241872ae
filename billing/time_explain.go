package billing

import (
	"time"

	"callout/calendar"
	"callout/store"
)

// TimeExplanation is how an entry becomes charges: its raw minutes, how they are cut, and
// what each part comes to by which rules.
type TimeExplanation struct {
	Entry   store.ID         `json:"entry"`
	Order   store.ID         `json:"order"`
	Status  TimeStatus       `json:"status"`
	From    time.Time        `json:"from"`
	To      time.Time        `json:"to,omitzero"`
	Zone    string           `json:"zone"`
	Worked  int64            `json:"worked_seconds"`
	Rules   store.Pin        `json:"rules,omitzero"`
	Split   []ExplainedPiece `json:"split"`
	Charges []Charge         `json:"charges"`
	// Billed says that a part of it is billed: then the charges are those of then.
	Billed bool `json:"billed,omitempty"`
}

// ExplainedPiece is a stretch of an entry, and what multiplies its rate.
type ExplainedPiece struct {
	calendar.Interval
	Date       calendar.Date `json:"date"`
	Part       string        `json:"part"`
	Surcharges []string      `json:"surcharges,omitempty"`
}

// ExplainTime says how an entry becomes charges. One that nobody has approved yet is
// explained as if somebody had.
func ExplainTime(r store.Reader, entry store.ID, now time.Time) (*TimeExplanation, error) {
	e, err := TimeEntries.Get(r, entry)
	if err != nil {
		return nil, err
	}
	s, err := Load(r, e.Order, now)
	if err != nil {
		return nil, err
	}
	x := &TimeExplanation{
		Entry: e.ID, Order: e.Order, Status: e.Status, From: e.From, To: e.To, Zone: e.Zone,
		Worked: int64(e.Worked() / time.Second), Rules: s.RulesPin, Billed: s.begun(e.ID),
	}
	src := source{id: e.ID, at: e.From, time: e}
	parts, ok := s.divided[e.ID]
	if !ok {
		parts = s.divide(e)[e.ID]
		s.worth[e.ID] = s.charges(src)
	}
	for _, p := range parts {
		for _, piece := range p.pieces {
			q := ExplainedPiece{Interval: piece.Interval, Date: piece.Date, Part: p.name}
			for _, sur := range piece.surcharges {
				q.Surcharges = append(q.Surcharges, sur.rule)
			}
			x.Split = append(x.Split, q)
		}
	}
	x.Charges = s.counted(src)
	return x, nil
}
