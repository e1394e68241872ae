// Package fault is the one error type that crosses rooms: what went wrong, of
// which kind, and what to type next. Kinds map to exit codes in cmd and to HTTP
// statuses in server.
//
// It is not for control flow inside a package: a plain error does there. An error
// that is no *Error counts as [Internal].
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what class of thing went wrong. The set is closed: scripts branch on it.
type Kind string

// The kinds, each with the exit code that `callout help exit-codes` documents.
const (
	Internal Kind = "internal"  // 1: a defect or a failing machine
	Invalid  Kind = "invalid"   // 2: the input is wrong; Field names where
	NotFound Kind = "not-found" // 4
	Conflict Kind = "conflict"  // 5: stale, ambiguous or already there
	Refused  Kind = "refused"   // 6: a rule says no (gate, separation of duties, transition)
	Busy     Kind = "busy"      // 7: the store's deadline passed
	Login    Kind = "login"     // 8: server or login
	Queued   Kind = "queued"    // 9: waits for the authority, not done yet
	Unknown  Kind = "unknown"   // 10: outcome unknown; repeating with the same command id is safe
)

// Exit is the exit code of a process that ends with an error of this kind; 0 is no error.
func (k Kind) Exit() int {
	switch k {
	case "":
		return 0
	case Invalid:
		return 2
	case NotFound:
		return 4
	case Conflict:
		return 5
	case Refused:
		return 6
	case Busy:
		return 7
	case Login:
		return 8
	case Queued:
		return 9
	case Unknown:
		return 10
	}
	return 1
}

// Error is a failure that a person or a script can act on.
type Error struct {
	Kind  Kind     `json:"kind"`
	Code  string   `json:"code,omitempty"`  // stable machine word, e.g. "time.overlap"
	Field string   `json:"field,omitempty"` // the input field that was wrong
	Msg   string   `json:"message"`         // what and why, one sentence without a full stop
	Hints []string `json:"hints,omitempty"` // what to type next, best first

	// Reasons are those that Msg ends in, one by one, where there may be several.
	Reasons []string `json:"reasons,omitempty"`

	Err error `json:"-"` // the cause, for errors.Is and logs
}

// Error returns the message, led by the field where there is one.
func (e *Error) Error() string {
	msg := e.Msg
	if e.Field != "" {
		msg = e.Field + ": " + msg
	}
	if e.Err != nil {
		msg += ": " + e.Err.Error()
	}
	return msg
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint adds a line that says what to type next and returns e.
func (e *Error) Hint(format string, args ...any) *Error {
	e.Hints = append(e.Hints, fmt.Sprintf(format, args...))
	return e
}

// With sets the stable machine word and returns e.
func (e *Error) With(code string) *Error {
	e.Code = code
	return e
}

// For ends the message in the reasons there are and returns e.
func (e *Error) For(reasons []string) *Error {
	e.Msg += ": " + strings.Join(reasons, "; ")
	e.Reasons = reasons
	return e
}

// Because records the cause and returns e.
func (e *Error) Because(err error) *Error {
	e.Err = err
	return e
}

// Invalidf reports a wrong input field. The field may be empty when no single one is to blame.
func Invalidf(field, format string, args ...any) *Error {
	return &Error{Kind: Invalid, Field: field, Msg: fmt.Sprintf(format, args...)}
}

// NotFoundf reports that a named thing does not exist.
func NotFoundf(format string, args ...any) *Error { return newf(NotFound, format, args...) }

// Conflictf reports that the world has moved on, or that a name means two things.
func Conflictf(format string, args ...any) *Error { return newf(Conflict, format, args...) }

// Refusedf reports that a rule says no.
func Refusedf(format string, args ...any) *Error { return newf(Refused, format, args...) }

// Busyf reports that the store's deadline passed.
func Busyf(format string, args ...any) *Error { return newf(Busy, format, args...) }

// Unknownf reports that it is not known whether a commit reached the disk.
func Unknownf(format string, args ...any) *Error { return newf(Unknown, format, args...) }

// Loginf reports that a server does not know, or does not let in, who asks.
func Loginf(format string, args ...any) *Error { return newf(Login, format, args...) }

// Internalf reports a defect or a failing machine.
func Internalf(format string, args ...any) *Error { return newf(Internal, format, args...) }

func newf(k Kind, format string, args ...any) *Error {
	return &Error{Kind: k, Msg: fmt.Sprintf(format, args...)}
}

// KindOf returns the kind of the first *Error in err's chain, [Internal] for any
// other error and "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// CodeOf returns the machine word of the first *Error in err's chain, or "".
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// Is reports whether err is of kind k.
func Is(err error, k Kind) bool { return KindOf(err) == k }
