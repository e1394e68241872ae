package server

import (
	"compress/gzip"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzhttp"

	"callout/internal/fault"
	"callout/party"
	"callout/shop"
)

// route is one line of the table from which the server, its description and its tests are made.
type route struct {
	method, path string
	op           string      // what the roles are asked for; "" is open to everybody
	scope        party.Scope // what the token is asked for
	short        string
	params       []param
	body, answer reflect.Type // nil where it is no JSON
	media        string       // of the answer, where it is no JSON
	packed       bool         // the answer is long, and holds no secret: it is compressed for who takes that
	handle       func(s *Server, w http.ResponseWriter, c *call) error
}

// param is a parameter in a route's query or header.
type param struct {
	name, in, about string
	kind            string // JSON schema type
	many            bool
}

func (r route) pattern() string { return r.method + " " + r.path }

// call is one request on its way.
type call struct {
	*http.Request
	id  string
	who *Identity // nil on open routes
	log *slog.Logger
}

// query returns a parameter of the query.
func (c *call) query(name string) string { return c.URL.Query().Get(name) }

// number reads a whole number from the query; the fallback stands for a missing one.
func (c *call) number(name string, fallback, most uint64) (uint64, error) {
	text := c.query(name)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil || n > most {
		return 0, fault.Invalidf(name, "%.40q is no whole number from 0 to %d", text, most).With("query.number")
	}
	return n, nil
}

// atLeast is the entry that the request wants to have been read: at-least in the query.
func (c *call) atLeast() (uint64, error) { return c.number("at-least", 0, 1<<62) }

// requestID takes over an id that a proxy has given, if it is a plain word, or draws one.
func requestID(r *http.Request) string {
	given := r.Header.Get("X-Request-Id")
	if len(given) > 0 && len(given) <= 64 && strings.Trim(given, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == "" {
		return given
	}
	var b [8]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// seen is a response writer that remembers the status and how much was sent.
type seen struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *seen) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *seen) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *seen) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Handler answers every request. What no route knows is a problem as well.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, rt := range s.routes {
		h := s.serve(rt)
		if rt.packed {
			h = packing(h)
		}
		mux.Handle(rt.pattern(), h)
	}
	return s.byPath(mux)
}

// packing compresses answers from a size on that is worth it.
var packing = func() func(http.Handler) http.HandlerFunc {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(4<<10), gzhttp.CompressionLevel(gzip.BestSpeed))
	if err != nil {
		panic(err) // the options are wrong
	}
	return wrap
}()

// serve puts around a route what every request gets: an id, a log line, limits, headers, and the question who asks.
func (s *Server) serve(rt route) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		began := s.now()
		c := &call{Request: r, id: requestID(r)}
		c.log = s.log.With("request", c.id)
		w := &seen{ResponseWriter: rw}
		safeHeaders(w.Header(), c)
		r.Body = http.MaxBytesReader(rw, r.Body, bodySize)
		err := s.answer(rt, w, c)
		if err != nil && w.status == 0 {
			sendProblem(w, problemOf(tooLarge(err), c.id))
		}
		s.metrics.answered(rt, w.status, s.now().Sub(began))
		line := []any{"method", r.Method, "route", rt.path, "path", r.URL.Path, "status", w.status,
			"ms", s.now().Sub(began).Milliseconds(), "bytes", w.bytes, "from", r.RemoteAddr}
		if c.who != nil {
			line = append(line, "who", string(c.who.Person), "token", c.who.Token)
		}
		level := slog.LevelInfo
		if err != nil {
			line = append(line, "err", err.Error(), "code", fault.CodeOf(err))
			if w.status >= http.StatusInternalServerError {
				level = slog.LevelError
			}
		}
		c.log.Log(r.Context(), level, "request", line...)
	})
}

// answer lets a route answer, if whoever asks may have that.
func (s *Server) answer(rt route, w http.ResponseWriter, c *call) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Internalf("an answer broke off: %v", p).With("server.panic")
		}
	}()
	if rt.op != "" {
		if c.who, err = s.identify(c.Request); err != nil {
			return err
		}
		if err := c.who.needs(rt.scope); err != nil {
			return err
		}
		if err := s.allowed(c.who, rt.op); err != nil {
			return err
		}
	}
	return rt.handle(s, w, c)
}

// opAny is the operation of routes that are open to everybody who is somebody; what they do within it is asked there.
const opAny = "any"

// allowed refuses what no role of somebody opens.
func (s *Server) allowed(who *Identity, op string) error {
	if op == opAny || shop.May(who.Roles, op) {
		return nil
	}
	return forbidden(who, op)
}

func forbidden(who *Identity, op string) *fault.Error {
	words := make([]string, len(who.Roles))
	for i, r := range who.Roles {
		words[i] = string(r)
	}
	have := strings.Join(words, ", ")
	if have == "" {
		have = "no role"
	}
	return fault.Refusedf("%s may not do that (%s); %s has %s", who.Name, op, who.Name, have).With("role.forbidden").
		Hint("an administrator gives roles: callout user role %q --grant ROLE", who.Name)
}

// safeHeaders are on every answer: nobody else's page may use it, and nothing may guess what it is.
func safeHeaders(h http.Header, c *call) {
	h.Set("X-Request-Id", c.id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if c.TLS != nil {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}
