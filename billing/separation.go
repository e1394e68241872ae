package billing

import (
	"iter"
	"slices"
	"time"

	"callout/approval"
	"callout/store"
)

// Separation is who made, approved and released one thing that was approved, for those who look after the separation
// of duties.
type Separation struct {
	Request  store.ID
	Kind     string // as rules know it: "time", "invoice", "credit-note"
	Subject  store.ID
	Title    string
	Number   string // of a released document
	At       time.Time
	Made     []store.ID
	Approved []approval.Decision
	Released store.ID
	Mode     approval.Mode
	// Findings are what one person did that takes two where duties are separated.
	Findings []string
}

// Separations yields what was approved and still counts, oldest first.
func Separations(r store.Reader) iter.Seq2[Separation, error] {
	return func(yield func(Separation, error) bool) {
		for q, err := range approval.Requests.By(r, "state", store.K(string(approval.Approved))) {
			if err != nil {
				yield(Separation{}, err)
				return
			}
			row, err := separationOf(r, q)
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

func separationOf(r store.Reader, q *approval.Request) (Separation, error) {
	row := Separation{
		Request: q.ID, Kind: q.Kind, Subject: q.Subject, Title: q.Title, At: q.Decision.At, Made: q.Makers,
		Approved: q.Decisions(), Mode: q.Decision.Mode,
	}
	if q.As != "" {
		row.Kind = q.As
	}
	for _, d := range row.Approved {
		if d.Self {
			row.find("its maker approved it")
		}
	}
	if q.Kind != ApprovalInvoice {
		return row, nil
	}
	inv, err := Invoices.Get(r, q.Subject)
	if err != nil || inv.Status != InvoiceReleased {
		return row, err
	}
	row.Number, row.Released = inv.Number, inv.ReleasedBy
	approved := slices.ContainsFunc(row.Approved, func(d approval.Decision) bool { return d.By == inv.ReleasedBy })
	switch {
	case approved && slices.Contains(q.Makers, inv.ReleasedBy):
		row.find("one person made, approved and released it")
	case approved && inv.Kind == KindCreditNote:
		row.find("its approver released it")
	}
	return row, nil
}

func (row *Separation) find(what string) {
	if !slices.Contains(row.Findings, what) {
		row.Findings = append(row.Findings, what)
	}
}
