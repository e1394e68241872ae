package server

import (
	"context"
	"errors"
	"net/http"

	"callout/internal/fault"
	"callout/party"
	"callout/replica"
	"callout/store"
)

// standing says where the journal is, for a device that has seen more of it.
func standing(s *Server, w http.ResponseWriter, c *call) error {
	var at replica.Standing
	err := s.shop.View(c.Context(), func(r store.Reader) (err error) {
		if at.Size, err = store.Size(r); err != nil {
			return err
		}
		rec, err := store.RecoveryOf(r)
		at.Recovering = rec != nil
		return err
	})
	if err != nil {
		return err
	}
	return sendJSON(w, http.StatusOK, at)
}

// takeBack takes entries that this shop has lost from a device. That a device has any, under a head that was signed here, says that
// the shop was put back from a backup: from then on it recovers.
func takeBack(s *Server, w http.ResponseWriter, c *call) error {
	var q replica.Return
	if err := readJSON(c, &q); err != nil {
		return err
	}
	err := s.shop.View(c.Context(), func(r store.Reader) error {
		m, err := store.ReadMeta(r)
		if err == nil && m.Tenant != q.Tenant {
			err = fault.Refusedf("this is the server of another business").With("sync.tenant")
		}
		if err != nil {
			return err
		}
		_, err = device(r, q.Device, c.who.Person)
		if fault.CodeOf(err) == "device.revoked" {
			return nil // enrolled after the backup was made: what it gives back says so
		}
		return err
	})
	if err != nil {
		return err
	}
	was, err := s.recovering(c.Context())
	if err != nil {
		return err
	}
	if err := s.shop.BeginRecovery(c.Context()); err != nil {
		return err
	}
	if err := s.shop.Readmit(c.Context(), q.Page()); err != nil {
		if was == nil { // it has proved nothing
			return errors.Join(err, s.shop.EndRecovery(c.Context()))
		}
		return err
	}
	s.news.ring()
	s.log.Warn("entries came back from a device", "device", q.Device, "after", q.After, "entries", len(q.Entries))
	return standing(s, w, c)
}

func (s *Server) recovering(ctx context.Context) (rec *store.Recovery, err error) {
	err = s.shop.View(ctx, func(r store.Reader) error {
		rec, err = store.RecoveryOf(r)
		return err
	})
	return rec, err
}

// heard notes, while the shop recovers, that a device has nothing more than the server has; the last one ends the recovery.
func (s *Server) heard(ctx context.Context, code string, since uint64) error {
	rec, err := s.recovering(ctx)
	if err != nil || rec == nil {
		return err
	}
	var expected []string
	err = s.shop.View(ctx, func(r store.Reader) error {
		size, err := store.Size(r)
		if err != nil || since > size {
			return err
		}
		for d, err := range party.Devices.Rows(r, "code", store.Range{}) {
			if err != nil {
				return err
			}
			if d.Revoked.IsZero() {
				expected = append(expected, d.Code)
			}
		}
		return nil
	})
	if err != nil || expected == nil {
		return err
	}
	still, err := s.shop.Reported(ctx, code, expected)
	if err == nil && !still {
		s.log.Warn("every device has reported: the shop goes on")
	}
	return err
}
