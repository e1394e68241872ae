package billing

import (
	"fmt"
	"strings"

	"callout/calendar"
	"callout/store"
)

// contractNow is what a contract that an order holds to says today.
type contractNow struct {
	name  string
	rev   int
	terms ContractTerms
}

// loadContractsNow reads what the order's contracts say today; the order itself holds to the revisions that it pins.
func (s *Snapshot) loadContractsNow(r store.Reader) error {
	s.contracts = map[store.ID]contractNow{}
	for _, g := range s.agreed.contracts {
		c, err := Contracts.Get(r, g.pin.ID)
		if err != nil {
			return err
		}
		s.contracts[c.ID] = contractNow{c.Name, c.Rev, c.Terms}
	}
	return nil
}

// reqContract warns where a contract was not, or by what it says today is no longer, in force on the day of what it prices, and
// where work is done after the end of the contract that the order is under. The order keeps its revision (see [RepinPrices]), so
// this is to be seen, and holds nothing up.
func reqContract(s *Snapshot, sub *Subject) Requirement {
	q := Requirement{Code: ReqContract, Title: "contracts are in force on the days that they price", Stage: ToPropose, Severity: Warn, Status: NotApplicable}
	if len(s.agreed.contracts) == 0 {
		return q
	}
	q.Status = ""
	var why []string
	for _, g := range s.agreed.contracts {
		now := s.contracts[g.pin.ID]
		for _, l := range sub.Invoice.Lines {
			priced := s.pricedBy(l.Source, l.Part, g.pin.ID)
			day := g.terms.dayOf(s, l.On)
			switch {
			case priced && !now.terms.Valid.Contains(day):
				why = append(why, fmt.Sprintf("%s is priced by revision %d of the contract %s, which by revision %d is valid %s and not on %s",
					l.Text, g.pin.Rev, now.name, now.rev, now.terms.Valid, day))
				q.Fix = "callout price repin " + s.Order.Number
			case !priced && !g.terms.Valid.Contains(day) && l.contractual(s):
				why = append(why, fmt.Sprintf("%s is of %s, and the contract %s is valid %s: it is priced without it", l.Text, day, now.name, g.terms.Valid))
			default:
				continue
			}
			q.Evidence = append(q.Evidence, l.Source)
		}
	}
	if q.Fix == "" {
		q.Fix = "callout price explain " + s.Order.Number
	}
	q.Evidence, q.Reason = unique(q.Evidence), strings.Join(why, "; ")
	return q
}

// pricedBy reports whether a contract gave the price of what a line bills.
func (s *Snapshot) pricedBy(src store.ID, part string, contract store.ID) bool {
	for i := range s.worth[src] {
		if c := &s.worth[src][i]; c.Part == part {
			return c.Contract.ID == contract
		}
	}
	return false
}

// dayOf is the day by which the contract prices what was done on a day.
func (t *ContractTerms) dayOf(s *Snapshot, done calendar.Date) calendar.Date {
	switch t.PricedBy {
	case ByOrder:
		return s.dateAt(s.Order.OpenedAt)
	case ByIssue:
		return s.Today
	}
	return done
}

// contractual reports whether a line bills work that a contract could price: time, a visit or an item.
func (l *InvoiceLine) contractual(s *Snapshot) bool {
	for i := range s.worth[l.Source] {
		switch c := &s.worth[l.Source][i]; c.Kind {
		case FromTime, FromVisit, FromItem:
			return c.Covered == "" && c.Named == ""
		}
	}
	return false
}
