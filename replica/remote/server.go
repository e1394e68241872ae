package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"callout/internal/fault"
)

// Server is a server with whoever works on it.
type Server struct {
	URL   string // e.g. "https://shop.example:8765"
	Token string
	// Pin is the fingerprint of the certificate that the server has to show; "" where somebody has to vouch for it.
	Pin string
	// Renew gets the token after one that does not count any more; nil where there is none. What was asked is asked again then.
	Renew func(ctx context.Context, stale string) (string, error)
}

// Parse reads a server's address. Without a scheme it is HTTPS, but on this machine itself.
func Parse(field, s string) (string, error) {
	s = strings.TrimRight(strings.TrimSpace(s), "/")
	if !strings.Contains(s, "://") {
		host, _, err := net.SplitHostPort(s)
		if err != nil {
			host = s
		}
		scheme := "https://"
		if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
			scheme = "http://"
		}
		s = scheme + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.Path+u.RawQuery != "" || u.User != nil {
		return "", fault.Invalidf(field, "%q is no address of a server, such as https://shop.example:8765", s).With("server.address")
	}
	return u.Scheme + "://" + u.Host, nil
}

// longest bounds what is read of an answer.
const longest = 64 << 20

// Post asks the server something in JSON and reads its answer.
func (s *Server) Post(ctx context.Context, path string, body, answer any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fault.Internalf("a request cannot be written").Because(err)
	}
	return s.Call(ctx, http.MethodPost, path, http.Header{"Content-Type": {"application/json"}}, bytes.NewReader(text), answer)
}

// Call asks the server something and reads its answer, which is JSON.
func (s *Server) Call(ctx context.Context, method, path string, head http.Header, body io.ReadSeeker, answer any) error {
	return s.renewed(ctx, body, func() error { return s.call(ctx, method, path, head, body, answer) })
}

// renewed asks once more, by the next token, what was refused because the last one does not count any more.
func (s *Server) renewed(ctx context.Context, body io.Seeker, ask func() error) error {
	err := ask()
	if s.Renew == nil || fault.CodeOf(err) != codeToken {
		return err
	}
	token, err := s.Renew(ctx, s.Token)
	if err != nil {
		return err
	}
	s.Token = token
	if body != nil {
		if _, err := body.Seek(0, io.SeekStart); err != nil {
			return fault.Internalf("a request cannot be sent again").Because(err)
		}
	}
	return ask()
}

// codeToken is what a server says of a token that does not count.
const codeToken = "login.token"

// Piece asks for n bytes of a file from an offset on.
func (s *Server) Piece(ctx context.Context, path string, from, n int64) (io.Reader, error) {
	var out []byte
	err := s.renewed(ctx, nil, func() error {
		status, content, err := s.ask(ctx, http.MethodGet, path, http.Header{"Range": {fmt.Sprintf("bytes=%d-%d", from, from+n-1)}}, nil)
		switch {
		case err != nil:
			return err
		case status != http.StatusPartialContent:
			return s.refusal(status, content)
		case int64(len(content)) != n:
			return s.away(io.ErrUnexpectedEOF)
		}
		out = content
		return nil
	})
	return bytes.NewReader(out), err
}

func (s *Server) call(ctx context.Context, method, path string, head http.Header, body io.Reader, answer any) error {
	status, content, err := s.ask(ctx, method, path, head, body)
	switch {
	case err != nil:
		return err
	case status != http.StatusOK && status != http.StatusMultiStatus:
		return s.refusal(status, content)
	case json.Unmarshal(content, answer) != nil:
		return oddAnswer(s)
	}
	return nil
}

// ask sends a request and reads the whole answer.
func (s *Server) ask(ctx context.Context, method, path string, head http.Header, body io.Reader) (status int, content []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, method, s.URL+path, body)
	if err != nil {
		return 0, nil, fault.Internalf("a request cannot be made").Because(err)
	}
	for k, v := range head {
		req.Header[k] = v
	}
	if piece, ok := body.(*io.SectionReader); ok {
		req.ContentLength = piece.Size()
	}
	if s.Token != "" {
		req.Header.Set("Authorization", "Bearer "+s.Token)
	}
	res, err := s.client().Do(req)
	if err != nil {
		return 0, nil, s.away(err)
	}
	defer func() { _ = res.Body.Close() }()
	content, err = io.ReadAll(io.LimitReader(res.Body, longest+1))
	if err == nil && len(content) > longest {
		err = errors.New("the answer is too long")
	}
	if err != nil {
		return 0, nil, s.away(err)
	}
	return res.StatusCode, content, nil
}

// stay keeps a token from going where nobody sent it.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// away says that the server does not answer. A command that was sent may have been done all the same.
func (s *Server) away(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	if why := s.distrust(err); why != nil {
		return why
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return fault.Loginf("%s cannot be reached (%s)", s.URL, err).With("server.unreachable").
		Hint("repeat it with the same --cmd-id when it can: nothing is done twice")
}

// refusal reads a problem as RFC 9457 has it.
func (s *Server) refusal(status int, content []byte) error {
	var p problem
	if json.Unmarshal(content, &p) != nil || p.Kind == "" {
		return fault.Loginf("%s answers with status %s", s.URL, strconv.Itoa(status)).With("server.answer")
	}
	return p.fault()
}

// problem is an error as the server tells it.
type problem struct {
	Kind    fault.Kind `json:"kind"`
	Code    string     `json:"code"`
	Field   string     `json:"field"`
	Detail  string     `json:"detail"`
	Hints   []string   `json:"hints"`
	Reasons []string   `json:"reasons"`
}

func (p problem) fault() *fault.Error {
	if p.Kind == fault.Internal { // it is the server that is broken
		p.Kind, p.Code = fault.Login, "server.broken"
	}
	return &fault.Error{Kind: p.Kind, Code: p.Code, Field: p.Field, Msg: p.Detail, Hints: p.Hints, Reasons: p.Reasons}
}

// Whoami returns the name of whom the token stands for.
func (s *Server) Whoami(ctx context.Context) (string, error) {
	out := &Reads{}
	err := s.Post(ctx, "/v1/read", Reading{Close: true}, out)
	return out.Person, err
}
