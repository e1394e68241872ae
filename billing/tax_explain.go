package billing

import (
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
		for _, c := range s.worth[x.id] {
			a := s.taxQuestion(c.ownClass, c.On).classify()
			e := TaxExplanation{
				Source: x.id, Part: c.Part, Text: c.Text, On: c.On, Class: a.Class, Problem: a.Problem, Steps: a.Steps,
			}
			if a.Rate != nil {
				e.Category, e.Rate, e.Components, e.Valid = a.Rate.Category, &a.Rate.Rate, a.Rate.Components, a.Rate.Valid
				e.Legend, e.ReasonCode = a.legend(), a.Rate.Reason
			}
			if c.Covered != "" && !c.Shown {
				e.Problem, e.Steps = c.Covered, nil
			}
			kept := s.standing(x.id, c.Part)
			if s.begun(x.id) && kept != nil && (kept.Category != e.Category || e.Rate == nil || !kept.Rate.Equal(*e.Rate)) {
				e.Kept = kept.Category + " " + kept.Rate.Format()
			}
			out = append(out, e)
		}
	}
	return out, nil
}
