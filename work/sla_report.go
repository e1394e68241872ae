package work

import (
	"cmp"
	"slices"
	"time"

	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// Attainment counts how a group of orders kept to their SLA targets.
type Attainment struct {
	Group   string       `json:"group"` // a name, or "" for orders without one
	Orders  int          `json:"orders"`
	Respond TargetCounts `json:"respond"`
	Resolve TargetCounts `json:"resolve"`
}

// TargetCounts counts one target of a group of orders by how it stands.
type TargetCounts struct {
	Met      int `json:"met"`
	Missed   int `json:"missed"`   // reached too late
	Breached int `json:"breached"` // due and not reached yet
	AtRisk   int `json:"at_risk"`
	Running  int `json:"running"`
	Paused   int `json:"paused"`
	// Attained is the share of what is decided that was met, in percent, cut to one
	// decimal so that only all of them are 100 %. It is nil while nothing is decided.
	Attained *money.Percent `json:"attained_percent"`
}

func (c *TargetCounts) add(s SLAState) {
	switch s {
	case SLAMet:
		c.Met++
	case SLAMissed:
		c.Missed++
	case SLABreached:
		c.Breached++
	case SLAAtRisk:
		c.AtRisk++
	case SLARunning:
		c.Running++
	case SLAPaused:
		c.Paused++
	}
}

func (c *TargetCounts) conclude() {
	decided := c.Met + c.Missed + c.Breached
	if decided == 0 {
		return
	}
	p := money.NewPercent(int64(c.Met)*1000/int64(decided), 1)
	c.Attained = &p
}

// GroupOrders says by what a report groups orders.
type GroupOrders string

// The groups of a report.
const (
	ByCustomer GroupOrders = "customer"
	ByBranch   GroupOrders = "branch"
	ByPriority GroupOrders = "priority"
	ByPolicy   GroupOrders = "policy"
)

// OrderGroups lists by what a report can group orders.
func OrderGroups() []GroupOrders { return []GroupOrders{ByCustomer, ByBranch, ByPriority, ByPolicy} }

// SLAReport counts the orders that were opened from one instant until before another, and
// that have targets, by how these stand now. Zero instants are open ends. Orders that
// were called off do not count. A group is an id for customers and branches.
func SLAReport(r store.Reader, by GroupOrders, from, to, now time.Time) ([]Attainment, error) {
	if !slices.Contains(OrderGroups(), by) {
		return nil, fault.Invalidf("by", "orders are grouped by customer, branch, priority or policy, not by %q", by).With("report.group")
	}
	groups := map[string]*Attainment{}
	for w, err := range WorkOrders.All(r) {
		if err != nil {
			return nil, err
		}
		if w.OpenedAt.Before(from) || !to.IsZero() && !w.OpenedAt.Before(to) {
			continue
		}
		targets := w.clockRow().Targets(now)
		if len(targets) == 0 {
			continue
		}
		key := w.group(by)
		g := groups[key]
		if g == nil {
			g = &Attainment{Group: key}
			groups[key] = g
		}
		g.Orders++
		for _, t := range targets {
			if t.Target == ToRespond {
				g.Respond.add(t.State)
			} else {
				g.Resolve.add(t.State)
			}
		}
	}
	var out []Attainment
	for _, g := range groups {
		g.Respond.conclude()
		g.Resolve.conclude()
		out = append(out, *g)
	}
	slices.SortFunc(out, func(a, b Attainment) int { return cmp.Compare(a.Group, b.Group) })
	return out, nil
}

func (w *WorkOrder) group(by GroupOrders) string {
	switch by {
	case ByCustomer:
		return string(w.Customer)
	case ByBranch:
		return string(w.Branch)
	case ByPriority:
		return string(w.Priority)
	default:
		return w.Pins[PinSLA].Name
	}
}
