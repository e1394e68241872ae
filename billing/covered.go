package billing

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"callout/calendar"
	"callout/money"
	"callout/store"
	"callout/work"
)

// Covered is work on an order that is not charged, and what stands in for it.
type Covered struct {
	Source store.ID       `json:"source"`
	On     calendar.Date  `json:"on"`
	Text   string         `json:"text"`
	By     string         `json:"covered_by"`
	Worked int64          `json:"worked_seconds,omitempty"`
	Qty    money.Quantity `json:"qty"`
	Unit   Unit           `json:"unit"`
	Shown  bool           `json:"shown"` // on invoices, at nothing
	Cost   money.Cost     `json:"cost"`  // null is unknown
}

// CoveredOf lists what of an order's work warranties, agreements and decisions by hand cover. Now is the authority's time.
func CoveredOf(r store.Reader, order store.ID, now time.Time) ([]Covered, error) {
	o, err := work.WorkOrders.Get(r, order)
	if err != nil {
		return nil, err
	}
	cov, err := loadCoverage(r, o)
	if err != nil || cov.agreement == nil && len(cov.warranties)+len(cov.decisions) == 0 {
		return nil, err
	}
	s, err := Load(r, order, now)
	if err != nil {
		return nil, err
	}
	return s.coveredWork(), nil
}

// coveredWork lists what is covered, in the order in which documents show it.
func (s *Snapshot) coveredWork() []Covered {
	var out []Covered
	for _, x := range s.sources() {
		for _, c := range s.counted(x) {
			by, ok := strings.CutPrefix(c.Covered, coveredBy)
			if !ok || c.Covered == coveredText {
				continue
			}
			out = append(out, Covered{
				Source: x.id, On: c.On, Text: strings.TrimSuffix(c.Text, " ("+c.Covered+")"), By: by, Worked: c.Worked, Qty: c.Qty, Unit: c.Unit,
				Shown: c.Shown, Cost: c.Cost.Amount,
			})
		}
	}
	return out
}

// leftOff says what covers the work where all of an order's is covered and nothing of it is shown, and what to type to
// bill it all the same; "" where something is to be billed or shown.
func (s *Snapshot) leftOff() (by, fix string) {
	var all []string
	for _, x := range s.sources() {
		for _, c := range s.worth[x.id] {
			if c.Covered == "" || c.Shown {
				return "", ""
			}
			why, ok := strings.CutPrefix(c.Covered, coveredBy)
			if !ok || c.Covered == coveredText {
				continue
			}
			all = append(all, why)
			if fix == "" {
				noun := map[SourceKind]string{FromTime: "time", FromItem: "item", FromVisit: "appointment"}[x.kind()]
				fix = fmt.Sprintf(`callout %s cover %s --kind billable --reason "…"`, noun, x.id)
			}
		}
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), ", "), fix
}
