package server

import (
	"net/http"

	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

// Health says that the process answers.
type Health struct {
	Status  string `json:"status"`
	Version string `json:"version"`
}

// healthy answers as long as the process can.
func healthy(s *Server, w http.ResponseWriter, _ *call) error {
	return sendJSON(w, http.StatusOK, Health{"alive", s.version})
}

// readyToWork answers when the store can be read and the server is not going down.
func readyToWork(s *Server, w http.ResponseWriter, c *call) error {
	if !s.ready.Load() {
		return fault.Busyf("the server is going down").With("server.stopping")
	}
	if _, err := s.size(c.Context()); err != nil {
		return fault.Busyf("the store cannot be read").With("store.unready").Because(err)
	}
	return sendJSON(w, http.StatusOK, Health{"ready", s.version})
}

// Who is who asks, as the server sees them.
type Who struct {
	Person store.ID      `json:"person"`
	Name   string        `json:"name"`
	Roles  []party.Role  `json:"roles"`
	Scopes []party.Scope `json:"scopes"`
	How    store.How     `json:"how"`
	Tenant string        `json:"tenant"`
	Shop   string        `json:"shop"`
	Full   bool          `json:"full"` // may keep a copy of everything
}

// whoami tells somebody who they are.
func whoami(s *Server, w http.ResponseWriter, c *call) error {
	out := Who{Person: c.who.Person, Name: c.who.Name, Roles: c.who.Roles, Scopes: c.who.Scopes, How: c.who.How}
	if out.Roles == nil {
		out.Roles = []party.Role{}
	}
	p := party.Person{Roles: c.who.Roles}
	out.Full = p.SeesEverything()
	err := s.shop.View(c.Context(), func(r store.Reader) error {
		m, err := store.ReadMeta(r)
		if err != nil {
			return err
		}
		company, err := party.TheCompany(r)
		if err != nil {
			return err
		}
		out.Tenant, out.Shop = m.Tenant, company.Name
		return nil
	})
	if err != nil {
		return err
	}
	return sendJSON(w, http.StatusOK, out)
}
