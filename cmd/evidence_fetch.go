package cmd

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/internal/fault"
	"callout/replica"
	"callout/shop"
	"callout/store"
	"callout/work"
)

// elsewhere is the state of evidence whose bytes the server has, and this device has not.
const elsewhere = "elsewhere"

// elsewhereOf marks the rows whose bytes are not on this device.
func (a *App) elsewhereOf(rows []evidenceRow) {
	if a.linked == nil {
		return
	}
	dir := a.shopOptions().Evidence()
	for i := range rows {
		if e := rows[i]; e.SHA256 != "" && e.Here() && !dir.Has(e.SHA256) {
			rows[i].state = elsewhere
		}
	}
}

// fetchRows asks the server of a linked device for the bytes that are not here. When it cannot be asked, what is missing stays elsewhere.
func (a *App) fetchRows(ctx context.Context, s *shop.Shop, rows []evidenceRow) error {
	a.elsewhereOf(rows)
	for i := range rows {
		if rows[i].state != elsewhere {
			continue
		}
		err := a.fetch(ctx, s, rows[i].Evidence)
		switch {
		case err == nil:
			rows[i].state = "here"
		case fault.CodeOf(err) == "evidence.missing":
			rows[i].state = "here" // as it is said; that it is not, the check finds
		case fault.Is(err, fault.Login):
			a.note("%s; what is elsewhere could not be looked at", sentence(err))
			return nil
		default:
			return err
		}
	}
	return nil
}

// fetch asks the server for the bytes of one piece of evidence.
func (a *App) fetch(ctx context.Context, s *shop.Shop, e *work.Evidence) error {
	if err := a.mustLogin(); err != nil {
		return err
	}
	return replica.FetchEvidence(ctx, s.Evidence, a.way(), e.SHA256, e.Bytes, func(int64) {})
}

// fetchAll gets every evidence file that the server has and this device has not. It returns how many came.
func (a *App) fetchAll(ctx context.Context, s *shop.Shop, way *replica.HTTP) (n int, err error) {
	missing := map[string]*work.Evidence{}
	var order []string
	err = s.View(ctx, func(r store.Reader) error {
		for e, err := range work.EvidenceItems.All(r) {
			if err != nil {
				return err
			}
			if e.SHA256 != "" && e.Here() && missing[e.SHA256] == nil && !s.Evidence.Has(e.SHA256) {
				missing[e.SHA256] = e
				order = append(order, e.SHA256)
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	progress := a.Progress("evidence files", len(order))
	defer progress.Done()
	for _, sha := range order {
		err := replica.FetchEvidence(ctx, s.Evidence, way, sha, missing[sha].Bytes, func(int64) {})
		if fault.CodeOf(err) == "evidence.missing" {
			a.note("the server has lost the file of %s", missing[sha].ID)
			continue
		}
		if err != nil {
			return n, err
		}
		n++
		progress.Add(1)
	}
	return n, nil
}

// evidenceView is one piece of evidence, with where its bytes lie on this machine.
type evidenceView struct {
	ID        string    `json:"id"`
	WorkOrder string    `json:"work_order"`
	Task      string    `json:"task,omitempty"`
	Kind      string    `json:"kind"`
	Title     string    `json:"title,omitempty"`
	File      string    `json:"file,omitempty"`
	MediaType string    `json:"media_type,omitempty"`
	Bytes     int64     `json:"bytes,omitempty"`
	SHA256    string    `json:"sha256,omitempty"`
	Value     string    `json:"value,omitempty"`
	Unit      string    `json:"unit,omitempty"`
	By        string    `json:"by"`
	At        time.Time `json:"at"`
	State     string    `json:"state"`
	Path      string    `json:"path,omitempty"`
}

func newEvidenceShowCmd(a *App) *cobra.Command {
	var to string
	var open bool
	return a.Verb(Verb{
		Use: "show EVIDENCE", Short: "Show a piece of evidence, and where its file is",
		Long: "On a linked device the file is asked of the server when it is not here, and kept. STATE is ok when the bytes have their digest,\n" +
			"missing or changed when they have not, awaited when nobody has sent them yet, and elsewhere when the server could not be asked for them.",
		Example: "callout evidence show ev_06f2k8 --open\ncallout evidence show ev_06f2k8 --to flue.jpg",
		Fields: []string{"id", "work_order", "task", "kind", "title", "file", "media_type", "bytes", "sha256", "value", "unit", "by", "at",
			"state", "path"},
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&to, "to", "", "write the file's bytes to `FILE`, or with - to standard output")
			f.BoolVar(&open, "open", false, "open the file by the program that this machine has for it")
		},
		Run: func(ctx context.Context, args []string) error { return a.showEvidence(ctx, args[0], to, open) },
	})
}

func (a *App) showEvidence(ctx context.Context, ref, to string, open bool) error {
	if to != "" || open {
		if err := a.local(); err != nil {
			return err
		}
	}
	var row evidenceRow
	var dir shop.EvidenceDir
	err := a.WithShop(func(s *shop.Shop) error {
		dir = s.Evidence
		if err := s.View(ctx, func(r store.Reader) (err error) {
			row, err = evidenceRowOf(r, ref)
			return err
		}); err != nil {
			return err
		}
		rows := []evidenceRow{row}
		if err := a.fetchRows(ctx, s, rows); err != nil {
			return err
		}
		if row = rows[0]; row.state == elsewhere || a.config.Server != "" {
			return nil
		}
		return row.check(dir)
	})
	if err != nil {
		return err
	}
	if to != "" || open {
		return a.handOver(ctx, row, dir, to)
	}
	v := evidenceView{
		ID: string(row.ID), WorkOrder: row.order, Task: row.task, Kind: string(row.Kind), Title: row.Title, File: row.File, MediaType: row.MediaType, Bytes: row.Bytes,
		SHA256: row.SHA256, Value: row.Value, Unit: row.Unit, By: row.by, At: row.At, State: row.state,
	}
	if row.SHA256 != "" && row.state == "ok" {
		v.Path = dir.Path(row.SHA256)
	}
	return a.Show(v.ID, v, func(p *Page) {
		p.Title("%s of %s", row.Kind, row.order)
		p.Field("Title", row.Title)
		p.Field("Value", evidenceValue(row.Evidence))
		p.Field("Task", row.task)
		p.Field("File", row.File)
		p.Field("Type", row.MediaType)
		if row.Bytes > 0 {
			p.Field("Bytes", row.Bytes)
		}
		p.Field("SHA-256", row.SHA256)
		p.Field("By", row.by)
		p.Field("At", row.At)
		p.Field("State", row.state)
		p.Field("Path", v.Path)
	})
}

// handOver opens a file, or writes its bytes where they are wanted. Bytes that have not their digest go nowhere.
func (a *App) handOver(ctx context.Context, row evidenceRow, dir shop.EvidenceDir, to string) error {
	switch {
	case row.SHA256 == "":
		return fault.NotFoundf("%s has no file: it is a reading", row.ID).With("evidence.reading").Hint("callout evidence show %s", row.ID)
	case row.state == elsewhere:
		return fault.Loginf("the file of %s is with the server, which cannot be asked now", row.ID).With("evidence.elsewhere").
			Hint("callout sync --evidence   (when it can be, for all that is not here)")
	case row.state != "ok":
		return fault.Conflictf("the file of %s is %s", row.ID, row.state).With("evidence."+row.state).Hint("callout evidence verify %s", row.order)
	case to == "":
		words, err := a.browser()
		if err != nil {
			return fault.Invalidf("BROWSER", "the command cannot be read").Because(err)
		}
		if err := exec.CommandContext(context.WithoutCancel(ctx), words[0], append(words[1:], dir.Path(row.SHA256))...).Start(); err != nil { //nolint:gosec // the person's own program
			return fault.Internalf("the file cannot be opened").With("evidence.open").Because(err).Hint("callout evidence show %s --to FILE", row.ID)
		}
		return nil
	}
	return a.copyTo(dir.Path(row.SHA256), to)
}

// copyTo copies a file to another place, where nothing may be, or to standard output.
func (a *App) copyTo(path, to string) error {
	from, err := os.Open(path) //nolint:gosec // beside the store
	if err != nil {
		return fault.Internalf("the file cannot be read").Because(err)
	}
	defer func() { _ = from.Close() }()
	if to == "-" {
		_, err := io.Copy(a.Out, from)
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // as somebody has said
	if err != nil {
		return fault.Invalidf("to", "%s cannot be written, or is there already", to).Because(err)
	}
	_, err = io.Copy(out, from)
	if err = errors.Join(err, out.Close()); err != nil {
		return fault.Internalf("%s cannot be written", to).Because(err)
	}
	return nil
}
