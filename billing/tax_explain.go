package billing

import (
	"cmp"
	"time"

	"callout/calendar"
	"callout/money"
	"callout/store"
)

// TaxExplanation says how something on an order is taxed on its service date, and by
// which rules.
type TaxExplanation struct {
	Source     store.ID          `json:"source"`
	Part       string            `json:"part,omitempty"`
	Text       string            `json:"text"`
	On         calendar.Date     `json:"on"`
	Class      string            `json:"class,omitempty"`
	Category   string            `json:"category,omitempty"`
	Rate       *money.Percent    `json:"rate,omitempty"`
	Components []money.Component `json:"components,omitempty"`
	Valid      calendar.Validity `json:"valid,omitzero"` // of the rate
	Legend     string            `json:"legend,omitempty"`
	ReasonCode string            `json:"reason_code,omitempty"`
	Problem    string            `json:"problem,omitempty"`
	Steps      []TaxStep         `json:"steps"`
	// Kept says that the charge stands on a document with the tax of then, which counts
	// whatever the table says now.
	Kept string `json:"kept,omitempty"`
}

// ExplainTax says of everything that an order bills how it is taxed. Now is the authority's time.
func ExplainTax(r store.Reader, order store.ID, now time.Time) ([]TaxExplanation, error) {
	s, err := Load(r, order, now)
	if err != nil {
		return nil, err
	}
	var out []TaxExplanation
	for _, x := range s.sources() {
		own := s.ownClass(x)
		for _, c := range s.counted(x) {
			a := s.taxQuestion(cmp.Or(own, s.bookClass(&c)), c.On).classify()
			e := TaxExplanation{
				Source: x.id, Part: c.Part, Text: c.Text, On: c.On, Class: a.Class, Problem: a.Problem, Steps: a.Steps,
			}
			if a.Rate != nil {
				e.Category, e.Rate, e.Components, e.Valid = a.Rate.Category, &a.Rate.Rate, a.Rate.Components, a.Rate.Valid
				e.Legend, e.ReasonCode = a.legend(), a.Rate.Reason
			}
			if c.Covered != "" {
				e.Problem, e.Steps = c.Covered, nil
			}
			if s.begun(x.id) && (c.Category != e.Category || e.Rate == nil || !c.Rate.Equal(*e.Rate)) {
				e.Kept = c.Category + " " + c.Rate.Format()
			}
			out = append(out, e)
		}
	}
	return out, nil
}

// ownClass is the class that an item or a milestone has by itself.
func (s *Snapshot) ownClass(x source) string {
	switch {
	case x.item != nil:
		return x.item.TaxClass
	case x.milestone != nil:
		return x.milestone.TaxClass
	}
	return ""
}

// bookClass is the class of the price that a charge was priced by.
func (s *Snapshot) bookClass(c *Charge) string {
	for _, step := range c.Trace {
		if step.Entry == "" || step.Verdict != verdictWon {
			continue
		}
		for _, prices := range s.Prices {
			for i := range prices {
				if prices[i].ID == step.Entry {
					return prices[i].TaxClass
				}
			}
		}
	}
	return ""
}
