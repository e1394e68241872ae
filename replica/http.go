package replica

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"callout/internal/fault"
)

// maxAnswer bounds what is read of an answer: a page is a few megabytes.
const maxAnswer = 64 << 20

// HTTP carries requests to a server.
type HTTP struct {
	Server string // e.g. "https://ops.example:8765"
	Token  string
	Client *http.Client
}

// ParseServer reads a server's address. Without a scheme it is HTTPS, but on this machine itself.
func ParseServer(s string) (string, error) {
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
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.Path != "" || u.RawQuery != "" || u.User != nil {
		return "", fault.Invalidf("server", "%q is no address of a server, such as https://ops.example:8765", s).With("server.address")
	}
	return u.Scheme + "://" + u.Host, nil
}

// Sync implements Transport.
func (h *HTTP) Sync(ctx context.Context, q Request) (*Response, error) {
	res := &Response{}
	return res, h.post(ctx, "/v1/sync", q, res)
}

// Standing implements Returner.
func (h *HTTP) Standing(ctx context.Context) (at Standing, err error) {
	return at, h.call(ctx, http.MethodGet, "/v1/standing", nil, nil, &at)
}

// Return implements Returner.
func (h *HTTP) Return(ctx context.Context, q Return) error {
	return h.post(ctx, "/v1/return", q, &Standing{})
}

// Enrolment asks for this machine to become a device.
type Enrolment struct {
	Host string `json:"host"` // what the machine calls itself
	// Device is the code that it has had before, where its store is linked already.
	Device string `json:"device,omitempty"`
}

// Enrolled is what a device is told when it is linked.
type Enrolled struct {
	Tenant  string `json:"tenant"`
	Company string `json:"company"`
	Person  string `json:"person"`
	Device  string `json:"device"` // its code
	Key     string `json:"key"`    // that signs the server's heads
}

// Enrol links this machine, or looks whether it is still linked.
func (h *HTTP) Enrol(ctx context.Context, e Enrolment) (*Enrolled, error) {
	res := &Enrolled{}
	return res, h.post(ctx, "/v1/enrol", e, res)
}

func (h *HTTP) post(ctx context.Context, path string, body, answer any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fault.Internalf("a request cannot be written").Because(err)
	}
	return h.call(ctx, http.MethodPost, path, http.Header{"Content-Type": {"application/json"}}, bytes.NewReader(text), answer)
}

func (h *HTTP) client() *http.Client {
	if h.Client != nil {
		return h.Client
	}
	return &http.Client{Timeout: 2 * time.Minute, CheckRedirect: noRedirect}
}

// call asks the server and reads its answer, which is JSON.
func (h *HTTP) call(ctx context.Context, method, path string, head http.Header, body io.Reader, answer any) error {
	req, err := http.NewRequestWithContext(ctx, method, h.Server+path, body)
	if err != nil {
		return fault.Internalf("a request cannot be made").Because(err)
	}
	for k, v := range head {
		req.Header[k] = v
	}
	if s, ok := body.(*io.SectionReader); ok {
		req.ContentLength = s.Size()
	}
	req.Header.Set("Accept-Encoding", "gzip")
	req.Header.Set("Authorization", "Bearer "+h.Token)
	res, err := h.client().Do(req)
	if err != nil {
		return h.unreachable(err)
	}
	defer func() { _ = res.Body.Close() }()
	content, err := read(res)
	if err != nil {
		return h.unreachable(err)
	}
	if res.StatusCode != http.StatusOK {
		return h.refusal(res, content)
	}
	if err := json.Unmarshal(content, answer); err != nil {
		return (&fault.Error{Kind: fault.Login, Code: "server.answer", Msg: h.Server + " answers something that is no answer of callout"}).
			Hint("callout login URL   (is the address right?)").Because(err)
	}
	return nil
}

// noRedirect keeps a token from going where nobody sent it.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func read(res *http.Response) ([]byte, error) {
	body := io.Reader(res.Body)
	if res.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(body)
		if err != nil {
			return nil, err
		}
		body = z
	}
	content, err := io.ReadAll(io.LimitReader(body, maxAnswer+1))
	if err == nil && len(content) > maxAnswer {
		err = errors.New("the answer is too long")
	}
	return content, err
}

// unreachable says that the network is cut, or the server away: what is pending stays so.
func (h *HTTP) unreachable(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	why := err.Error()
	var u *url.Error
	if errors.As(err, &u) {
		why = u.Err.Error()
	}
	return (&fault.Error{Kind: fault.Login, Code: "server.unreachable", Msg: h.Server + " cannot be reached (" + why + ")"}).
		Hint("callout sync   (later: what was done here is kept)")
}

// refusal reads a problem as RFC 9457 has it.
func (h *HTTP) refusal(res *http.Response, content []byte) error {
	var p struct {
		Kind    fault.Kind `json:"kind"`
		Code    string     `json:"code"`
		Field   string     `json:"field"`
		Detail  string     `json:"detail"`
		Hints   []string   `json:"hints"`
		Reasons []string   `json:"reasons"`
	}
	if json.Unmarshal(content, &p) != nil || p.Kind == "" {
		return &fault.Error{Kind: fault.Login, Code: "server.answer", Msg: h.Server + " answers with status " + strconv.Itoa(res.StatusCode)}
	}
	if p.Kind == fault.Internal {
		p.Kind, p.Code = fault.Login, "server.broken"
	}
	return &fault.Error{Kind: p.Kind, Code: p.Code, Field: p.Field, Msg: p.Detail, Hints: p.Hints, Reasons: p.Reasons}
}
