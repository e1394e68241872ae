//go:build !linux

package bolt

import "errors"

// childStates needs a trace, and so strace(1).
func childStates(string, string, int, int, bool) error { return errors.ErrUnsupported }
