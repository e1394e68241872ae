package cmd

import (
	"context"
	"strings"
	"time"

	"callout/calendar"
	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// chainRow is one order of a chain with what it waits for.
type chainRow struct {
	work.ChainNode
	Waits []work.ChainEdge `json:"waits_for"`
	Money *orderMoney      `json:"money"`
}

func chainList() List[chainRow] {
	return List[chainRow]{
		Key: func(c chainRow) string { return c.Number },
		Columns: []Column[chainRow]{
			{Name: "number", Value: func(c chainRow) any { return c.Number }},
			{Name: "title", Value: func(c chainRow) any { return strings.Repeat("  ", c.Depth) + c.Title }},
			{Name: "status", Value: func(c chainRow) any { return string(c.Status) }, Style: func(c chainRow) role { return orderStyle(orderRow{WorkOrderRow: c.WorkOrderRow}) }},
			{Name: "waits_for", Title: "WAITS FOR", Value: func(c chainRow) any { return waitsFor(c.Waits) }},
			{Name: "blocked_by", Title: "BLOCKED BY", Value: func(c chainRow) any { return blockedBy(c.Waits) }},
			{Name: "depth", Detail: true, Value: func(c chainRow) any { return c.Depth }},
			{Name: "id", Detail: true, Value: func(c chainRow) any { return string(c.ID) }},
			{Name: "cost", Detail: true, Right: true, Value: func(c chainRow) any { return c.Money.Cost }},
			{Name: "billed", Detail: true, Right: true, Value: func(c chainRow) any { return c.Money.Billed.Sub(c.Money.Credited) }},
			{Name: "open", Detail: true, Right: true, Value: func(c chainRow) any { return c.Money.OnInvoice.Add(c.Money.Unbilled).Add(c.Money.Planned) }},
			{Name: "margin", Detail: true, Right: true, Value: func(c chainRow) any { return c.Money.Margin }},
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
		Use: "chain WO", Short: "Show the tree and the prerequisites that a work order stands in",
		Long: "Every order that can be reached by parents, parts and links, each parent followed by its parts. WAITS FOR lists the\n" +
			"prerequisites as --after takes them, BLOCKED BY those that are not met yet. What each order costs and brings in is among the fields.",
		Example: "callout wo chain WO-1001\ncallout wo chain WO-1001 --fields number,title,cost,billed,open,margin\ncallout wo chain WO-1001 -o name | callout wo hold - --reason \"strike\"",
		Fields:  chainList().Names(),
		Run: func(ctx context.Context, args []string) error {
			var rows []chainRow
			err := a.View(ctx, func(r store.Reader) error {
				id, err := findOrder(r, args[0])
				if err != nil {
					return err
				}
				c, err := work.ChainOf(r, id, a.Now().UTC())
				if err != nil {
					return err
				}
				at := map[store.ID]int{}
				for i, n := range c.Nodes {
					at[n.ID] = i
					m, err := readMoney(r, n.ID, a.Now().UTC())
					if err != nil {
						return err
					}
					rows = append(rows, chainRow{n, []work.ChainEdge{}, m})
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
