package cmd

import (
	"context"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"callout/dispatch"
	"callout/internal/fault"
)

// planningFlags change how plans are made.
type planningFlags struct {
	flags                                 *pflag.FlagSet
	weights                               []string
	arrival, unknown, overtime, maxTravel time.Duration
}

func (p *planningFlags) add(f *pflag.FlagSet) {
	p.flags = f
	f.StringSliceVar(&p.weights, "weight", nil, "a `WEIGHT`=POINTS; repeat it or use commas")
	durationVar(f, &p.arrival, "arrival-window", 0, "customers are told to expect a visit within `DURATION` from its start")
	durationVar(f, &p.unknown, "unknown-way", 0, "a way to a site without coordinates is taken to be `DURATION`")
	durationVar(f, &p.overtime, "overtime", 0, "a plan may let the way home end `DURATION` after the shift")
	durationVar(f, &p.maxTravel, "max-travel", 0, "a plan keeps a technician's road on a day under `DURATION`; 0 is no bound")
}

// given reports whether any of the flags was used.
func (p *planningFlags) given() bool {
	for _, name := range []string{"weight", "arrival-window", "unknown-way", "overtime", "max-travel"} {
		if p.flags.Changed(name) {
			return true
		}
	}
	return false
}

// change puts what was given in place of what was there.
func (p *planningFlags) change(to dispatch.Planning) (dispatch.Planning, error) {
	to.Weights = maps.Clone(to.Weights)
	for _, word := range p.weights {
		name, points, _ := strings.Cut(word, "=")
		n, err := strconv.Atoi(points)
		if err != nil {
			return to, fault.Invalidf("weight", "%q is no weight with its points", word).With("dispatch_policy.weight").
				Hint("callout policy set-dispatch --weight travel=2")
		}
		if to.Weights == nil {
			to.Weights = map[dispatch.Weight]int{}
		}
		to.Weights[dispatch.Weight(name)] = n
	}
	for _, m := range []struct {
		flag string
		to   *int
		from time.Duration
	}{{"arrival-window", &to.Arrival, p.arrival}, {"unknown-way", &to.UnknownWay, p.unknown}, {"overtime", &to.Overtime, p.overtime}, {"max-travel", &to.MaxTravel, p.maxTravel}} {
		if p.flags.Changed(m.flag) {
			*m.to = int(m.from / time.Minute)
		}
	}
	return to, nil
}

// completeWeights offers the weights of a plan.
func completeWeights(context.Context, string) (found []Completion, _ error) {
	for _, w := range dispatch.Weights() {
		found = append(found, Completion{Value: string(w) + "=", Help: w.Meaning()})
	}
	return found, nil
}
