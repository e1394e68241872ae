package bolt

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// The locks are LockFileEx's on one byte far behind the end of any file: Windows also
// refuses to read what is locked, and the holder's name at the beginning must be readable.
const lockByte = 1<<32 - 1

func region() *windows.Overlapped {
	return &windows.Overlapped{Offset: lockByte, OffsetHigh: lockByte}
}

// waitLock sleeps until it has the lock.
func waitLock(f *os.File, exclusive bool) error { return lockFile(f, how(exclusive)) }

// tryLock takes the lock if it is free.
func tryLock(f *os.File, exclusive bool) (bool, error) {
	err := lockFile(f, how(exclusive)|windows.LOCKFILE_FAIL_IMMEDIATELY)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return false, nil
	}
	return err == nil, err
}

func unlock(f *os.File) error {
	return windows.UnlockFileEx(windows.Handle(f.Fd()), 0, 1, 0, region())
}

func how(exclusive bool) uint32 {
	if exclusive {
		return windows.LOCKFILE_EXCLUSIVE_LOCK
	}
	return 0
}

func lockFile(f *os.File, how uint32) error {
	if err := windows.LockFileEx(windows.Handle(f.Fd()), how, 0, 1, 0, region()); err != nil {
		return &os.PathError{Op: "LockFileEx", Path: f.Name(), Err: err}
	}
	return nil
}

// stillActive is the exit code of a process that has not ended.
const stillActive = 259

// alive reports whether there is a process of that number.
func alive(pid int) bool {
	h, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	if err != nil {
		return errors.Is(err, windows.ERROR_ACCESS_DENIED)
	}
	defer windows.CloseHandle(h) //nolint:errcheck // only read from
	var code uint32
	return windows.GetExitCodeProcess(h, &code) == nil && code == stillActive
}

func isReadOnly(err error) bool { return errors.Is(err, windows.ERROR_WRITE_PROTECT) }

// syncDir has nothing to do: NTFS journals renames, and folders cannot be synced.
func syncDir(string) error { return nil }

// keepOwner has nothing to do: a new file inherits its folder's access list.
func keepOwner(os.FileInfo, string) error { return nil }
