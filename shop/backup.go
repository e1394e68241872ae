package shop

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"callout/internal/fault"
	"callout/store"
	"callout/store/bolt"
)

// Within a backup's folder the journal and the evidence lie side by side. Evidence
// files are named by their digest, so copying one twice is not possible.
const (
	backupJournal  = "journal"
	backupEvidence = "evidence"
)

// BackupReport says what a backup has done.
type BackupReport struct {
	Dir string `json:"dir"`
	store.BackupReport
	Files  int `json:"evidence_files"`  // in the backup now
	Copied int `json:"evidence_copied"` // of those, this time
	// Of a linked device: what its server has not got yet and only this machine knows, and the files that it has never looked at. Neither is
	// in the backup, which is of the server's journal.
	Pending   int `json:"pending,omitempty"`
	Conflicts int `json:"conflicts,omitempty"`
	Elsewhere int `json:"evidence_elsewhere,omitempty"`
}

// Backup brings the backup in a folder up to date and proves it: the journal by a restore into
// a temporary store that is verified, the evidence by its digests.
func (s *Shop) Backup(ctx context.Context, dir string, progress func(stage string, done, total uint64)) (*BackupReport, error) {
	rep := &BackupReport{Dir: dir}
	journal, err := s.Store.Backup(ctx, filepath.Join(dir, backupJournal), store.BackupOptions{
		Scratch: scratch, Progress: progress,
	})
	if err != nil {
		return nil, err
	}
	rep.BackupReport = *journal
	// Evidence after the journal: what an entry in the backup names is in the folder by then.
	known, err := s.knownEvidence(ctx)
	if err != nil {
		return nil, err
	}
	linked, err := s.leftOut(ctx, rep)
	if err != nil {
		return nil, err
	}
	to := EvidenceDir(filepath.Join(dir, backupEvidence))
	for i, sha := range slices.Sorted(maps.Keys(known)) {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if progress != nil {
			progress("evidence", uint64(i), uint64(len(known)))
		}
		if linked && !to.Has(sha) && !s.Evidence.Has(sha) {
			rep.Elsewhere++
			continue
		}
		copied, err := to.take(s.Evidence, sha)
		if err != nil {
			return nil, err
		}
		rep.Files++
		if copied {
			rep.Copied++
		}
	}
	return rep, nil
}

// leftOut counts what a linked device has that its server does not know.
func (s *Shop) leftOut(ctx context.Context, rep *BackupReport) (linked bool, err error) {
	err = s.Device(ctx, func(r store.Reader, _ *store.Link) (err error) {
		linked = true
		if rep.Pending, err = store.CountPending(r); err != nil {
			return err
		}
		rep.Conflicts, err = store.CountConflicts(r)
		return err
	})
	if !linked && fault.CodeOf(err) == "link.none" {
		err = nil
	}
	return linked, err
}

// take copies a digest's bytes from another folder, unless they are here already.
func (d EvidenceDir) take(from EvidenceDir, sha string) (copied bool, err error) {
	if d.Has(sha) {
		return false, d.Check(sha)
	}
	if err := from.Check(sha); err != nil {
		return false, err
	}
	err = d.Keep(from.Path(sha), sha)
	return err == nil, err
}

// scratch makes an empty store to prove a backup in.
func scratch() (store.Engine, func(), error) {
	dir, err := os.MkdirTemp("", "callout-proof-")
	if err != nil {
		return nil, nil, fault.Internalf("cannot make a temporary folder").Because(err)
	}
	remove := func() { _ = os.RemoveAll(dir) }
	e, err := bolt.Open(filepath.Join(dir, "proof.db"), bolt.Options{Create: true})
	if err != nil {
		remove()
		return nil, nil, err
	}
	return e, remove, nil
}

// RestoreReport says what a restore has done.
type RestoreReport struct {
	Store string `json:"store"`
	store.Report
	Files int `json:"evidence_files"`
}

// Restore makes a shop from a backup. It is built beside the place and put there when
// it is whole and verified; what stood there before is kept under another name.
func Restore(ctx context.Context, o Options, dir string, r store.RestoreOptions) (*RestoreReport, string, error) {
	if o.Database.there() {
		return restoreDatabase(ctx, o, dir, r)
	}
	if err := os.MkdirAll(filepath.Dir(o.Path), 0o700); err != nil {
		return nil, "", fault.Internalf("cannot make the folder of %s", o.Path).Because(err)
	}
	beside := o
	beside.Path = o.Path + ".restoring"
	if err := removeStore(beside.Path); err != nil {
		return nil, "", err
	}
	s, err := open(beside, true)
	if err != nil {
		return nil, "", err
	}
	rep := &RestoreReport{Store: o.Path}
	found, err := s.Store.Restore(ctx, filepath.Join(dir, backupJournal), r)
	if err == nil {
		rep.Report = *found
		rep.Files, err = restoreEvidence(ctx, s, EvidenceDir(filepath.Join(dir, backupEvidence)), o.Evidence())
	}
	if err = errors.Join(err, s.Close()); err != nil {
		return nil, "", errors.Join(err, removeStore(beside.Path))
	}
	if !rep.OK() {
		return rep, "", fault.Internalf("the restored store has %d findings; it stays at %s", len(rep.Findings), beside.Path).
			With("audit.findings")
	}
	old, err := setAside(o)
	if err != nil {
		return nil, "", err
	}
	if err := os.Rename(beside.Path, o.Path); err != nil {
		return nil, old, fault.Internalf("cannot put the restored store at %s", o.Path).Because(err)
	}
	return rep, old, errors.Join(syncDir(filepath.Dir(o.Path)), removeStore(beside.Path))
}

// setAside keeps what stands at the place under a name with the time, and returns that name.
func setAside(o Options) (string, error) {
	if _, err := os.Stat(o.Path); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	now := time.Now
	if o.Now != nil {
		now = o.Now
	}
	old := o.Path + ".before-" + now().UTC().Format("20060102T150405Z")
	if err := os.Rename(o.Path, old); err != nil {
		return "", fault.Internalf("cannot keep the old store as %s", old).Because(err)
	}
	return old, nil
}

// removeStore removes an unfinished restore and its lock files.
func removeStore(path string) error {
	for _, ext := range []string{"", ".lock", ".turn"} {
		if err := os.Remove(path + ext); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fault.Internalf("cannot remove %s", path+ext).Because(err)
		}
	}
	return nil
}

func restoreEvidence(ctx context.Context, s *Shop, from, to EvidenceDir) (int, error) {
	known, err := s.knownEvidence(ctx)
	if err != nil {
		return 0, err
	}
	for _, sha := range slices.Sorted(maps.Keys(known)) {
		if _, err := to.take(from, sha); err != nil {
			return 0, err
		}
	}
	return len(known), nil
}

// Restorable tells what a backup holds, or why Restore would refuse it.
func Restorable(o Options, dir string, r store.RestoreOptions) (*store.Manifest, error) {
	return store.Restorable(o.keyring(false), filepath.Join(dir, backupJournal), r)
}
