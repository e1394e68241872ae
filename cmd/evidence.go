package cmd

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"callout/internal/fault"
	"callout/shop"
	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newEvidenceCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "evidence", Short: "Files and readings that show what was found and done", Group: GroupWork},
		newEvidenceAddCmd(a), newEvidenceListCmd(a), newEvidenceShowCmd(a), newEvidenceVerifyCmd(a))
}

func evidenceKinds() []string {
	var out []string
	for _, k := range work.EvidenceKinds() {
		out = append(out, string(k))
	}
	return out
}

// evidenceFlags say what evidence is and belongs to.
type evidenceFlags struct{ task, deliverable, kind, title, value, unit string }

func newEvidenceAddCmd(a *App) *cobra.Command {
	var e evidenceFlags
	return a.Verb(Verb{
		Use: "add WO [FILE...]", Short: "Attach files or a reading to a work order", Writes: true,
		Long: "A file is copied beside the store under its SHA-256 before it is recorded, if the rules accept it; its bytes are never\n" +
			"touched. An image is a photo and any other file a document, unless --kind says otherwise. A reading has --value, and may\n" +
			"have a file.",
		Example: "callout evidence add WO-1001 flue-1.jpg flue-2.jpg --task 2\n" +
			"callout evidence add WO-1001 --value 22.5 --unit mbar --deliverable 1",
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&e.task, "task", "", "the `TASK` it belongs to; within the order its number is enough")
			f.StringVar(&e.deliverable, "deliverable", "", "the `DELIVERABLE` it is; within the order its number is enough")
			choiceVar(f, &e.kind, "kind", "", evidenceKinds(), "what it is: photo, document, reading or signature")
			f.StringVar(&e.title, "title", "", "what it shows, as `TEXT`")
			f.StringVar(&e.value, "value", "", "the number that was read: `VALUE`")
			f.StringVar(&e.unit, "unit", "", "its unit, as `TEXT`")
		},
		Run: func(ctx context.Context, args []string) error { return e.run(ctx, a, args[0], args[1:]) },
	})
}

func (e *evidenceFlags) run(ctx context.Context, a *App, order string, files []string) error {
	if _, err := a.resolve(ctx, findOrder, order); err != nil {
		return err
	}
	items, made, attached := files, map[string]*work.AddEvidence{}, map[string][]attachment{}
	if len(files) == 0 {
		if e.value == "" {
			return usagef("name a file, or give the reading with --value").Hint("callout evidence add %s FILE", order)
		}
		items = []string{""}
	}
	var bad []Result
	for i := 0; i < len(items); i++ {
		cmd := &work.AddEvidence{}
		if items[i] != "" {
			file, err := lookAt(items[i])
			if err != nil {
				bad = append(bad, Result{ID: items[i], Err: err})
				items = append(append([]string(nil), items[:i]...), items[i+1:]...)
				i--
				continue
			}
			cmd, attached[items[i]] = file.evidence(), []attachment{file}
		}
		cmd.Kind, cmd.Title, cmd.Value, cmd.Unit = e.kindOf(cmd), e.title, e.value, e.unit
		made[items[i]] = cmd
	}
	var done []Result
	if len(items) > 0 {
		done = a.ActEach(ctx, items, Action{
			Build:  func(r store.Reader, item string) (store.Command, error) { return e.tie(r, made[item], order) },
			Attach: func(item string) []attachment { return attached[item] },
			Note: func(rec store.Receipt) string {
				for _, ev := range rec.Events {
					if ev.Name == "evidence.added" {
						return "attached to " + strings.ToUpper(order)
					}
				}
				return "attached"
			},
		})
	}
	return a.Report(append(done, bad...)...)
}

// kindOf is what --kind says, or what the file looks like.
func (e *evidenceFlags) kindOf(cmd *work.AddEvidence) work.EvidenceKind {
	switch {
	case e.kind != "":
		return work.EvidenceKind(e.kind)
	case e.value != "":
		return work.Reading
	case strings.HasPrefix(cmd.MediaType, "image/"):
		return work.Photo
	}
	return work.Document
}

func (e *evidenceFlags) tie(r store.Reader, cmd *work.AddEvidence, order string) (_ store.Command, err error) {
	if cmd.Order, err = findOrder(r, order); err != nil {
		return nil, err
	}
	if cmd.Task, err = within(r, cmd.Order, e.task, work.FindTask); err != nil {
		return nil, err
	}
	cmd.Deliverable, err = within(r, cmd.Order, e.deliverable, work.FindDeliverable)
	return cmd, err
}

// evidenceRow is a piece of evidence with what its list shows.
type evidenceRow struct {
	*work.Evidence
	order, by, task, state string
}

func evidenceList() List[evidenceRow] {
	return List[evidenceRow]{
		Key:   func(e evidenceRow) string { return string(e.ID) },
		Empty: "there is no evidence",
		Columns: []Column[evidenceRow]{
			{Name: "id", Value: func(e evidenceRow) any { return string(e.ID) }},
			{Name: "kind", Value: func(e evidenceRow) any { return string(e.Kind) }},
			{Name: "title", Value: func(e evidenceRow) any { return cmp.Or(e.Title, e.File) }},
			{Name: "value", Drop: 2, Value: func(e evidenceRow) any { return evidenceValue(e.Evidence) }},
			{Name: "task", Drop: 3, Value: func(e evidenceRow) any { return e.task }},
			{Name: "by", Drop: 1, Value: func(e evidenceRow) any { return e.by }},
			{Name: "at", Value: func(e evidenceRow) any { return e.At }},
			{Name: "state", Value: func(e evidenceRow) any { return e.state }, Style: evidenceStyle},
			{Name: "work_order", Detail: true, Value: func(e evidenceRow) any { return e.order }},
			{Name: "file", Detail: true, Value: func(e evidenceRow) any { return e.File }},
			{Name: "media_type", Detail: true, Value: func(e evidenceRow) any { return e.MediaType }},
			{Name: "bytes", Detail: true, Right: true, Value: func(e evidenceRow) any { return e.Bytes }},
			{Name: "sha256", Detail: true, Value: func(e evidenceRow) any { return e.SHA256 }},
			{Name: "deliverable_id", Detail: true, Value: func(e evidenceRow) any { return string(e.Deliverable) }},
		},
	}
}

func evidenceStyle(e evidenceRow) role {
	switch e.state {
	case "missing", "changed":
		return bad
	case "ok":
		return good
	}
	return plain
}

// evidenceValue is a reading with its unit.
func evidenceValue(e *work.Evidence) string { return strings.TrimSpace(e.Value + " " + e.Unit) }

// evidenceRows reads the evidence of orders.
func evidenceRows(r store.Reader, orders []string) ([]evidenceRow, error) {
	var rows []evidenceRow
	for _, ref := range orders {
		id, err := findOrder(r, ref)
		if err != nil {
			return nil, err
		}
		w, err := work.WorkOrders.Get(r, id)
		if err != nil {
			return nil, err
		}
		n := namesOf(r)
		for e, err := range work.EvidenceItems.By(r, "order", store.K(id)) {
			if err != nil {
				return nil, err
			}
			row, err := evidenceRowIn(r, w, e, n)
			if err != nil {
				return nil, err
			}
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// evidenceRowOf reads one piece of evidence.
func evidenceRowOf(r store.Reader, ref string) (evidenceRow, error) {
	id, err := hinted(work.EvidenceItems.FindID, "callout evidence list WO")(r, ref)
	if err != nil {
		return evidenceRow{}, err
	}
	e, err := work.EvidenceItems.Get(r, id)
	if err != nil {
		return evidenceRow{}, err
	}
	w, err := work.WorkOrders.Get(r, e.Order)
	if err != nil {
		return evidenceRow{}, err
	}
	return evidenceRowIn(r, w, e, namesOf(r))
}

func evidenceRowIn(r store.Reader, w *work.WorkOrder, e *work.Evidence, n *names) (evidenceRow, error) {
	row := evidenceRow{Evidence: e, order: w.Number, by: n.of(e.By), state: "here"}
	if !e.Here() {
		row.state = "awaited"
	}
	if e.Task != "" {
		t, err := work.Tasks.Get(r, e.Task)
		if err != nil {
			return row, err
		}
		row.task = t.Ref(w)
	}
	e.At = local(e.At, w.Zone)
	return row, nil
}

func newEvidenceListCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "list WO...", Short: "List the evidence of work orders",
		Example: "callout evidence list WO-1001 -o json",
		Fields:  evidenceList().Names(),
		Run: func(ctx context.Context, args []string) error {
			orders, err := a.IDs(ctx, args)
			if err != nil {
				return err
			}
			var rows []evidenceRow
			err = a.View(ctx, func(r store.Reader) error {
				rows, err = evidenceRows(r, orders)
				return err
			})
			if err != nil {
				return err
			}
			a.elsewhereOf(rows)
			return evidenceList().Print(a, Rows(rows))
		},
	})
}

func newEvidenceVerifyCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "verify WO...", Short: "Read the files of work orders again and compare them with their digests",
		Long: "STATE is ok, missing or changed. When a file is missing or changed, the exit code is 5. `callout audit verify` does the\n" +
			"same for the whole shop. On a linked device what is not here is asked of the server first; a file that is elsewhere could not\n" +
			"be asked for, and is no loss.",
		Example: "callout evidence verify WO-1001\ncallout wo list --status completed -o name | callout evidence verify -",
		Fields:  evidenceList().Names(),
		Run: func(ctx context.Context, args []string) error {
			orders, err := a.IDs(ctx, args)
			if err != nil {
				return err
			}
			var rows []evidenceRow
			var broken int
			err = a.WithShop(func(s *shop.Shop) error {
				if err := s.View(ctx, func(r store.Reader) error {
					rows, err = evidenceRows(r, orders)
					return err
				}); err != nil {
					return err
				}
				if err := a.fetchRows(ctx, s, rows); err != nil {
					return err
				}
				for i := range rows {
					if rows[i].state == elsewhere {
						continue
					}
					if err := rows[i].check(s.Evidence); err != nil {
						return err
					}
					if rows[i].state == "missing" || rows[i].state == "changed" {
						broken++
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			err = evidenceList().Print(a, Rows(rows))
			if broken > 0 {
				err = errors.Join(err, fault.Conflictf("%d of %d files are missing or changed", broken, len(rows)).
					With("evidence.broken").Hint("callout restore DIR   (a backup holds the files too)"))
			}
			return err
		},
	})
}

// check compares a file with its digest. A file that is still awaited is no loss.
func (e *evidenceRow) check(dir shop.EvidenceDir) error {
	if e.SHA256 == "" || !e.Here() {
		return nil
	}
	err := dir.Check(e.SHA256)
	switch fault.KindOf(err) {
	case "":
		e.state = "ok"
	case fault.NotFound:
		e.state = "missing"
	case fault.Conflict:
		e.state = "changed"
	default:
		return err
	}
	return nil
}
