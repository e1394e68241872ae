package bolt

import "golang.org/x/sys/unix"

// fsType names the type of the file system that path is on, by the magic numbers of
// linux/magic.h; "" for those that need no name.
func fsType(path string) (string, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(path, &st); err != nil {
		return "", err
	}
	// A magic number has 32 bits; the width and the sign of the field vary with the machine.
	return magicName(uint32(st.Type)), nil
}

func magicName(magic uint32) string {
	switch magic {
	case unix.NFS_SUPER_MAGIC:
		return "nfs"
	case unix.SMB_SUPER_MAGIC:
		return "smb"
	case unix.SMB2_SUPER_MAGIC:
		return "smb2"
	case unix.CIFS_SUPER_MAGIC:
		return "cifs"
	case unix.V9FS_MAGIC:
		return "9p"
	case unix.AFS_SUPER_MAGIC, unix.AFS_FS_MAGIC:
		return "afs"
	case unix.CODA_SUPER_MAGIC:
		return "coda"
	case unix.CEPH_SUPER_MAGIC:
		return "ceph"
	}
	return ""
}

// room returns how many bytes can still be written to the disk that path is on.
func room(path string) (int64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(path, &st); err != nil {
		return 0, err
	}
	return int64(st.Bavail) * int64(st.Bsize), nil //nolint:unconvert // their types vary with the machine
}
