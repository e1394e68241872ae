package storetest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"callout/internal/fault"
	"callout/store"
)

func scratch(t testing.TB, open func(testing.TB) store.Engine) store.BackupOptions {
	return store.BackupOptions{Segment: 500, Scratch: func() (store.Engine, func(), error) { return open(t), func() {}, nil }}
}

// Backup is what backup and restore promise; it takes some hundred commands.
func Backup(t *testing.T, open func(testing.TB) store.Engine) {
	dir := t.TempDir()
	s := NewShop(t, open(t))
	s.Busy()
	backup := func(wantWritten, wantKept int) *store.BackupReport {
		t.Helper()
		rep, err := s.Backup(t.Context(), dir, scratch(t, open))
		if err != nil {
			t.Fatal(err)
		}
		if !rep.Proved || rep.Entries != s.Size() || rep.Written != wantWritten || rep.Kept != wantKept {
			t.Errorf("backup %+v, want %d written, %d kept", rep, wantWritten, wantKept)
		}
		return rep
	}
	backup(1, 0)
	s.Grow(501)
	backup(2, 0)
	s.Must(&CreateAccount{Called: "The last"})
	backup(1, 1)
	backup(1, 1) // nothing new: only the partial segment is looked at again
	files, _ := filepath.Glob(filepath.Join(dir, "journal", "*"))
	if len(files) != 2 {
		t.Errorf("the folder holds %v", files)
	}

	back := OpenShop(t, open(t), NewKeys())
	rep, err := back.Restore(t.Context(), dir, store.RestoreOptions{})
	if err != nil || !rep.OK() {
		t.Fatalf("restore: %+v, %v", rep, err)
	}
	if back.Text() != s.Text() {
		t.Error("the restored store is not the store that was backed up")
	}
	_, err = back.Restore(t.Context(), dir, store.RestoreOptions{})
	wantKind(t, err, fault.Conflict, "store.exists")
	back.n = 50000
	back.Must(&CreateAccount{Called: "Going on"})
	back.Verified()

	rebuilt := OpenShop(t, open(t), NewKeys())
	if rep, err := rebuilt.Rebuild(t.Context(), s.Store); err != nil || !rep.OK() || rebuilt.Text() != s.Text() {
		t.Errorf("rebuild: %+v, %v", rep, err)
	}
	t.Run("an older backup", func(t *testing.T) { restoreOlder(t, open, s, dir) })
	t.Run("another store", func(t *testing.T) {
		other := NewShop(t, open(t))
		_, err := other.Backup(t.Context(), dir, scratch(t, open))
		wantKind(t, err, fault.Conflict, "backup.other")
	})
	t.Run("a kill", func(t *testing.T) { killedBackup(t, open) })
	t.Run("damage", func(t *testing.T) { damagedBackup(t, open, s, dir) })
}

// Grow adds accounts in large batches.
func (s *Shop) Grow(n int) {
	s.tb.Helper()
	var in []store.Intent
	for range n {
		in = append(in, s.Intent(&CreateAccount{Called: fmt.Sprintf("Account no. %d", s.n), City: "Linz"}))
	}
	recs, err := s.Do(s.tb.Context(), in...)
	for _, rec := range recs {
		if rec.Err != nil {
			err = rec.Err
		}
	}
	if err != nil || len(recs) != n {
		s.tb.Fatalf("%d receipts, %v", len(recs), err)
	}
}

// restoreOlder goes back behind what the machine has seen only when told to.
func restoreOlder(t *testing.T, open func(testing.TB) store.Engine, s *Shop, dir string) {
	keys := NewKeys()
	ahead := OpenShop(t, open(t), keys)
	if _, err := ahead.Restore(t.Context(), dir, store.RestoreOptions{}); err != nil {
		t.Fatal(err)
	}
	ahead.n = 60000
	ahead.Must(&CreateAccount{Called: "After the backup"})
	seen, _ := keys.Seen(Tenant.String())
	behind := OpenShop(t, open(t), keys)
	_, err := behind.Restore(t.Context(), dir, store.RestoreOptions{})
	wantKind(t, err, fault.Refused, "store.regressed")
	_, err = store.Restorable(keys, dir, store.RestoreOptions{})
	wantKind(t, err, fault.Refused, "store.regressed")
	if now, _ := keys.Seen(Tenant.String()); now != seen {
		t.Error("a refused restore moved the newest head seen")
	}
	rep, err := behind.Restore(t.Context(), dir, store.RestoreOptions{AcceptRegression: true, Actor: Anna, Reason: "the disk died"})
	if err != nil || !rep.OK() || rep.Entries != s.Size()+1 {
		t.Fatalf("%+v, %v", rep, err)
	}
	behind.n = 70000
	behind.Must(&CreateAccount{Called: "Going on"})
}

// damagedBackup damages each file of a backup in turn. It is never restored from, and
// a new backup is never built on it.
func damagedBackup(t *testing.T, open func(testing.TB) store.Engine, s *Shop, dir string) {
	files, _ := filepath.Glob(filepath.Join(dir, "journal", "*"))
	for _, name := range append(files, filepath.Join(dir, "manifest.json")) {
		good, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		bad := append([]byte{}, good...)
		bad[len(bad)/2] ^= 4
		for what, content := range map[string][]byte{"a flipped bit": bad, "an end that is missing": good[:len(good)/2]} {
			if err := os.WriteFile(name, content, 0o600); err != nil {
				t.Fatal(err)
			}
			back := OpenShop(t, open(t), NewKeys())
			if rep, err := back.Restore(t.Context(), dir, store.RestoreOptions{}); err == nil && rep.OK() {
				t.Errorf("%s in %s: restored", what, filepath.Base(name))
			}
		}
		if err := os.WriteFile(name, good, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// The full segment is damaged: a new backup that would keep it fails, and the
	// manifest stays as it was.
	before, _ := os.ReadFile(filepath.Join(dir, "manifest.json"))
	good, _ := os.ReadFile(files[0])
	if err := os.WriteFile(files[0], good[1:], 0o600); err != nil {
		t.Fatal(err)
	}
	s.Must(&CreateAccount{Called: "One more"})
	_, err := s.Backup(t.Context(), dir, scratch(t, open))
	wantKind(t, err, fault.Internal, "backup.unproved")
	if after, _ := os.ReadFile(filepath.Join(dir, "manifest.json")); string(after) != string(before) {
		t.Error("a failed backup replaced the manifest")
	}
	if err := os.WriteFile(files[0], good, 0o600); err != nil {
		t.Fatal(err)
	}
	// A manifest of a newer format names what to install.
	var m map[string]any
	if err := json.Unmarshal(before, &m); err != nil {
		t.Fatal(err)
	}
	m["format"], m["app"] = 99, "9.9.9"
	newer, _ := json.Marshal(m)
	if err := os.WriteFile(filepath.Join(dir, "manifest.json"), newer, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = store.ReadManifest(dir)
	wantKind(t, err, fault.Refused, "store.newer")
}

// killedBackup ends a backup at each point where it reports progress, as a kill would: what
// was there before can still be restored, and the next backup succeeds.
func killedBackup(t *testing.T, open func(testing.TB) store.Engine) {
	dir := t.TempDir()
	s := NewShop(t, open(t))
	s.Grow(5)
	o := scratch(t, open)
	o.Segment = 4
	if _, err := s.Backup(t.Context(), dir, o); err != nil {
		t.Fatal(err)
	}
	ended := false
	for kill := 1; !ended; kill++ {
		s.Grow(2)
		left := kill
		o.Progress = func(string, uint64, uint64) {
			if left--; left == 0 {
				panic("killed")
			}
		}
		func() {
			defer func() { ended = recover() == nil }()
			_, _ = s.Backup(t.Context(), dir, o)
		}()
		back := OpenShop(t, open(t), NewKeys())
		if rep, err := back.Restore(t.Context(), dir, store.RestoreOptions{}); err != nil || !rep.OK() {
			t.Fatalf("killed at step %d: %+v, %v", kill, rep, err)
		}
	}
	o.Progress = nil
	if rep, err := s.Backup(t.Context(), dir, o); err != nil || rep.Entries != s.Size() {
		t.Errorf("%+v, %v", rep, err)
	}
}
