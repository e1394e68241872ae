package server

import (
	"net/http"
	"slices"
	"strings"

	"callout/internal/fault"
)

// codeMethod is the code of a request whose path is known, and whose method is not for it.
const codeMethod = "route.method"

// methods are those that requests may have, in the order in which an answer lists them.
func methods() []string {
	return []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
}

// byPath lets a path that a route has word for word be answered by that route's methods alone: what else takes it, as the name of
// a collection, would say that there is none.
func (s *Server) byPath(mux *http.ServeMux) http.Handler {
	exact := map[string][]string{}
	for _, rt := range s.routes {
		if !strings.Contains(rt.path, "{") {
			exact[rt.path] = append(exact[rt.path], rt.method)
			if rt.method == http.MethodGet {
				exact[rt.path] = append(exact[rt.path], http.MethodHead)
			}
		}
	}
	other := s.serve(route{path: "*", handle: s.wrongMethod(mux, exact)})
	mux.Handle("/", other)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if allowed := exact[r.URL.Path]; allowed != nil && !slices.Contains(allowed, r.Method) {
			other.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// wrongMethod answers what no route takes: 405 and the methods that a path has, as RFC 9110 (15.5.6) asks for, or that there is no such path.
func (*Server) wrongMethod(mux *http.ServeMux, exact map[string][]string) func(*Server, http.ResponseWriter, *call) error {
	return func(s *Server, w http.ResponseWriter, c *call) error {
		var allow []string
		for _, m := range methods() {
			if known := exact[c.URL.Path]; known != nil {
				if slices.Contains(known, m) {
					allow = append(allow, m)
				}
				continue
			}
			if _, pattern := mux.Handler(&http.Request{Method: m, URL: c.URL, Host: c.Host}); pattern != "/" && pattern != "" {
				allow = append(allow, m)
			}
		}
		if len(allow) == 0 {
			return fault.NotFoundf("there is no %s %.100s here", c.Method, c.URL.Path).With("route.unknown").Hint("curl %s/v1/openapi.json", s.url)
		}
		w.Header().Set("Allow", strings.Join(allow, ", "))
		return fault.Invalidf("method", "%.100s is not for %.20s; it takes %s", c.URL.Path, c.Method, strings.Join(allow, ", ")).With(codeMethod).
			Hint("curl -X %s %s%.100s", allow[0], s.url, c.URL.Path)
	}
}
