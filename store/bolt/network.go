package bolt

import (
	"os"
	"path/filepath"

	"callout/internal/fault"
)

// network lists the types of file systems that are refused, as fsType names them. On these
// locks may be held by two machines at once, or a mapped file may show old pages
// (etcd-io/bbolt#257, boltdb/bolt#562). FUSE mounts are not among them, because the type does
// not tell an encrypted local folder from a mount over ssh.
var network = map[string]bool{
	"nfs": true, "nfs4": true, "smb": true, "smb2": true, "smbfs": true, "cifs": true, "9p": true,
	"afs": true, "afpfs": true, "coda": true, "ceph": true, "webdav": true, "ftp": true, "remote": true,
}

// refuseNetwork refuses a path on a network file system. A type that cannot be found
// out counts as local: it must not keep anybody from working.
func refuseNetwork(path string, probe func(string) (string, error)) error {
	if probe == nil {
		probe = fsType
	}
	if _, err := os.Stat(path); err != nil {
		path = filepath.Dir(path)
	}
	kind, err := probe(path)
	if err != nil || !network[kind] {
		return nil //nolint:nilerr // see above
	}
	return fault.Refusedf("%s is on a network file system (%s), where files are not locked reliably", path, kind).
		With("store.network").Hint("callout --store PATH ...   (on a local disk)").
		Hint("callout serve   (to share one store between machines)")
}
