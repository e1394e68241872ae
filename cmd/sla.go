package cmd

import (
	"context"
	"fmt"
	"strings"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func slas() definition[work.SLA] {
	return definition[work.SLA]{
		kind: work.SLAs, noun: "sla", parse: work.ParseSLA,
		make: func(name string, body work.SLA) store.Command { return &work.AddSLA{SLA: name, Body: body} },
		draw: drawSLA,
	}
}

func newSLACmd(a *App) *cobra.Command {
	d := slas()
	return a.Noun(Noun{Use: "sla", Short: "How soon work orders are answered and resolved", Group: GroupWork},
		newSLAAddCmd(a, d), d.list(a), d.show(a, "SLA"), newSLAClockCmd(a), newSLAReportCmd(a), newSLATickCmd(a))
}

func newSLAAddCmd(a *App, d definition[work.SLA]) *cobra.Command {
	var file, hours string
	var targets []string
	var ignore bool
	var warn int
	return a.Verb(Verb{
		Use: "add NAME", Short: "Publish an SLA policy, or a new revision of it", Writes: true,
		Long: "A target says within how much of the policy's hours an order of a priority is responded to and resolved. Hours are\n" +
			"local to the site, or those of the order's branch with --hours branch; without them the clock never stops. Where there are\n" +
			"hours, the branch's holidays count as closed. Orders keep the revision that they were created under.",
		Example: `callout sla add gold --hours "Mon-Fri 08:00-17:00" --target high=2h/8h --target normal=8h` + "\n" +
			`callout sla add local --hours branch --target normal=/16h --warn 75` + "\n" +
			"callout sla add gold --file gold.yaml",
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&hours, "hours", "", "when the clock runs, as `HOURS` such as \"Mon-Fri 08:00-17:00\", or branch")
			f.BoolVar(&ignore, "ignore-holidays", false, "let the clock run on holidays too")
			f.IntVar(&warn, "warn", 0, "an order is at risk after `N` percent of a target; 0 is never")
			f.StringArrayVar(&targets, "target", nil, "PRIORITY=RESPOND/RESOLVE as `TEXT`, such as high=2h/8h; either may be left out")
			f.StringVar(&file, "file", "", "read hours and targets from a YAML or JSON `FILE`")
		},
		Run: func(ctx context.Context, args []string) error {
			var body work.SLA
			if file != "" {
				if hours != "" || len(targets) > 0 || ignore || warn != 0 {
					return usagef("--file holds the whole policy; leave --hours, --target, --warn and --ignore-holidays out")
				}
				text, err := a.readDefinition(file)
				if err != nil {
					return err
				}
				if _, body, err = work.ParseSLA(text); err != nil {
					return err
				}
				return d.publish(ctx, a, args[0], body)
			}
			body.IgnoreHolidays, body.Warn, body.BranchHours = ignore, warn, hours == "branch"
			if hours != "" && !body.BranchHours {
				h, err := calendar.ParseHours("hours", hours)
				if err != nil {
					return err
				}
				body.Hours = h
			}
			for _, t := range targets {
				target, err := parseTarget(t)
				if err != nil {
					return err
				}
				body.Targets = append(body.Targets, target)
			}
			return d.publish(ctx, a, args[0], body)
		},
	})
}

// parseTarget reads high=2h/8h, high=2h (respond only) or high=/8h (resolve only).
func parseTarget(s string) (t work.SLATarget, err error) {
	priority, times, ok := strings.Cut(s, "=")
	if !ok {
		return t, fault.Invalidf("target", "%q is no target such as high=2h/8h", s)
	}
	t.Priority = work.Priority(priority)
	respond, resolve, _ := strings.Cut(times, "/")
	if t.Respond, err = minutes("target", respond); err != nil {
		return t, err
	}
	t.Resolve, err = minutes("target", resolve)
	return t, err
}

// minutes reads a duration of whole minutes; empty is none.
func minutes(field, s string) (int, error) {
	if s == "" {
		return 0, nil
	}
	d, err := calendar.ParseDuration(field, s)
	if err != nil {
		return 0, err
	}
	return wholeMinutes(field, d)
}

// wholeMinutes turns a duration into minutes.
func wholeMinutes(field string, d time.Duration) (int, error) {
	if d%time.Minute != 0 {
		return 0, fault.Invalidf(field, "%s is not whole minutes", calendar.FormatDuration(d))
	}
	return int(d / time.Minute), nil
}

func drawSLA(p *Page, s *work.SLA) {
	hours := s.Hours.String()
	switch {
	case s.BranchHours:
		hours = "the branch's"
	case s.Hours.IsZero():
		hours = "always"
	}
	p.Field("Hours", hours)
	if s.IgnoreHolidays {
		p.Field("Holidays", "count as other days")
	}
	if s.Warn > 0 {
		p.Field("At risk after", fmt.Sprintf("%d %%", s.Warn))
	}
	p.Section("Targets")
	var rows [][]any
	for _, t := range s.Targets {
		rows = append(rows, []any{string(t.Priority), estimate(t.Respond), estimate(t.Resolve)})
	}
	p.Table([]string{"priority", "respond within", "resolve within"}, rows)
}
