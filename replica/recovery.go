package replica

import (
	"context"
	"errors"

	"callout/internal/fault"
	"callout/store"

	"golang.org/x/mod/sumdb/tlog"
)

// Return is what a device gives back to an authority that was put back from a backup: the entries that it has lost.
type Return struct {
	Tenant  string   `json:"tenant"`
	Device  string   `json:"device"`
	After   uint64   `json:"after"`
	Entries []string `json:"entries"`
	Head    string   `json:"head"` // the newest that the device has seen, which they lead to
	// Growth proves by RFC 6962 that they do, where there are more of them than one request carries.
	Growth tlog.TreeProof `json:"growth,omitempty"`
}

// Page is what is given back, as a store takes it.
func (q Return) Page() store.Page {
	p := store.Page{After: q.After, Head: q.Head, Growth: q.Growth}
	for _, text := range q.Entries {
		p.Entries = append(p.Entries, []byte(text))
	}
	return p
}

// Standing is where an authority is.
type Standing struct {
	Size       uint64 `json:"size"`
	Recovering bool   `json:"recovering"`
	// Recovery names the one that goes on. A device that is asked by its name has been asked since the authority was put back.
	Recovery string `json:"recovery,omitempty"`
}

// Stands says where an authority is, for a device that has seen more of the journal.
func Stands(ctx context.Context, s Authority) (at Standing, err error) {
	err = s.View(ctx, func(r store.Reader) (err error) {
		if at.Size, err = store.Size(r); err != nil {
			return err
		}
		at.Recovery, err = recoveryOf(r)
		at.Recovering = at.Recovery != ""
		return err
	})
	return at, err
}

// recoveryOf names the recovery that goes on; "" where there is none.
func recoveryOf(r store.Reader) (string, error) {
	rec, err := store.RecoveryOf(r)
	if err != nil || rec == nil {
		return "", err
	}
	return rec.Name(), nil
}

// TakeBack takes entries that an authority has lost from a device. That a device has any, under a head that was signed
// by this authority, says that it was put back from a backup: from then on it recovers.
func TakeBack(ctx context.Context, s *store.Store, q Return) error {
	var was string
	err := s.View(ctx, func(r store.Reader) error {
		m, err := store.ReadMeta(r)
		if err != nil {
			return err
		}
		if m.Tenant != q.Tenant {
			return fault.Refusedf("this is the server of another business").With("sync.tenant")
		}
		was, err = recoveryOf(r)
		return err
	})
	if err != nil {
		return err
	}
	if err := s.BeginRecovery(ctx); err != nil {
		return err
	}
	if err := s.Readmit(ctx, q.Page()); err != nil {
		if was == "" { // it has proved nothing
			return errors.Join(err, s.EndRecovery(ctx))
		}
		return err
	}
	return nil
}

// Heard notes, while an authority recovers, that the device of a request has nothing more than the authority has; the last of those
// that are expected ends the recovery. A request counts only when it names the recovery: one that was on its way since
// before the authority was put back says nothing of what its device has seen by now. It reports whether the recovery has ended.
func Heard(ctx context.Context, s *store.Store, q Request, expected func(store.Reader) ([]string, error)) (ended bool, err error) {
	var codes []string
	err = s.View(ctx, func(r store.Reader) error {
		name, err := recoveryOf(r)
		if err != nil || name == "" || q.Recovery != name {
			return err
		}
		size, err := store.Size(r)
		if err != nil || q.Since > size {
			return err
		}
		codes, err = expected(r)
		return err
	})
	if err != nil || codes == nil {
		return false, err
	}
	still, err := s.Reported(ctx, q.Device, codes)
	return !still && err == nil, err
}
