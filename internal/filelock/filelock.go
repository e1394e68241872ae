// Package filelock lets processes wait for one another at a file.
//
// It is for small things that happen seldom, such as the renewal of a login. It is not for the store, which has a fairer way.
package filelock

import "os"

// Hold waits for the file at path, which is made if it is not there, and returns what lets it go. It ends with the
// process, whatever becomes of that.
func Hold(path string) (release func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // beside what it guards
	if err != nil {
		return nil, err
	}
	if err := lock(f); err != nil {
		_ = f.Close()
		return nil, err
	}
	return func() { _ = f.Close() }, nil
}
