package server

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"callout/internal/fault"
)

// Problem is an error as RFC 9457 has it, with the words of callout's own errors beside it.
type Problem struct {
	Type     string   `json:"type"`     // urn:callout:problem:CODE
	Title    string   `json:"title"`    // the kind, in words
	Status   int      `json:"status"`   // the HTTP status
	Detail   string   `json:"detail"`   // what and why
	Instance string   `json:"instance"` // the request's id, by which the log is searched
	Kind     string   `json:"kind"`     // of a closed set; decides status and exit code
	Code     string   `json:"code,omitempty"`
	Field    string   `json:"field,omitempty"`
	Hints    []string `json:"hints,omitempty"`
	Reasons  []string `json:"reasons,omitempty"`
	Exit     int      `json:"exit"` // the exit code of `callout` for this error
}

// statusOf says which HTTP status a kind of error has, and its title.
func statusOf(err *fault.Error) (status int, title string) {
	switch err.Kind {
	case fault.Invalid:
		if err.Code == codeMethod {
			return http.StatusMethodNotAllowed, "Not by this method"
		}
		return http.StatusBadRequest, "The request is wrong"
	case fault.NotFound:
		return http.StatusNotFound, "There is no such thing"
	case fault.Conflict:
		return http.StatusConflict, "The world has moved on"
	case fault.Refused:
		switch err.Code {
		case "role.admin", "role.forbidden", "role.scope", "role.own":
			return http.StatusForbidden, "Not allowed"
		}
		return http.StatusUnprocessableEntity, "A rule says no"
	case fault.Busy:
		if err.Code == codeFull {
			return http.StatusTooManyRequests, "Too much at once"
		}
		return http.StatusServiceUnavailable, "Busy"
	case fault.Login:
		return http.StatusUnauthorized, "Log in first"
	case fault.Queued:
		return http.StatusAccepted, "Waits for the authority"
	case fault.Unknown:
		return http.StatusServiceUnavailable, "Outcome unknown"
	}
	return http.StatusInternalServerError, "Something is broken"
}

// problemOf describes an error. What is wrong inside is not told to those outside: it stands in the log
// under the request's id.
func problemOf(err error, request string) Problem {
	var f *fault.Error
	if !errors.As(err, &f) {
		f = &fault.Error{Kind: fault.KindOf(err)}
	}
	status, title := statusOf(f)
	p := Problem{
		Type: "about:blank", Title: title, Status: status, Detail: f.Msg, Instance: "urn:callout:request:" + request,
		Kind: string(f.Kind), Code: f.Code, Field: f.Field, Hints: f.Hints, Reasons: f.Reasons, Exit: f.Kind.Exit(),
	}
	if p.Code != "" {
		p.Type = "urn:callout:problem:" + p.Code
	}
	if f.Kind == fault.Internal {
		p.Type, p.Detail, p.Code, p.Hints, p.Field, p.Reasons = "about:blank", "the server could not answer; its log has the reason", "", nil, "", nil
	}
	return p
}

// sendProblem answers with an error.
func sendProblem(w http.ResponseWriter, p Problem) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	switch p.Status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="callout"`)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		h.Set("Retry-After", strconv.Itoa(1))
	}
	body, err := json.Marshal(p)
	if err != nil {
		body = []byte(`{"type":"about:blank","status":500}`)
	}
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(body, '\n'))
}

// sendJSON answers with a value.
func sendJSON(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fault.Internalf("an answer cannot be written").Because(err)
	}
	w.Header().Set("Content-Type", "application/json")
	if w.Header().Get("Cache-Control") == "" {
		w.Header().Set("Cache-Control", "no-store")
	}
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
	return nil
}
