//go:build !(darwin || linux || netbsd || openbsd)

package bolt

import "errors"

// childFull needs a limit on the sizes of files.
func childFull(string, int) error { return errors.ErrUnsupported }
