package cmd

import (
	"context"
	"fmt"
	"strings"
	"time"

	"callout/calendar"
	"callout/shop"
	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// chainRow is one order of a chain with what it waits for.
type chainRow struct {
	shop.ChainNode
	Waits []work.ChainEdge `json:"waits_for"`

	now                 time.Time
	callback, chargedTo string // numbers
}

func chainList() List[chainRow] {
	parts := func(c chainRow) any {
		done, all := c.Total.Done()
		if all == 1 {
			return ""
		}
		return fmt.Sprintf("%d of %d", done, all)
	}
	risk := func(c chainRow) any {
		if c.Total.Due.IsZero() {
			return string(c.Total.Risk)
		}
		state := c.Total.Risk
		if state == work.SLAMissed { // something is still open
			state = work.SLARunning
		}
		word := slaText(work.TargetState{State: state, Target: "due", Due: c.Total.Due}, c.now)
		if c.Total.Risk == work.SLAMissed {
			word = "missed, " + word
		}
		return word
	}
	return List[chainRow]{
		Key: func(c chainRow) string { return c.Number },
		Columns: []Column[chainRow]{
			{Name: "number", Value: func(c chainRow) any { return c.Number }},
			{Name: "title", Least: 24, Value: func(c chainRow) any { return strings.Repeat("  ", c.Depth) + c.Title }},
			{Name: "status", Value: func(c chainRow) any { return string(c.Status) }, Style: func(c chainRow) role { return orderStyle(orderRow{WorkOrderRow: c.WorkOrderRow}) }},
			{Name: "done", Value: parts},
			{Name: "sla", Title: "SLA", Right: true, Value: risk, Style: func(c chainRow) role { return slaStyle(c.Total.Risk) }},
			{Name: "waits_for", Title: "WAITS FOR", Value: func(c chainRow) any { return waitsFor(c.Waits) }},
			{Name: "blocked_by", Title: "BLOCKED BY", Value: func(c chainRow) any { return blockedBy(c.Waits) }},
			{Name: "callback_of", Title: "GOES BACK TO", Detail: true, Value: func(c chainRow) any { return c.callback }},
			{Name: "cause", Detail: true, Value: func(c chainRow) any { return string(c.Cause) }},
			{Name: "charged_to", Title: "CHARGED TO", Detail: true, Value: func(c chainRow) any { return c.chargedTo }},
			{Name: "depth", Detail: true, Value: func(c chainRow) any { return c.Depth }},
			{Name: "id", Detail: true, Value: func(c chainRow) any { return string(c.ID) }},
			{Name: "visits", Detail: true, Value: func(c chainRow) any { return c.Own.Visits }},
			{Name: "effort", Detail: true, Value: func(c chainRow) any { return c.Own.Effort }},
			{Name: "total_person_hours", Title: "PERSON-HOURS WITH PARTS", Detail: true, Right: true, Value: func(c chainRow) any { return spent(c.Total.Effort.Person) }},
			{Name: "total_travel", Title: "TRAVEL WITH PARTS", Detail: true, Right: true, Value: func(c chainRow) any { return spent(c.Total.Effort.PersonTravel) }},
			{Name: "cost", Detail: true, Right: true, Value: func(c chainRow) any { return c.Costs.Own }},
			{Name: "billed", Detail: true, Right: true, Value: func(c chainRow) any { return c.Own.Billed }},
			{Name: "open", Detail: true, Right: true, Value: func(c chainRow) any { return c.Own.Open }},
			{Name: "margin", Detail: true, Right: true, Value: func(c chainRow) any { return c.Costs.OwnMargin }},
			{Name: "total_cost", Title: "COST WITH PARTS", Detail: true, Right: true, Value: func(c chainRow) any { return c.Costs.Total }},
			{Name: "total_billed", Title: "BILLED WITH PARTS", Detail: true, Right: true, Value: func(c chainRow) any { return c.Total.Billed }},
			{Name: "total_open", Title: "OPEN WITH PARTS", Detail: true, Right: true, Value: func(c chainRow) any { return c.Total.Open }},
			{Name: "total_margin", Title: "MARGIN WITH PARTS", Detail: true, Right: true, Value: func(c chainRow) any { return c.Costs.TotalMargin }},
			{Name: "total", Detail: true, Value: func(c chainRow) any { return c.Total }},
			{Name: "links", Detail: true, Value: func(c chainRow) any { return c.Waits }},
		},
	}
}

// waitsFor writes links as --after takes them.
func waitsFor(edges []work.ChainEdge) []string {
	out := []string{}
	for _, e := range edges {
		word := e.AfterNumber
		if e.Kind == work.StartToStart {
			word += ":start"
		}
		if e.Lag > 0 {
			word += "+" + calendar.FormatDuration(time.Duration(e.Lag)*time.Minute)
		}
		out = append(out, word)
	}
	return out
}

func blockedBy(edges []work.ChainEdge) []string {
	out := []string{}
	for _, e := range edges {
		if !e.Met {
			out = append(out, e.AfterNumber)
		}
	}
	return out
}

func newOrderChainCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "chain WO", Short: "Show the tree, the prerequisites and the callbacks that a work order stands in",
		Long: "Every order that can be reached by parents, parts, links and callbacks, each followed by its parts and by what goes back to its\n" +
			"work. DONE and SLA speak for an order with all that stands below it, and so do the fields with total_; cost, billed, open and\n" +
			"margin are the order's own. Return visits, callbacks, warranty work and rework are charged to the job that they go back to.\n" +
			"WAITS FOR lists the prerequisites as --after takes them, BLOCKED BY those that are not met yet.",
		Example: "callout wo chain WO-1001\ncallout wo chain WO-1001 --fields number,title,total_cost,total_billed,total_open,total_margin\n" +
			"callout wo chain WO-1001 -o name | callout wo hold - --reason \"strike\"",
		Fields: chainList().Names(),
		Run: func(ctx context.Context, args []string) error {
			var rows []chainRow
			err := a.View(ctx, func(r store.Reader) error {
				id, err := findOrder(r, args[0])
				if err != nil {
					return err
				}
				now := a.Now().UTC()
				c, err := shop.ChainOf(r, id, now)
				if err != nil {
					return err
				}
				at, n := map[store.ID]int{}, namesOf(r)
				for i, node := range c.Nodes {
					at[node.ID] = i
					rows = append(rows, chainRow{node, []work.ChainEdge{}, now, n.of(node.CallbackOf), n.of(node.ChargedTo)})
				}
				for _, e := range c.Edges {
					rows[at[e.Order]].Waits = append(rows[at[e.Order]].Waits, e)
				}
				return nil
			})
			if err != nil {
				return err
			}
			return chainList().Print(a, Rows(rows))
		},
	})
}

func newOrderLinkCmd(a *App) *cobra.Command {
	var after string
	return a.Verb(Verb{
		Use: "link WO...", Short: "Make work orders wait for another one", Writes: true, Danger: Bulk,
		Long:     "A link that would make an order wait for itself is refused, and the way round is named.",
		Example:  "callout wo link WO-1002 --after WO-1001+2h\ncallout wo link WO-1002 --after WO-1001:start",
		Required: []string{"after"},
		Flags:    func(f *pflag.FlagSet) { f.StringVar(&after, "after", "", afterUsage) },
		Each: func(ctx context.Context, items []string) []Result {
			return a.ActEach(ctx, items, Action{
				Build: func(r store.Reader, item string) (store.Command, error) {
					id, err := findOrder(r, item)
					if err != nil {
						return nil, err
					}
					p, err := parseAfter(r, after)
					return &work.LinkWorkOrder{ID: id, After: p}, err
				},
				Note: func(store.Receipt) string { return "waits for " + after },
			})
		},
	})
}

func newOrderUnlinkCmd(a *App) *cobra.Command {
	var after string
	return a.Verb(Verb{
		Use: "unlink WO...", Short: "Let work orders no longer wait for another one", Writes: true, Danger: Bulk,
		Example:  "callout wo unlink WO-1002 --after WO-1001",
		Required: []string{"after"},
		Flags:    func(f *pflag.FlagSet) { f.StringVar(&after, "after", "", "the `WO` that is waited for") },
		Each: func(ctx context.Context, items []string) []Result {
			return a.ActEach(ctx, items, Action{
				Build: func(r store.Reader, item string) (store.Command, error) {
					id, err := findOrder(r, item)
					if err != nil {
						return nil, err
					}
					other, err := findOrder(r, after)
					return &work.UnlinkWorkOrder{ID: id, After: other}, err
				},
				Note: func(store.Receipt) string { return "no longer waits for " + after },
			})
		},
	})
}
