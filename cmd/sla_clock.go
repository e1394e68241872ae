package cmd

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/shop"
	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// slaStates are the words for how a target stands.
func slaStates() []string {
	var out []string
	for _, s := range work.SLAStates() {
		out = append(out, string(s))
	}
	return out
}

// slaText says in a few words how the target stands that presses most: what is to be done, and
// how long that is away on the clock on the wall.
func slaText(t work.TargetState, now time.Time) string {
	span := calendar.FormatDuration(t.Due.Sub(now).Abs().Truncate(time.Minute))
	switch t.State {
	case work.SLARunning, work.SLAAtRisk:
		return fmt.Sprintf("%s in %s", t.Target, span)
	case work.SLABreached:
		return fmt.Sprintf("%s %s late", t.Target, span)
	default:
		return string(t.State)
	}
}

func slaStyle(s work.SLAState) role {
	switch s {
	case work.SLABreached, work.SLAMissed:
		return bad
	case work.SLAAtRisk, work.SLAPaused:
		return caution
	case work.SLAMet:
		return good
	}
	return plain
}

func newSLAClockCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "clock WO", Short: "Tell how a work order's due times come about",
		Long: "Which policy counts in which hours, how much of a target is used up, and how much of each hold was working time: only that\n" +
			"pauses the clock.",
		Example: "callout sla clock WO-1001\ncallout sla clock WO-1001 --jq '.targets[] | {target, state, left}'",
		Fields:  []string{"order", "number", "policy", "priority", "hours", "zone", "opened_at", "holidays", "pauses", "targets", "notices"},
		Run: func(ctx context.Context, args []string) error {
			var e *work.ClockExplained
			err := a.View(ctx, func(r store.Reader) error {
				id, err := findOrder(r, args[0])
				if err != nil {
					return err
				}
				w, err := work.WorkOrders.Get(r, id)
				if err != nil {
					return err
				}
				e, err = work.ExplainClock(r, w, a.Now().UTC())
				return err
			})
			if err != nil {
				return err
			}
			return a.Show(e.Number, e, func(p *Page) { drawClock(p, e) })
		},
	})
}

func drawClock(p *Page, e *work.ClockExplained) {
	p.Title("%s  %s", e.Number, cmp.Or(e.Policy.Name, "no SLA policy"))
	if len(e.Targets) == 0 {
		p.Line("there is no target that anybody is waiting for")
		return
	}
	p.Field("Policy", fmt.Sprintf("%s (revision %d), priority %s", e.Policy.Name, e.Policy.Rev, e.Priority))
	p.Field("Runs", e.Hours+", "+e.Zone)
	p.Field("Opened", local(e.Opened, e.Zone))
	var days []string
	for _, d := range e.Holidays {
		days = append(days, d.String())
	}
	p.Field("Holidays", days)
	p.Section("Targets")
	var rows [][]any
	for _, t := range e.Targets {
		rows = append(rows, []any{string(t.Target), t.Length.String(), t.Elapsed.String(), t.Left.String(), string(t.State), local(t.Due, e.Zone), local(t.Stop, e.Zone)})
	}
	p.Table([]string{"target", "of", "used up", "left", "state", "due", "reached"}, rows)
	if len(e.Pauses) > 0 {
		p.Section("Pauses")
		rows = nil
		for _, s := range e.Pauses {
			rows = append(rows, []any{local(s.From, e.Zone), local(s.To, e.Zone), s.Counted.String(), s.Reason})
		}
		p.Table([]string{"from", "to", "counted", "why"}, rows)
	}
	if len(e.Notices) > 0 {
		p.Section("On record")
		rows = nil
		for _, n := range e.Notices {
			what := "breached"
			if n.Warn {
				what = "at risk"
			}
			rows = append(rows, []any{string(n.Target), what, local(n.Due, e.Zone), local(n.At, e.Zone)})
		}
		p.Table([]string{"target", "what", "due", "noticed"}, rows)
	}
}

func newSLATickCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "tick", Short: "Journal what fell due since somebody last looked", Writes: true,
		Long: "Each breach, and each warning that a policy asks for, is journaled once, whoever notices it first, and the orders of agreements\n" +
			"whose time has come are made; running this again, or on\n" +
			"another device, does nothing twice. What lists and reports show does not depend on it. Good for cron.",
		Example: "callout sla tick\ncallout sla tick -o json --dry-run",
		Fields:  resultList().Names(),
		Run: func(ctx context.Context, _ []string) error {
			var results []Result
			err := a.WithShop(func(s *shop.Shop) error {
				due, err := s.Ticks(ctx, a.Now().UTC())
				if err != nil || len(due) == 0 {
					return err
				}
				run := s.Do
				if a.write.dryRun {
					run = s.Preview
				}
				recs, err := run(ctx, due...)
				for i, rec := range recs {
					results = append(results, a.resultOf("", rec, Action{Note: func(store.Receipt) string { return tickNote(due[i].Cmd) }}))
				}
				return err
			})
			if err != nil {
				return err
			}
			return a.Report(results...)
		},
	})
}

// tickNote says what fell due.
func tickNote(c store.Command) string {
	switch t := c.(type) {
	case *work.ClockTick:
		return t.Target + " was due " + t.Due.Format(time.RFC3339)
	case *work.GenerateOrder:
		return "made for " + t.On.String()
	}
	return ""
}

func attainmentList() List[work.Attainment] {
	share := func(c work.TargetCounts) any {
		if c.Attained == nil {
			return nil
		}
		return c.Attained.String()
	}
	open := func(c work.TargetCounts) int { return c.Running + c.AtRisk + c.Paused }
	return List[work.Attainment]{
		Key:   func(g work.Attainment) string { return g.Group },
		Empty: "no work order with an SLA target was opened then",
		Columns: []Column[work.Attainment]{
			{Name: "group", Value: func(g work.Attainment) any { return g.Group }},
			{Name: "orders", Right: true, Value: func(g work.Attainment) any { return g.Orders }},
			{Name: "respond_percent", Title: "RESPONDED %", Right: true, Value: func(g work.Attainment) any { return share(g.Respond) }},
			{Name: "respond_met", Drop: 2, Title: "IN TIME", Right: true, Value: func(g work.Attainment) any { return g.Respond.Met }},
			{Name: "respond_late", Title: "LATE", Right: true, Value: func(g work.Attainment) any { return g.Respond.Missed + g.Respond.Breached }},
			{Name: "resolve_percent", Title: "RESOLVED %", Right: true, Value: func(g work.Attainment) any { return share(g.Resolve) }},
			{Name: "resolve_met", Drop: 1, Title: "IN TIME", Right: true, Value: func(g work.Attainment) any { return g.Resolve.Met }},
			{Name: "resolve_late", Title: "LATE", Right: true, Value: func(g work.Attainment) any { return g.Resolve.Missed + g.Resolve.Breached }},
			{Name: "resolve_open", Title: "OPEN", Right: true, Value: func(g work.Attainment) any { return open(g.Resolve) }},
			{Name: "resolve_at_risk", Title: "AT RISK", Right: true, Value: func(g work.Attainment) any { return g.Resolve.AtRisk }},
			{Name: "respond", Detail: true, Value: func(g work.Attainment) any { return g.Respond }},
			{Name: "resolve", Detail: true, Value: func(g work.Attainment) any { return g.Resolve }},
		},
	}
}

func newSLAReportCmd(a *App) *cobra.Command { return newSLAReportOf(a, "report", "callout sla report") }

// newSLAReportOf is the report under the name that it has with a noun.
func newSLAReportOf(a *App, use, line string) *cobra.Command {
	var by, from, to string
	var groups []string
	for _, g := range work.OrderGroups() {
		groups = append(groups, string(g))
	}
	return a.Verb(Verb{
		Use: use, Short: "Count how well SLA targets were kept",
		Long: "Counts the orders that have targets and were opened in the period, as they stand now. The share is of what is decided: met in\n" +
			"time, reached late, or overdue now. It is cut to one decimal, so that only all of them are 100.",
		Example: line + " --by customer --from 2026-03-01 --to 2026-04-01\n" + line + " --by priority -o csv",
		Fields:  attainmentList().Names(),
		Flags: func(f *pflag.FlagSet) {
			choiceVar(f, &by, "by", string(work.ByCustomer), groups, "a line for each customer, branch, priority or policy")
			f.StringVar(&from, "from", "", "only orders opened on this `DAY` or later")
			f.StringVar(&to, "to", "", "only orders opened before this `DAY`")
		},
		Run: func(ctx context.Context, _ []string) error {
			var rows []work.Attainment
			err := a.View(ctx, func(r store.Reader) error {
				first, last, err := a.period(r, from, to)
				if err != nil {
					return err
				}
				rows, err = work.SLAReport(r, work.GroupOrders(by), first, last, a.Now().UTC())
				n := names{r, map[store.ID]string{}}
				for i := range rows {
					if by == string(work.ByCustomer) || by == string(work.ByBranch) {
						rows[i].Group = n.of(store.ID(rows[i].Group))
					}
				}
				return err
			})
			if err != nil {
				return err
			}
			return attainmentList().Print(a, Rows(rows))
		},
	})
}

// period reads two days of the company's calendar, either of which may be left out, as the
// instants at which they begin.
func (a *App) period(r store.Reader, from, to string) (first, last time.Time, err error) {
	zone, err := companyZone(r)
	if err != nil {
		return first, last, err
	}
	if zone, err = a.zoneOr(zone); err != nil {
		return first, last, err
	}
	day := func(field, s string) (time.Time, error) {
		if s == "" {
			return time.Time{}, nil
		}
		d, err := calendar.ParseDate(field, s)
		return zone.StartOf(d), err
	}
	if first, err = day("from", from); err != nil {
		return first, last, err
	}
	if last, err = day("to", to); err != nil {
		return first, last, err
	}
	if !first.IsZero() && !last.IsZero() && !first.Before(last) {
		err = fault.Invalidf("to", "the period from %s to before %s is empty", from, to).With("period.empty")
	}
	return first, last, err
}
