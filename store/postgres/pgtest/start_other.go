//go:build !unix

package pgtest

import "errors"

// Server is a PostgreSQL server.
type Server struct{ url string }

// Start cannot start a server here.
func Start(bool) (*Server, error) {
	return nil, errors.New("they are not started on this system")
}

// URL returns the URL of the server's first database.
func (s *Server) URL() string { return s.url }

// Run starts a server that was stopped; here it is never one of ours.
func (*Server) Run() error { return errors.New("not one of ours") }

// Kill ends a server; here it is never one of ours.
func (*Server) Kill() error { return errors.New("not one of ours") }

// Stop ends a server that was started here: none.
func (*Server) Stop() {}
