package billing

import (
	"callout/calendar"
)

// TaxStep is one rule that was considered on the way to a tax class.
type TaxStep struct {
	Rule    string `json:"rule"`
	Class   string `json:"class,omitempty"`
	Verdict string `json:"verdict"`
}

// taxQuestion asks how one thing is taxed on its service date, which is its tax point.
type taxQuestion struct {
	agreed   string // of the whole order
	own      string // of the item, its part or its price
	on       calendar.Date
	statuses []TaxStatus // of the customer
	table    *TaxTable
}

// taxAnswer is what it bears, with the way to it. Rate is nil where that is not known;
// Problem says why.
type taxAnswer struct {
	Class       string
	Rate        *TaxRate
	Certificate string
	Steps       []TaxStep
	Problem     string
}

// classify answers: what the order agrees goes first; then the class of the thing
// itself, or the shop's default, which gives way to the customer's status where it is
// standard rated.
func (q taxQuestion) classify() taxAnswer {
	var a taxAnswer
	step := func(rule, class string) {
		s := TaxStep{Rule: rule, Class: class, Verdict: verdictWon}
		switch {
		case class == "":
			s.Verdict = verdictNone
		case a.Class != "":
			s.Verdict = "not asked"
		default:
			a.Class = class
		}
		a.Steps = append(a.Steps, s)
	}
	step("agreed for the order", q.agreed)
	step("of the item, part or price", q.own)
	step("the shop's default", q.table.Default)
	a.Rate, a.Problem = q.table.At(a.Class, q.on)
	if s := statusAt(q.statuses, q.on); s != nil && q.agreed == "" {
		a.excuse(s, q)
	}
	return a
}

// excuse puts a customer's status in the place of the standard tax.
func (a *taxAnswer) excuse(s *TaxStatus, q taxQuestion) {
	t := TaxStep{Rule: "the customer's status " + s.Valid.String(), Class: s.Class, Verdict: verdictWon}
	if s.Valid == (calendar.Validity{}) {
		t.Rule = "the customer's status"
	}
	if s.Certificate != "" {
		t.Rule += ", certificate " + s.Certificate
	}
	if a.Rate == nil || a.Rate.Category != "S" {
		t.Verdict = "only for what is standard rated"
		a.Steps = append(a.Steps, t)
		return
	}
	for i := range a.Steps {
		if a.Steps[i].Verdict == verdictWon {
			a.Steps[i].Verdict = "gives way to the customer's status"
		}
	}
	a.Steps = append(a.Steps, t)
	a.Class, a.Certificate = s.Class, s.Certificate
	a.Rate, a.Problem = q.table.At(a.Class, q.on)
}

// legend is what a document has to say of the tax, the certificate included.
func (a *taxAnswer) legend() string {
	l := a.Rate.Legend
	if a.Certificate == "" {
		return l
	}
	if l != "" {
		l += ", "
	}
	return l + "certificate " + a.Certificate
}
