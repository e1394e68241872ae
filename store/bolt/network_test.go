package bolt

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"callout/internal/fault"
)

func TestNetworkFileSystems(t *testing.T) {
	path := filepath.Join(t.TempDir(), "callout.db")
	for _, c := range []struct {
		kind    string
		err     error
		allow   bool
		refused bool
	}{
		{kind: "nfs", refused: true},
		{kind: "cifs", refused: true},
		{kind: "smb2", refused: true},
		{kind: "9p", refused: true},
		{kind: "remote", refused: true},
		{kind: "nfs", allow: true},
		{kind: "ext4"},
		{kind: ""},
		{kind: "nfs", err: errors.New("not to be found out")},
	} {
		asked := ""
		_, err := Open(path, Options{AllowNetwork: c.allow, Probe: func(p string) (string, error) {
			asked = p
			return c.kind, c.err
		}})
		if fault.Is(err, fault.Refused) != c.refused || (err != nil) != c.refused {
			t.Errorf("%+v: %v", c, err)
		}
		if dir, _ := filepath.EvalSymlinks(filepath.Dir(path)); !c.allow && asked != dir {
			t.Errorf("the probe was asked for %s, which is not there yet", asked)
		}
	}
	if _, err := Open(path, Options{}); err != nil && !fault.Is(err, fault.Refused) {
		t.Errorf("the system's own probe: %v", err)
	}
}

func symlink(t *testing.T, old, link string) {
	t.Helper()
	if err := os.Symlink(old, link); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
}
