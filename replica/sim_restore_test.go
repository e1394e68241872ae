package replica_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"callout/internal/fault"
	"callout/replica"
	"callout/store"
	"callout/store/storetest"
)

// The faults of a restore, which the simulation is given to find like the others.
var recoveryFaults = []planted{
	"an authority that was put back goes on at once",
	"the first device that is heard ends the recovery",
	"a device counts as heard before it has given back",
	"a request from before the restore counts as a report",
	"what comes back is decided again",
	"what comes back is thrown away",
	"a device forgets what it has to give back",
	"the counters do not come back",
}

func (f planted) ofRecovery() bool { return slices.Contains(recoveryFaults, f) }

// disaster makes a backup of the authority now and then, and in some worlds puts it back from the last one; or a device is lost for good
// while it recovers, and an administrator says that no more will come.
func (w *world) disaster() {
	if w.kind.name != "memory" || w.fault.ofRecovery() || w.rng.Uint32()%3 == 0 { // a backup costs time
		switch w.rng.IntN(70) {
		case 0:
			w.keepBackup()
		case 1:
			w.putBack()
		}
	}
	if w.waiting() && w.fault == "" && len(w.devices) > 2 && w.chance(40) {
		w.lose(w.devices[w.rng.IntN(len(w.devices))])
	}
}

func (w *world) keepBackup() {
	if w.waiting() {
		return
	}
	dir := filepath.Join(w.tb.TempDir(), "backup")
	if _, err := w.server.Backup(context.Background(), dir, store.BackupOptions{}); err != nil {
		w.fail("backup: %v", err)
		return
	}
	if w.backup != "" {
		_ = os.RemoveAll(w.backup)
	}
	w.backup = dir
}

// putBack is the death of the authority's disk: a new one gets the last backup. The folder with the key, and the head that was seen
// last, has survived or was kept somewhere else without the latter.
func (w *world) putBack() {
	if w.backup == "" {
		return
	}
	keys := w.server.keys
	if w.chance(2) {
		keys = storetest.NewKeys()
	}
	quiet := w.quiet
	w.quiet = true // the machine that restores is watched: it is done again until it has worked
	defer func() { w.quiet = quiet }()
	skew := w.server.skew
	m, err := w.machine("", keys)
	if err != nil {
		w.fail("%v", err)
		return
	}
	m.skew = skew
	if _, err := m.Restore(context.Background(), w.backup, store.RestoreOptions{Recover: true}); err != nil {
		w.fail("restore: %v", err)
		return
	}
	_ = w.server.Close()
	w.server = m
	if w.fault == "an authority that was put back goes on at once" {
		_ = m.EndRecovery(context.Background())
	}
}

// lose takes a device out of the world, with all that only it had: the last ones that are heard say so to the administrator.
func (w *world) lose(m *machine) {
	for _, other := range w.devices {
		if other != m && w.size(other) > w.size(w.server) {
			return // somebody else has not given back yet, and is waited for
		}
	}
	w.devices = slices.DeleteFunc(w.devices, func(d *machine) bool { return d == m })
	w.gone[m] = true
	// What it alone was shown is lost with it: the numbers are given again.
	had := map[store.ID]bool{}
	_ = w.server.View(context.Background(), func(r store.Reader) error {
		for t, err := range storetest.Tickets.All(r) {
			if err != nil {
				return err
			}
			had[t.ID] = t.Legal != ""
		}
		return nil
	})
	for number, id := range w.legal {
		if !had[id] {
			delete(w.legal, number)
		}
	}
	for number := range w.shown {
		if strings.HasPrefix(number, m.code+"-") {
			delete(w.shown, number)
		}
	}
	w.regrasp()
	if err := w.server.Recovered(context.Background(), "the last device is lost"); err != nil {
		if fault.Is(err, fault.Unknown) {
			w.again(w.server)
			return
		}
		w.fail("%v", err)
	}
}

// regrasp looks anew which commands have entries that are left somewhere.
func (w *world) regrasp() {
	clear(w.entries)
	for _, m := range w.devices {
		w.got(m)
	}
	seqs := map[uint64]bool{}
	_ = w.server.View(context.Background(), func(r store.Reader) error {
		for e, err := range store.Entries(r, 1, false) {
			if err != nil {
				return err
			}
			w.entries[e.Leaf.Cmd] = true
			seqs[e.Leaf.Seq] = true
		}
		return nil
	})
	for seq := range w.told {
		if !seqs[seq] {
			delete(w.told, seq)
		}
	}
}

// forgets is a device that starts again from what the authority has when that has lost something.
func (w *world) forgets(m *machine, err error) error {
	if w.fault != "a device forgets what it has to give back" || fault.CodeOf(err) != "sync.regressed" {
		return err
	}
	m.engine.Engine = w.kind.engine(w.tb, false)
	if err := w.boot(m); err != nil {
		return err
	}
	_ = m.Link(context.Background(), store.Link{Tenant: storetest.Tenant.String(), Device: m.code})
	return errCut
}

// isGone reports whether an entry's author was at a device that was lost.
func (w *world) isGone(e *store.Entry) bool {
	who, err := e.Actor()
	for m := range w.gone {
		if err == nil && m.actor.Name == who.Name {
			return true
		}
	}
	return false
}

// got notes which commands a device has the entries of.
func (w *world) got(m *machine) {
	if len(w.gone) == 0 && !w.waiting() {
		return
	}
	_ = m.View(context.Background(), func(r store.Reader) error {
		for e, err := range store.Entries(r, 1, false) {
			if err != nil {
				return err
			}
			w.entries[e.Leaf.Cmd] = true
		}
		return nil
	})
}

// waiting reports whether the authority is being recovered.
func (w *world) waiting() (is bool) {
	_ = w.server.View(context.Background(), func(r store.Reader) error {
		rec, err := store.RecoveryOf(r)
		is = rec != nil
		return err
	})
	return is
}

func (w *world) size(m *machine) (n uint64) {
	_ = m.View(context.Background(), func(r store.Reader) (err error) {
		n, err = store.Size(r)
		return err
	})
	return n
}

// heard is the part of a round trip in which a device reports to an authority that recovers.
func (w *world) heard(ctx context.Context, q replica.Request) error {
	codes := []string{}
	for _, m := range w.devices {
		codes = append(codes, m.code)
	}
	switch w.fault {
	case "the first device that is heard ends the recovery":
		codes = []string{q.Device}
	case "a device counts as heard before it has given back":
		q.Since, q.Recovery = 0, w.recovery()
	case "a request from before the restore counts as a report":
		q.Recovery = w.recovery()
	}
	_, err := replica.Heard(ctx, w.server.Store, q, func(store.Reader) ([]string, error) { return codes, nil })
	return err
}

func (w *world) recovery() string {
	at, _ := replica.Stands(context.Background(), w.server.Store)
	return at.Recovery
}

// Standing implements replica.Returner.
func (t wireFrom) Standing(ctx context.Context) (replica.Standing, error) {
	if t.w.cut(t.m) || !t.w.quiet && t.w.chance(9) {
		return replica.Standing{}, errCut
	}
	return replica.Stands(ctx, t.w.server.Store)
}

// Return implements replica.Returner.
func (t wireFrom) Return(ctx context.Context, q replica.Return) error {
	w := t.w
	if w.cut(t.m) || !w.quiet && w.chance(9) {
		return errCut
	}
	defer w.again(w.server)
	switch w.fault {
	case "what comes back is thrown away":
		return nil
	case "what comes back is decided again":
		return w.decideAgain(ctx, q)
	}
	err := replica.TakeBack(ctx, w.server.Store, q)
	if w.fault == "the counters do not come back" {
		w.erase(w.server, "n")
	}
	if err == nil && !w.quiet && w.chance(9) {
		return errCut
	}
	return err
}

// decideAgain is the mistake of an authority that takes what comes back for new commands.
func (w *world) decideAgain(ctx context.Context, q replica.Return) error {
	if err := w.server.EndRecovery(ctx); err != nil {
		return err
	}
	for _, text := range q.Entries {
		e, err := store.ParseEntry([]byte(text))
		if err != nil {
			return err
		}
		_, args, err := e.Intent()
		if err != nil {
			return err
		}
		cmd, err := w.server.Decode(e.Leaf.Type, args)
		if err != nil {
			return err
		}
		who, err := e.Actor()
		if err != nil {
			return err
		}
		if _, err := w.server.Do(ctx, store.Intent{ID: e.Leaf.Cmd, Cmd: cmd, Actor: who, Device: q.Device}); err != nil {
			return err
		}
	}
	return nil
}

// end lets go of what a world has opened.
func (w *world) end() {
	for _, m := range append(w.devices, w.server) {
		_ = m.Close()
	}
	if w.backup != "" {
		_ = os.RemoveAll(w.backup)
	}
}
