package server

import (
	"context"
	"encoding/json"
	"net/http"

	"callout/internal/fault"
	"callout/party"
	"callout/replica"
	"callout/shop"
	"callout/store"
)

// device returns the linked device of a code, if it is a person's own and was not revoked.
func device(r store.Reader, code string, person store.ID) (*party.Device, error) {
	id, err := party.Devices.FindID(r, code)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	if err == nil {
		d, err := party.Devices.Get(r, id)
		if err != nil {
			return nil, err
		}
		if d.Revoked.IsZero() && d.Person == person {
			return d, nil
		}
	}
	return nil, &fault.Error{Kind: fault.Login, Code: "device.revoked", Msg: "device " + code + " is not linked any more, or is somebody else's",
		Hints: []string{"callout login URL --store PATH   (another place: a new copy)"}}
}

// enrol makes the caller's machine a device, or says that it is one.
func enrol(s *Server, w http.ResponseWriter, c *call) error {
	var ask replica.Enrolment
	if err := readJSON(c, &ask); err != nil {
		return err
	}
	code := ask.Device
	if code == "" {
		if err := s.allowed(c.who, "device.enrol.v1"); err != nil {
			return err
		}
		id, err := store.NewCommandID()
		if err != nil {
			return err
		}
		recs, err := s.queue.submit(c.Context(), []store.Intent{{
			ID: id, Cmd: &party.EnrolDevice{Person: c.who.Person, Host: ask.Host}, Actor: c.who.Actor(),
		}})
		if err != nil {
			return err
		}
		if recs[0].Err != nil {
			return recs[0].Err
		}
		code = recs[0].Number
	}
	out := replica.Enrolled{Person: c.who.Name, Device: code}
	err := s.shop.View(c.Context(), func(r store.Reader) error {
		if _, err := device(r, code, c.who.Person); err != nil {
			return err
		}
		m, err := store.ReadMeta(r)
		if err != nil {
			return err
		}
		company, err := party.TheCompany(r)
		if err != nil {
			return err
		}
		out.Tenant, out.Company, out.Key = m.Tenant, company.Name, m.Keys[len(m.Keys)-1]
		return nil
	})
	if err != nil {
		return err
	}
	return sendJSON(w, http.StatusOK, out)
}

// behind is the shop with the queue in front: what devices send takes its place among everybody's commands.
type behind struct {
	s *Server
	c *call
}

// View implements replica.Authority.
func (b behind) View(ctx context.Context, fn func(store.Reader) error) error {
	return b.s.shop.View(ctx, fn)
}

// Do implements replica.Authority.
func (b behind) Do(ctx context.Context, intents ...store.Intent) ([]store.Receipt, error) {
	return b.s.queue.submit(ctx, intents)
}

// Page implements replica.Authority.
func (b behind) Page(ctx context.Context, since uint64, limit int) (store.Page, bool, error) {
	return b.s.shop.Page(ctx, since, limit)
}

// Decode implements replica.Authority.
func (b behind) Decode(name string, args []byte) (store.Command, error) {
	return b.s.shop.DecodeStrict(name, json.RawMessage(args))
}

// synchronise is a device's round trip.
func synchronise(s *Server, w http.ResponseWriter, c *call) error {
	var q replica.Request
	if err := readJSON(c, &q); err != nil {
		return err
	}
	err := s.shop.View(c.Context(), func(r store.Reader) error {
		if size, err := store.Size(r); err != nil || q.Since > size {
			return err // what was lost may be the device's own enrolment; the answer says how to go on
		}
		_, err := device(r, q.Device, c.who.Person)
		return err
	})
	if err != nil {
		return err
	}
	if err := s.heard(c.Context(), q); err != nil {
		return err
	}
	who := replica.Who{Actor: c.who.Actor(), May: func(command string) error {
		if err := c.who.needs(scopeOf(command)); err != nil {
			return err
		}
		if !shop.May(c.who.Roles, command) {
			return forbidden(c.who, command)
		}
		return nil
	}}
	res, err := replica.Answer(c.Context(), behind{s, c}, who, q)
	if err != nil {
		return err
	}
	return sendJSON(w, http.StatusOK, res)
}
