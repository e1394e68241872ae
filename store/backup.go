package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"time"

	"callout/internal/fault"
)

// A backup is a folder with the whole journal in segments and a manifest that names
// them. The manifest is replaced last, and only after the backup has proved itself:
// one that is killed, or that fails, leaves the older one as it was.
const manifestName = "manifest.json"

// Manifest describes a backup.
type Manifest struct {
	Format   int       `json:"format"`
	Tenant   string    `json:"tenant"`
	App      string    `json:"app"` // the version that wrote it
	Made     time.Time `json:"made"`
	Entries  uint64    `json:"entries"`
	Head     string    `json:"head"` // signed note
	Segments []segment `json:"segments"`
}

// BackupOptions say how a backup is made.
type BackupOptions struct {
	// Scratch makes an empty engine to prove the backup in, and a function that
	// removes it. Without it the backup is only hashed.
	Scratch func() (Engine, func(), error)
	// Segment is how many entries a file holds; 10,000 when zero.
	Segment int
	// Progress is called with the entries done, of those written and those proved.
	Progress func(stage string, done, total uint64)
}

// BackupReport says what a backup has done.
type BackupReport struct {
	Entries uint64 `json:"entries"`
	Head    string `json:"head"`    // short form
	Written int    `json:"written"` // segments
	Kept    int    `json:"kept"`    // segments of earlier backups
	Bytes   int64  `json:"bytes"`   // of all segments
	Proved  bool   `json:"proved"`  // it was restored and verified
}

// Backup brings the backup in a folder up to date, in short reads that make nobody
// wait, and proves it by restoring it into a scratch engine and verifying that.
// Files beside the store (evidence) are not its business.
func (s *Store) Backup(ctx context.Context, dir string, o BackupOptions) (*BackupReport, error) {
	if o.Progress == nil {
		o.Progress = func(string, uint64, uint64) {}
	}
	if o.Segment <= 0 {
		o.Segment = segmentEntries
	}
	old, err := readManifest(dir)
	if err != nil {
		return nil, err
	}
	m, err := s.plan(ctx, old, uint64(o.Segment))
	if err != nil {
		return nil, err
	}
	rep := &BackupReport{Entries: m.Entries, Kept: len(m.Segments)}
	for done := m.lastSegment(); done < m.Entries; done = m.lastSegment() {
		o.Progress("written", done, m.Entries)
		g, err := s.export(ctx, dir, done+1, min(done+uint64(o.Segment), m.Entries))
		if err != nil {
			return nil, err
		}
		m.Segments = append(m.Segments, g)
		rep.Written++
	}
	head, err := parseNote(m.Head)
	if err != nil {
		return nil, err
	}
	rep.Head = head.Short()
	for _, g := range m.Segments {
		rep.Bytes += g.Bytes
	}
	if o.Scratch != nil {
		if err := s.prove(ctx, dir, m, o); err != nil {
			return nil, err
		}
		rep.Proved = true
	}
	return rep, publish(dir, old, m)
}

func (m *Manifest) lastSegment() uint64 {
	if len(m.Segments) == 0 {
		return 0
	}
	return m.Segments[len(m.Segments)-1].Last
}

// plan fixes what the backup will hold: the journal up to the present head, and of
// the older backup every full segment.
func (s *Store) plan(ctx context.Context, old *Manifest, full uint64) (*Manifest, error) {
	m := &Manifest{Format: Format, App: s.schema.App, Made: s.now().UTC().Truncate(time.Second)}
	err := s.View(ctx, func(r Reader) error {
		meta, err := ReadMeta(r)
		if err != nil {
			return err
		}
		h, err := CurrentHead(r)
		if err != nil {
			return err
		}
		m.Tenant, m.Entries, m.Head = meta.Tenant, h.Size, h.Note
		if old == nil {
			return nil
		}
		was, err := parseNote(old.Head)
		if err != nil {
			return err
		}
		then := Head{Size: was.Size}
		if was.Size <= h.Size {
			if then.Root, err = RootAt(r, was.Size); err != nil {
				return err
			}
		}
		if old.Tenant != meta.Tenant || then.Root != was.Root {
			return fault.Conflictf("the folder holds a backup of another store, or of a later state of this one (%s)", was.Short()).
				With("backup.other").Hint("callout backup ANOTHER_FOLDER")
		}
		return nil
	})
	if err != nil || old == nil {
		return m, err
	}
	for _, g := range old.Segments {
		if g.entries() < full {
			break
		}
		m.Segments = append(m.Segments, g)
	}
	return m, nil
}

// export writes the segment that begins with an entry, in one short read.
func (s *Store) export(ctx context.Context, dir string, first, last uint64) (segment, error) {
	var entries [][]byte
	err := s.View(ctx, func(r Reader) error {
		return r.Scan(spaceJournal, Range{Lo: seqKey(first), Hi: seqKey(last + 1)}, func(_, text []byte) bool {
			entries = append(entries, append([]byte{}, text...))
			return true
		})
	})
	if err != nil {
		return segment{}, err
	}
	if uint64(len(entries)) != last-first+1 {
		return segment{}, fault.Internalf("of the journal entries %d to %d there are only %d", first, last, len(entries)).
			With("store.damaged").Hint("callout audit verify")
	}
	return writeSegment(dir, first, entries)
}

// prove restores a backup into a scratch engine and verifies what comes out.
func (s *Store) prove(ctx context.Context, dir string, m *Manifest, o BackupOptions) error {
	e, cleanup, err := o.Scratch()
	if err != nil {
		return err
	}
	defer cleanup()
	trial := &Store{engine: e, schema: s.schema, now: s.now, random: s.random}
	err = trial.load(ctx, dir, m, Head{}, func(n uint64) { o.Progress("proved", n, m.Entries) })
	if err == nil {
		var rep *Report
		if rep, err = trial.Verify(ctx, VerifyOptions{}); err == nil && !rep.OK() {
			err = fmt.Errorf("%d findings, first: %s", len(rep.Findings)+rep.More, rep.Findings[0])
		}
	}
	if e := e.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fault.Internalf("the backup could not be restored and is not kept; the last good one stays").
			Because(err).With("backup.unproved").Hint("callout audit verify")
	}
	return nil
}

// publish makes the new manifest the backup, and then removes what it replaces.
func publish(dir string, old, m *Manifest) error {
	if err := syncDir(filepath.Join(dir, "journal")); err != nil {
		return err
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fault.Internalf("cannot encode the manifest").Because(err)
	}
	if err := writeWhole(filepath.Join(dir, manifestName), append(text, '\n'), true); err != nil {
		return err
	}
	if err := syncDir(dir); err != nil || old == nil {
		return err
	}
	kept := map[string]bool{}
	for _, g := range m.Segments {
		kept[g.File] = true
	}
	for _, g := range old.Segments {
		if !kept[g.File] && filepath.IsLocal(filepath.FromSlash(g.File)) {
			_ = os.Remove(filepath.Join(dir, filepath.FromSlash(g.File))) // a file too many does no harm
		}
	}
	return nil
}

// ReadManifest returns the manifest of the backup in a folder.
func ReadManifest(dir string) (*Manifest, error) {
	m, err := readManifest(dir)
	if err == nil && m == nil {
		err = fault.NotFoundf("there is no backup in %s", dir).With("backup.missing")
	}
	return m, err
}

func readManifest(dir string) (*Manifest, error) {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, fault.Invalidf("backup", "%s is a file; a backup is a folder", dir).With("backup.folder").Hint("callout backup FOLDER")
	}
	text, err := os.ReadFile(filepath.Join(dir, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	m := &Manifest{}
	if err == nil {
		err = json.Unmarshal(text, m)
	}
	if err != nil {
		return nil, fault.Internalf("the backup's manifest cannot be read").Because(err).With("backup.damaged")
	}
	if m.Format > Format {
		return nil, fault.Refusedf("the backup has format %d; this program reads up to %d", m.Format, Format).
			With("store.newer").Hint("install callout %s or newer", m.App)
	}
	var last uint64
	for _, g := range m.Segments {
		if g.First != last+1 || g.Last < g.First {
			return nil, fault.Internalf("the backup's manifest has no entry %d", last+1).With("backup.damaged")
		}
		last = g.Last
	}
	if last != m.Entries {
		return nil, fault.Internalf("the backup's manifest ends at entry %d, not %d", last, m.Entries).With("backup.damaged")
	}
	return m, nil
}

// entries yields everything that a backup holds.
func (m *Manifest) entries(dir string) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, g := range m.Segments {
			for text, err := range g.read(dir) {
				if !yield(text, err) {
					return
				}
			}
		}
	}
}
