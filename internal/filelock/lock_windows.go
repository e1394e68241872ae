package filelock

import (
	"os"

	"golang.org/x/sys/windows"
)

// lock sleeps until the file is this process's own; closing it lets it go.
func lock(f *os.File) error {
	return windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK, 0, 1, 0, &windows.Overlapped{})
}
