//go:build darwin || dragonfly || freebsd

package bolt

import "golang.org/x/sys/unix"

// fsType names the type of the file system that path is on.
func fsType(path string) (string, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(path, &st); err != nil {
		return "", err
	}
	return unix.ByteSliceToString(st.Fstypename[:]), nil
}

// room returns how many bytes can still be written to the disk that path is on.
func room(path string) (int64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(path, &st); err != nil {
		return 0, err
	}
	return int64(st.Bavail) * int64(st.Bsize), nil //nolint:unconvert // their types vary with the machine
}
