package tui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"callout/approval"
	"callout/billing"
	"callout/calendar"
	"callout/store"
	"callout/tui/screen"
)

// askedFor reads what exactly a request is about.
func (m *Model) askedFor(id store.ID) func(r store.Reader) ([]inkLine, error) {
	now := m.opts.Now()
	return func(r store.Reader) ([]inkLine, error) {
		q, err := approval.Requests.Get(r, id)
		if err != nil {
			return nil, err
		}
		x, err := approval.Explain(r, q, now)
		if err != nil {
			return nil, err
		}
		rd := newReader(r)
		asker, err := rd.person(q.AskedBy)
		if err != nil {
			return nil, err
		}
		lines := []inkLine{{screen.Strong, q.Title, ""}}
		lines = field(lines, "Asked by", asker+", "+m.moment(q.Asked))
		if q.Amount != nil {
			cur, err := currencyOf(r)
			if err != nil {
				return nil, err
			}
			lines = field(lines, "Amount", q.Amount.Format(cur))
		}
		if x.Changed {
			lines = append(lines, inked(screen.Warn, "The policy has changed since: callout approval renew %s", q.ID))
		}
		lines = append(lines, m.peopleLines(x)...)
		_, since, err := approval.Since(r, q)
		if err != nil {
			return nil, err
		}
		lines = append(lines, differenceLines("Since it was asked before", since)...)
		what, err := m.subjectLines(r, q, now)
		return append(lines, what...), err
	}
}

// peopleLines says who may decide, and what stands against whoever acts.
func (m *Model) peopleLines(x *approval.Explanation) []inkLine {
	var may []string
	var lines []inkLine
	for _, one := range x.People {
		if one.May {
			may = append(may, one.Name)
		} else if strings.EqualFold(one.Name, m.opts.Actor) {
			lines = append(lines, inked(screen.Warn, "%s may not approve it: %s (%s)", one.Name, one.Why, one.Code))
		}
	}
	for _, s := range x.Steps {
		if s.Need > 1 || len(x.Steps) > 1 {
			lines = append(lines, inked(screen.Normal, "Step %d takes %s: %d of %d", s.N, s.Takes, s.Given, s.Need))
		}
	}
	if len(may) > 0 {
		return append(lines, inked(screen.Normal, "May approve: %s", strings.Join(may, ", ")))
	}
	return append(lines, inked(screen.Bad, "Nobody here may approve it: %s is the rule", x.Rule))
}

// differenceLines lists fields that are not what they were.
func differenceLines(title string, diff []approval.Difference) []inkLine {
	if len(diff) == 0 {
		return nil
	}
	lines := []inkLine{{}, heading(title)}
	for _, d := range diff {
		lines = append(lines, inked(screen.Warn, "%s", d))
	}
	return lines
}

// subjectLines tells the thing itself.
func (m *Model) subjectLines(r store.Reader, q *approval.Request, now time.Time) ([]inkLine, error) {
	switch q.Kind {
	case approval.ForTime:
		return m.timeLines(r, q.Subject, now)
	case approval.ForInvoice:
		inv, err := billing.Invoices.Get(r, q.Subject)
		if err != nil {
			return nil, err
		}
		return documentLines(inv), nil
	case approval.ForException:
		e, err := approval.Exceptions.Get(r, q.Subject)
		if err != nil {
			return nil, err
		}
		return []inkLine{{}, heading("The exception"), inked(screen.Normal, "%s", e.Title), inked(screen.Normal, "Reason: %s", e.Reason)}, nil
	}
	content, err := approval.ContentOf(r, q.Hash)
	return contentLines(content), err
}

// timeLines tells an entry, and what it comes to by which rules.
func (m *Model) timeLines(r store.Reader, id store.ID, now time.Time) ([]inkLine, error) {
	e, err := billing.TimeEntries.Get(r, id)
	if err != nil {
		return nil, err
	}
	x, err := billing.ExplainTime(r, id, now)
	if err != nil {
		return nil, err
	}
	zone, err := calendar.LoadZone("zone", e.Zone)
	if err != nil {
		return nil, err
	}
	at := func(t time.Time) string { return t.In(zone.Location()).Format("Mon 2 Jan 15:04") }
	lines := []inkLine{{}, heading("The entry"),
		{screen.Normal, fmt.Sprintf("%s  %s to %s", e.Kind, at(e.From), at(e.To)), calendar.FormatDuration(e.Worked())}}
	lines = field(lines, "Note", e.Note)
	for _, b := range e.Before {
		lines = append(lines, inked(screen.Warn, "Corrected: was %s to %s (%s)", at(b.Content.From), at(b.Content.To), b.Reason))
	}
	cur, err := currencyOf(r)
	if err != nil {
		return nil, err
	}
	lines = append(lines, inkLine{}, heading("What it comes to"))
	for i := range x.Charges {
		c := &x.Charges[i]
		line := inkLine{role: screen.Normal, text: fmt.Sprintf("%s  %s %s", c.Text, c.Qty, c.Unit), figure: "no price"}
		if c.Price != nil {
			line.text += " × " + c.Price.Fixed(cur)
			line.figure = c.Amount.Fixed(cur)
		}
		lines = append(lines, line)
		if c.Covered != "" {
			lines = append(lines, inked(screen.Dim, "  %s", c.Covered))
		}
		for _, why := range c.Problems() {
			lines = append(lines, inked(screen.Bad, "  %s", why))
		}
		for _, s := range c.Trace {
			step := inkLine{role: screen.Dim, text: "  " + strings.Join(slices.DeleteFunc([]string{s.Level, s.From, s.Rule, s.Verdict}, func(w string) bool { return w == "" }), ", ")}
			if s.Price != nil {
				step.figure = s.Price.Fixed(cur)
			}
			lines = append(lines, step)
		}
	}
	return lines, nil
}

// documentLines are the lines and totals of a document.
func documentLines(inv *billing.Invoice) []inkLine {
	cur := inv.Currency
	lines := []inkLine{{}, heading("Lines")}
	for _, l := range inv.Lines {
		lines = append(lines, inkLine{screen.Normal, fmt.Sprintf("%d  %s  %s %s × %s", l.N, l.Text, l.Qty, l.Unit, l.Price.Fixed(cur)), l.Net.Fixed(cur)})
	}
	lines = append(lines, inkLine{}, inkLine{screen.Normal, "Net", inv.Net.Fixed(cur)})
	for _, t := range inv.Taxes {
		lines = append(lines, inkLine{screen.Dim, fmt.Sprintf("%s %s of %s", t.Category, t.Rate.Format(), t.Base.Fixed(cur)), t.VAT.Fixed(cur)})
	}
	return append(lines, inkLine{screen.Strong, "To pay", inv.Payable().Format(cur)})
}

// contentLines are the fields of what was hashed, for kinds that have no lines of their own.
func contentLines(content json.RawMessage) []inkLine {
	var fields map[string]json.RawMessage
	if json.Unmarshal(content, &fields) != nil || len(fields) == 0 {
		return nil
	}
	lines := []inkLine{{}, heading("What is approved")}
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		value := string(bytes.Trim(fields[name], `"`))
		lines = append(lines, inked(screen.Normal, "%s: %s", strings.ReplaceAll(name, "_", " "), value))
	}
	return lines
}
