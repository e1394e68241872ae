package server

import (
	"context"
	"net/http"

	"callout/internal/fault"
	"callout/party"
	"callout/replica"
	"callout/store"
)

// standing says where the journal is, for a device that has seen more of it.
func standing(s *Server, w http.ResponseWriter, c *call) error {
	at, err := replica.Stands(c.Context(), behind{s, c})
	if err != nil {
		return err
	}
	return sendJSON(w, http.StatusOK, at)
}

// takeBack takes entries that this shop has lost from a device.
func takeBack(s *Server, w http.ResponseWriter, c *call) error {
	var q replica.Return
	if err := readJSON(c, &q); err != nil {
		return err
	}
	err := s.shop.View(c.Context(), func(r store.Reader) error {
		_, err := device(r, q.Device, c.who.Person)
		if fault.CodeOf(err) == "device.revoked" {
			return nil // enrolled after the backup was made: what it gives back says so
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := replica.TakeBack(c.Context(), s.shop.Store, q); err != nil {
		return err
	}
	s.news.ring()
	s.log.Warn("entries came back from a device", "device", q.Device, "after", q.After, "entries", len(q.Entries))
	return standing(s, w, c)
}

// heard notes, while the shop recovers, that a device has nothing more than the server has; the last one ends the recovery.
func (s *Server) heard(ctx context.Context, q replica.Request) error {
	ended, err := replica.Heard(ctx, s.shop.Store, q, linked)
	if ended {
		s.log.Warn("every device has reported: the shop goes on")
	}
	return err
}

// linked returns the codes of the devices that have to be heard.
func linked(r store.Reader) ([]string, error) {
	codes := []string{}
	for d, err := range party.Devices.Rows(r, "code", store.Range{}) {
		if err != nil {
			return nil, err
		}
		if d.Revoked.IsZero() {
			codes = append(codes, d.Code)
		}
	}
	return codes, nil
}
