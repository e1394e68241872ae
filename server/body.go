package server

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"callout/internal/fault"
)

// readJSON reads a request's body strictly: what is not known, or goes on behind the end, is refused.
func readJSON(c *call, to any) error {
	if t, _, err := mime.ParseMediaType(c.Header.Get("Content-Type")); err != nil || t != "application/json" {
		return fault.Invalidf("Content-Type", "a body of application/json is wanted").With("body.type").Hint("-H 'Content-Type: application/json'")
	}
	d := json.NewDecoder(c.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return unreadable(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fault.Invalidf("body", "the body goes on behind its end").With("body.json")
	}
	return nil
}

func unreadable(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	return fault.Invalidf("body", "the body cannot be read: %s", strings.TrimPrefix(err.Error(), "json: ")).With("body.json")
}

// tooLarge says in our words that a body is too long.
func tooLarge(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return fault.Invalidf("body", "a request has %d bytes at most", large.Limit).With("body.large").
			Hint("send fewer commands at once")
	}
	return err
}
