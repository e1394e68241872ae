package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"callout/internal/fault"
	"callout/shop"
	"callout/store"
)

func newConflictCmd(a *App) *cobra.Command {
	return a.Noun(Noun{
		Use: "conflict", Short: "What the server has refused of what was done here", Group: GroupData,
		Long: `What is done on a linked device is decided there at once, and again by the server, which knows what others have done
meanwhile. What it refuses waits here until somebody has looked at it: give it again, give it differently, or drop it.`,
	}, newConflictListCmd(a), newConflictShowCmd(a), newConflictRedoCmd(a), newConflictEditCmd(a), newConflictDropCmd(a))
}

// conflictRow is a conflict in a list.
type conflictRow struct {
	Entry   uint64    `json:"entry"`
	Made    time.Time `json:"made"`
	Command string    `json:"command"`
	Subject string    `json:"subject"`
	Code    string    `json:"code"`
	Why     string    `json:"why"`
	First   string    `json:"first"` // who was first
}

func conflictList() List[conflictRow] {
	return List[conflictRow]{
		Key:   func(c conflictRow) string { return strconv.FormatUint(c.Entry, 10) },
		Empty: "there are no conflicts",
		Columns: []Column[conflictRow]{
			{Name: "entry", Right: true, Value: func(c conflictRow) any { return c.Entry }},
			{Name: "made", Value: func(c conflictRow) any { return c.Made }},
			{Name: "command", Value: func(c conflictRow) any { return c.Command }},
			{Name: "subject", Value: func(c conflictRow) any { return c.Subject }},
			{Name: "why", Value: func(c conflictRow) any { return c.Why }},
			{Name: "first", Value: func(c conflictRow) any { return c.First }},
			{Name: "code", Detail: true, Value: func(c conflictRow) any { return c.Code }},
		},
	}
}

// rowOfConflict says what was done here, why it was refused, and who was first.
func (a *App) rowOfConflict(r store.Reader, c *store.Conflict) (conflictRow, []store.Rival, error) {
	n := namesOf(r)
	row := conflictRow{Entry: c.Seq, Made: c.Made.In(logPlace(r)), Command: c.Mine.Leaf.Type}
	if c.Mine.Leaf.Subject != "" {
		row.Subject = n.of(c.Mine.Leaf.Subject)
	}
	if shown := c.Shown[c.Mine.Leaf.Subject]; shown != "" {
		row.Subject = shown
	}
	why := c.Refusal(r)
	row.Code = fault.CodeOf(why)
	if why != nil {
		row.Why = sentence(why)
	}
	rivals, err := c.Rivals(r)
	if err != nil {
		return row, nil, err
	}
	var others []string
	for _, v := range rivals {
		if v.Entry == nil || store.IsPending(v.Entry.Leaf.Seq) || v.Entry.Leaf.At.Before(c.Made) {
			continue
		}
		who, err := v.Entry.Actor()
		if err != nil {
			return row, nil, err
		}
		if !slices.Contains(others, who.Name) {
			others = append(others, who.Name)
		}
	}
	row.First = strings.Join(others, ", ")
	return row, rivals, nil
}

func newConflictListCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "list", Short: "List the conflicts that nobody has dealt with",
		Example: "callout conflict list\ncallout conflict list -o name | callout conflict redo -",
		Fields:  conflictList().Names(),
		Run: func(ctx context.Context, _ []string) error {
			var rows []conflictRow
			err := a.View(ctx, func(r store.Reader) error {
				all, err := store.ListConflicts(r)
				if err != nil {
					return err
				}
				for _, c := range all {
					row, _, err := a.rowOfConflict(r, c)
					if err != nil {
						return err
					}
					rows = append(rows, row)
				}
				return nil
			})
			if err != nil {
				return err
			}
			return conflictList().Print(a, Rows(rows))
		},
	})
}

// conflictView is a whole conflict.
type conflictView struct {
	conflictRow
	Args   json.RawMessage `json:"arguments"`
	Reason string          `json:"reason"`
	Hints  []string        `json:"hints"`
	Rivals []rivalView     `json:"records"`
}

type rivalView struct {
	Collection string          `json:"collection"`
	ID         store.ID        `json:"id"`
	Entry      uint64          `json:"entry"` // that wrote it last
	Actor      string          `json:"actor"`
	At         time.Time       `json:"at"`
	Fields     []fieldConflict `json:"fields"`
}

// fieldConflict is a field of a record as it would have been and as it is.
type fieldConflict struct {
	Field string          `json:"field"`
	Mine  json.RawMessage `json:"mine"`
	Now   json.RawMessage `json:"now"`
}

func newConflictShowCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "show CONFLICT", Short: "Show what you did, who was first, and the difference",
		Example: "callout conflict show 1042",
		Fields:  append(conflictList().Names(), "arguments", "reason", "hints", "records"),
		Run: func(ctx context.Context, args []string) error {
			seq, err := conflictNumber(args[0])
			if err != nil {
				return err
			}
			var v conflictView
			err = a.View(ctx, func(r store.Reader) error { return a.viewConflict(r, seq, &v) })
			if err != nil {
				return err
			}
			return a.Show(args[0], v, func(p *Page) { v.draw(p) })
		},
	})
}

func (a *App) viewConflict(r store.Reader, seq uint64, v *conflictView) error {
	c, err := store.GetConflict(r, seq)
	if err != nil {
		return err
	}
	row, rivals, err := a.rowOfConflict(r, c)
	if err != nil {
		return err
	}
	v.conflictRow, v.Rivals = row, []rivalView{}
	v.Hints = a.hints(c.Refusal(r))
	if _, v.Args, err = c.Mine.Intent(); err != nil {
		return err
	}
	if v.Reason, err = c.Mine.Reason(); err != nil {
		return err
	}
	for _, rival := range rivals {
		w := rivalView{Collection: rival.Collection, ID: rival.ID, Fields: differing(rival.Mine, rival.Now)}
		if rival.Entry != nil {
			who, err := rival.Entry.Actor()
			if err != nil {
				return err
			}
			w.Entry, w.Actor, w.At = rival.Entry.Leaf.Seq, who.Name, rival.Entry.Leaf.At.In(logPlace(r))
		}
		v.Rivals = append(v.Rivals, w)
	}
	return nil
}

// differing lists the fields in which two documents differ, in the order of their names.
func differing(mine, now json.RawMessage) []fieldConflict {
	out := []fieldConflict{}
	var a, b map[string]json.RawMessage
	_ = json.Unmarshal(mine, &a) // a document that is missing has no fields
	_ = json.Unmarshal(now, &b)
	names := map[string]bool{}
	for k := range a {
		names[k] = true
	}
	for k := range b {
		names[k] = true
	}
	for _, k := range sortedKeys(names) {
		if !bytes.Equal(a[k], b[k]) {
			out = append(out, fieldConflict{k, a[k], b[k]})
		}
	}
	return out
}

func sortedKeys(m map[string]bool) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func (v *conflictView) draw(p *Page) {
	p.Title("Conflict %d  %s %s", v.Entry, v.Command, v.Subject)
	p.Field("Done here", v.Made)
	p.Field("Refused", v.Why)
	p.Field("Reason", v.Reason)
	p.Field("First", v.First)
	p.Field("You gave", string(v.Args))
	for _, rival := range v.Rivals {
		p.Section(rival.Collection + " " + string(rival.ID))
		if rival.Entry != 0 {
			p.Line("last changed by %s at %s, entry %d", rival.Actor, rival.At.Format("2006-01-02 15:04 MST"), rival.Entry)
		} else {
			p.Line("is not there")
		}
		rows := make([][]any, len(rival.Fields))
		for i, f := range rival.Fields {
			rows[i] = []any{f.Field, string(f.Mine), string(f.Now)}
		}
		p.Table([]string{"field", "yours", "now"}, rows)
	}
	for _, h := range v.Hints {
		p.Line("hint: %s", h)
	}
	p.Line("callout conflict redo %d · edit %d · drop %d", v.Entry, v.Entry, v.Entry)
}

func conflictNumber(text string) (uint64, error) {
	seq, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return 0, fault.Invalidf("conflict", "%.40q is no number of a conflict", text).Hint("callout conflict list")
	}
	return seq, nil
}

func newConflictRedoCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "redo CONFLICT...", Short: "Give the refused command once more", Writes: true,
		Example: "callout conflict redo 1042\ncallout conflict list -o name | callout conflict redo -",
		Each: func(ctx context.Context, ids []string) []Result {
			return a.eachConflict(ctx, ids, func(s *shop.Shop, c *store.Conflict) Result { return a.giveAgain(ctx, s, c, nil) })
		},
	})
}

func newConflictEditCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "edit CONFLICT", Short: "Give the refused command differently: its arguments open in your editor", Writes: true,
		Example: "callout conflict edit 1042",
		Run: func(ctx context.Context, args []string) error {
			return a.Report(a.eachConflict(ctx, args, func(s *shop.Shop, c *store.Conflict) Result {
				_, was, err := c.Mine.Intent()
				if err != nil {
					return Result{ID: args[0], Err: err}
				}
				edited, err := a.edit(ctx, was)
				if err != nil {
					return Result{ID: args[0], Err: err}
				}
				return a.giveAgain(ctx, s, c, edited)
			})[0])
		},
	})
}

func newConflictDropCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "drop CONFLICT...", Short: "Give the refused command up; the server's journal keeps that it was refused", Writes: true,
		Danger:  Bulk,
		Example: "callout conflict drop 1042",
		Each: func(ctx context.Context, ids []string) []Result {
			return a.eachConflict(ctx, ids, func(s *shop.Shop, c *store.Conflict) Result {
				res := Result{ID: strconv.FormatUint(c.Seq, 10), Note: "dropped"}
				if !a.write.dryRun {
					res.Err = s.Settle(ctx, c.Seq)
				}
				return res
			})
		},
	})
}

// eachConflict does something about each conflict that is named.
func (a *App) eachConflict(ctx context.Context, ids []string, do func(*shop.Shop, *store.Conflict) Result) []Result {
	out := make([]Result, len(ids))
	err := a.WithShop(func(s *shop.Shop) error {
		for i, id := range ids {
			out[i].ID = id
			var c *store.Conflict
			seq, err := conflictNumber(id)
			if err == nil {
				err = s.View(ctx, func(r store.Reader) error {
					c, err = store.GetConflict(r, seq)
					return err
				})
			}
			if err != nil {
				out[i].Err = err
				continue
			}
			out[i] = do(s, c)
		}
		return nil
	})
	if err != nil {
		for i := range out {
			out[i] = Result{ID: ids[i], Err: err}
		}
	}
	return out
}

// giveAgain gives a refused command once more, and forgets the conflict when it holds here.
func (a *App) giveAgain(ctx context.Context, s *shop.Shop, c *store.Conflict, args json.RawMessage) Result {
	res := Result{ID: strconv.FormatUint(c.Seq, 10)}
	in, err := s.Again(c, args)
	if err != nil {
		res.Err = err
		return res
	}
	run := s.Do
	if a.write.dryRun {
		run = s.Preview
	}
	recs, err := run(ctx, in)
	if err != nil {
		res.Err = repeatable(err, in.ID)
		return res
	}
	res = a.resultOf(res.ID, recs[0], Action{})
	if !res.failed() && !a.write.dryRun {
		if err := s.Settle(ctx, c.Seq); err != nil {
			res.Err = err
		}
	}
	return res
}

// edit lets somebody change JSON in their editor.
func (a *App) edit(ctx context.Context, text json.RawMessage) (json.RawMessage, error) {
	editor := strings.Fields(a.env("VISUAL"))
	if len(editor) == 0 {
		editor = strings.Fields(a.env("EDITOR"))
	}
	if len(editor) == 0 {
		return nil, usagef("no editor is set").With("editor.missing").Hint("EDITOR=nano callout conflict edit CONFLICT")
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, text, "", "  "); err != nil {
		return nil, fault.Internalf("the arguments cannot be shown").Because(err)
	}
	f, err := os.CreateTemp("", "callout-*.json")
	if err != nil {
		return nil, fault.Internalf("no file for the editor").Because(err)
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.Write(append(pretty.Bytes(), '\n'))
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return nil, fault.Internalf("no file for the editor").Because(err)
	}
	run := exec.CommandContext(ctx, editor[0], append(editor[1:], f.Name())...) //nolint:gosec // the user's own editor
	run.Stdin, run.Stdout, run.Stderr = a.In, a.Err, a.Err
	if err := run.Run(); err != nil {
		return nil, fault.Invalidf("editor", "%s did not end well; nothing was changed", editor[0]).Because(err)
	}
	edited, err := os.ReadFile(f.Name())
	if err != nil {
		return nil, fault.Internalf("what was edited cannot be read").Because(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, edited); err != nil {
		return nil, fault.Invalidf("arguments", "what was edited is no JSON; nothing was changed").Because(err)
	}
	return compact.Bytes(), nil
}
