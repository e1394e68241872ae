package bolt

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"callout/internal/fault"
)

// What may not be used is named, and whose rights are to be changed: a folder's where the file would be made in it.
func TestForbiddenNamesWhatItIs(t *testing.T) {
	dir := t.TempDir()
	gone := filepath.Join(dir, "shop.db")
	for _, tt := range []struct{ path, named, hint string }{
		{dir, dir, "chmod u+rw " + dir},
		{gone, dir, "chmod u+rwx " + dir},
	} {
		var f *fault.Error
		err := openFault("shop.db", &fs.PathError{Op: "open", Path: tt.path, Err: fs.ErrPermission})
		if !errors.As(err, &f) || f.Code != "store.permission" || !strings.HasPrefix(f.Msg, "no permission to use "+tt.named) {
			t.Fatalf("%s: %v", tt.path, err)
		}
		if !slices.ContainsFunc(f.Hints, func(h string) bool { return strings.HasPrefix(h, tt.hint+" ") }) {
			t.Errorf("%s: hints %q, want %q", tt.path, f.Hints, tt.hint)
		}
	}
}
