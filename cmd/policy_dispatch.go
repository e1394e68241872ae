package cmd

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/dispatch"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// dispatchPolicyView is the policy in force, with what it does not say filled in.
type dispatchPolicyView struct {
	Accept   []dispatch.Acceptance `json:"accept"`
	Road     dispatch.Road         `json:"road"`
	Planning dispatch.Planning     `json:"planning"`
	Home     dispatch.HomeTravel   `json:"home_travel"`
	Revision int                   `json:"revision"` // 0: none was ever set
}

func newPolicyDispatchCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "dispatch", Short: "Show which conflicts may be booked over, by whom, and how long ways are taken to be",
		Example: "callout policy dispatch",
		Fields:  []string{"accept", "road", "planning", "home_travel", "revision"},
		Run: func(ctx context.Context, _ []string) error {
			var v dispatchPolicyView
			err := a.View(ctx, func(r store.Reader) error {
				p, pin, err := dispatch.CurrentPolicy(r)
				for _, code := range dispatch.Acceptable() {
					v.Accept = append(v.Accept, p.Rule(code))
				}
				v.Road, v.Planning, v.Home, v.Revision = p.Roads(), p.Plans(), p.FromHome(), pin.Rev
				return err
			})
			if err != nil {
				return err
			}
			return a.Show("dispatch", v, func(p *Page) {
				p.Field("Revision", v.Revision)
				p.Field("Ways", "straight line times "+strconv.FormatFloat(float64(v.Road.Factor)/100, 'f', 2, 64)+", at "+strconv.Itoa(v.Road.Speed)+" km/h")
				p.Field("Unknown ways", "taken to be "+a.text(inMinutes(v.Planning.UnknownWay)))
				p.Field("Arrival", a.text(inMinutes(v.Planning.Arrival))+" from the planned start on")
				if v.Planning.Overtime > 0 {
					p.Field("Way home", "a plan may let it end "+a.text(inMinutes(v.Planning.Overtime))+" after the shift")
				}
				if v.Planning.MaxTravel > 0 {
					p.Field("On the road", "at most "+a.text(inMinutes(v.Planning.MaxTravel))+" a day")
				}
				p.Field("Way from and to home", map[dispatch.HomeTravel]string{
					dispatch.HomeNoted: "is noted where it begins before the shift or ends after it", dispatch.HomeInShift: "has to fit into the shift", dispatch.HomeOwnTime: "is the technician's own time",
				}[v.Home])
				p.Section("May be booked over, with a reason")
				var rows [][]any
				for _, rule := range v.Accept {
					who := "anybody"
					switch {
					case rule.Never:
						who = "nobody"
					case rule.Role != "":
						who = string(rule.Role)
					}
					rows = append(rows, []any{string(rule.Conflict), who})
				}
				p.Table([]string{"conflict", "by"}, rows)
				p.Section("What counts how much in a plan, in points")
				rows = nil
				for _, w := range dispatch.Weights() {
					rows = append(rows, []any{string(w), v.Planning.Weights[w], w.Meaning()})
				}
				p.Table([]string{"weight", "points", "for"}, rows)
			})
		},
	})
}

func newPolicySetDispatchCmd(a *App) *cobra.Command {
	var accept, never []string
	var factor float64
	var speed int
	var plans planningFlags
	var home string
	var homes []string
	for _, h := range dispatch.HomeTravels() {
		homes = append(homes, string(h))
	}
	return a.Verb(Verb{
		Use: "set-dispatch", Short: "Say what may be booked over and by whom, how long ways are taken to be, and what counts in a plan", Writes: true,
		Long: `Only what is named changes, and makes a new revision; visits that are booked stay. A conflict with a role after
an = is accepted by people with that role only. Weights are points: a minute on the road is one, so that a weight says
as many minutes of driving something is as bad as.`,
		Example: `callout policy set-dispatch --accept overlap=manager --never skill
callout policy set-dispatch --road-factor 1.4 --speed 40
callout policy set-dispatch --weight late-emergency=50,preference=40 --arrival-window 90m
callout policy set-dispatch --home-travel shift`,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringSliceVar(&accept, "accept", nil, "a `CONFLICT`, or CONFLICT=ROLE, that may be booked over; repeat it or use commas")
			f.StringSliceVar(&never, "never", nil, "a `CONFLICT` that may not")
			f.Float64Var(&factor, "road-factor", 0, "a way is `N` times as long as the straight line, such as 1.3")
			f.IntVar(&speed, "speed", 0, "ways are driven at `N` km/h")
			choiceVar(f, &home, "home-travel", "", homes, "whether the ways from home to the first visit and back from the last are noted, have to fit into the shift, or are the technician's own time")
			plans.add(f)
		},
		Run: func(ctx context.Context, _ []string) error {
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				if len(accept)+len(never) == 0 && factor == 0 && speed == 0 && home == "" && !plans.given() {
					return nil, usagef("nothing was named to change").Hint("callout policy set-dispatch --accept overlap=manager")
				}
				p, _, err := dispatch.CurrentPolicy(r)
				if err != nil {
					return nil, err
				}
				p.Accept = slices.Clone(p.Accept)
				put := func(to dispatch.Acceptance) {
					p.Accept = slices.DeleteFunc(p.Accept, func(o dispatch.Acceptance) bool { return o.Conflict == to.Conflict })
					p.Accept = append(p.Accept, to)
				}
				for _, word := range accept {
					code, role, _ := strings.Cut(word, "=")
					put(dispatch.Acceptance{Conflict: dispatch.Code(code), Role: party.Role(role)})
				}
				for _, code := range never {
					if !slices.Contains(dispatch.Acceptable(), dispatch.Code(code)) {
						return nil, fault.Invalidf("never", "%q is no conflict that could be accepted", code).With("dispatch_policy.conflict").
							Hint("callout policy dispatch")
					}
					put(dispatch.Acceptance{Conflict: dispatch.Code(code), Never: true})
				}
				if factor != 0 {
					p.Road.Factor = int(math.Round(factor * 100))
				}
				if speed != 0 {
					p.Road.Speed = speed
				}
				if home != "" {
					p.Home = dispatch.HomeTravel(home)
				}
				p.Planning, err = plans.change(p.Planning)
				return &dispatch.SetPolicy{Policy: p}, err
			}})
		},
	})
}
