package replica

import (
	"context"
	"errors"
	"io"
	"net/http"

	"callout/internal/fault"
	"callout/replica/remote"
)

// HTTP carries requests to a server.
type HTTP struct{ remote.Server }

// Over is the way to a server for whoever has the token.
func Over(server, token string) *HTTP { return &HTTP{remote.Server{URL: server, Token: token}} }

// Of is the way to a server for whoever a login is of.
func Of(server remote.Server) *HTTP { return &HTTP{server} }

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
	return kept(h.Server.Post(ctx, path, body, answer))
}

func (h *HTTP) call(ctx context.Context, method, path string, head http.Header, body io.ReadSeeker, answer any) error {
	return kept(h.Server.Call(ctx, method, path, head, body, answer))
}

// kept says of a server that is away what that means on a device: what is pending stays so.
func kept(err error) error {
	var f *fault.Error
	if errors.As(err, &f) && f.Code == "server.unreachable" {
		f.Hints = []string{"callout sync   (later: what was done here is kept)"}
	}
	return err
}
