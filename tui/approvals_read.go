package tui

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"callout/approval"
	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
)

// maxAsks is how many requests are read; whoever has more waiting looks at the oldest.
const maxAsks = 500

// nobodyYet is a person without a record: they have made nothing, and have no roles.
const nobodyYet store.ID = "person_new"

func (p *approvals) reader() reading {
	now, actor := p.m.opts.Now(), p.m.opts.Actor
	return func(r store.Reader) (func() tea.Cmd, error) {
		rows, more, err := readAsks(r, actor, now)
		if err != nil {
			return nil, err
		}
		cur, err := currencyOf(r)
		return func() tea.Cmd {
			p.m.currency, p.read, p.more = cur, true, more
			p.list.set(rows)
			return p.m.follow()
		}, err
	}
}

// currencyOf is what every amount of the shop is in.
func currencyOf(r store.Reader) (money.Currency, error) {
	c, err := party.TheCompany(r)
	if err != nil {
		return money.Currency{}, err
	}
	return c.Currency, nil
}

// personOf is who acts, as the shop knows them.
func personOf(r store.Reader, name string) (store.ID, error) {
	id, err := party.People.FindID(r, name)
	if fault.Is(err, fault.NotFound) {
		return nobodyYet, nil
	}
	return id, err
}

// readAsks reads the requests that wait, oldest first.
func readAsks(r store.Reader, actor string, now time.Time) (rows []askRow, more bool, err error) {
	person, err := personOf(r, actor)
	if err != nil {
		return nil, false, err
	}
	me, err := approval.StandingOf(r, person, now)
	if err != nil {
		return nil, false, err
	}
	rd := newReader(r)
	for row, err := range approval.List(r, approval.Pending) {
		if err != nil {
			return nil, false, err
		}
		if len(rows) == maxAsks {
			return rows, true, nil
		}
		q, err := rd.ask(row, me)
		if err != nil {
			return nil, false, err
		}
		rows = append(rows, q)
	}
	return rows, false, nil
}

// ask puts names to a request.
func (rd *reader) ask(row approval.Row, me approval.Standing) (askRow, error) {
	q := askRow{Row: row}
	q.subject, q.what, _ = strings.Cut(row.Title, " · ")
	if q.what == "" && row.Amount != nil {
		q.what = row.Amount.String()
	}
	var makers []string
	for _, id := range row.Makers {
		name, err := rd.person(id)
		if err != nil {
			return q, err
		}
		makers = append(makers, name)
	}
	slices.Sort(makers)
	q.makers = strings.Join(makers, ", ")
	var failed error
	name := func(id store.ID) string {
		n, err := rd.person(id)
		if err != nil {
			failed = err
		}
		return n
	}
	var waits []string
	for _, s := range row.Open {
		waits = append(waits, s.Words(name))
	}
	q.waits = strings.Join(waits, " and ")
	if _, no := row.Capacity(me); no != nil {
		q.against = name(me.Person) + " " + no.Why
		if no.Place != "" {
			q.against = name(me.Person) + " would act for " + name(no.Place) + ", who " + no.Why
		}
		if me.Person == nobodyYet {
			q.against = no.Why
		}
	}
	return q, failed
}

func (rd *reader) person(id store.ID) (string, error) {
	return rd.name(id, func() (string, error) { return party.NameOf(rd.r, id) })
}

// moment is an instant on the board's clock, with its day where that is not today.
func (m *Model) moment(t time.Time) string {
	zone := m.opts.Zone
	if calendar.DateOf(t, zone) == calendar.DateOf(m.now, zone) {
		return m.clock(t)
	}
	return t.In(zone.Location()).Format("2 Jan 15:04")
}

// money is an amount in the shop's currency.
func (m *Model) money(a money.Amount) string { return a.Format(m.currency) }
