//go:build !unix

package postgres

import "errors"

func child(string) error { return errors.New("not on this system") }
