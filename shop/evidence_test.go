package shop

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"callout/internal/fault"
)

// kept lists the files of an evidence folder.
func kept(t *testing.T, d EvidenceDir) (names []string) {
	t.Helper()
	err := filepath.WalkDir(string(d), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			names = append(names, filepath.Base(path))
		}
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return names
}

func TestKeepEvidence(t *testing.T) {
	dir := t.TempDir()
	d := EvidenceDir(filepath.Join(dir, "evidence"))
	photo := filepath.Join(dir, "flue.png")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(photo, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("\x89PNG\r\n\x1a\n the flue")
	f, err := LookAt(photo)
	if err != nil || f.Name != "flue.png" || f.Bytes != 17 || f.MediaType != "image/png" || len(f.SHA256) != 64 {
		t.Fatalf("%+v, %v", f, err)
	}
	if got := kept(t, d); len(got) != 0 {
		t.Errorf("looking at a file has kept %v", got)
	}
	write("something else")
	if err := d.Keep(photo, f.SHA256); fault.CodeOf(err) != "evidence.changed" {
		t.Errorf("a file that has changed meanwhile: %v", err)
	}
	if got := kept(t, d); len(got) != 0 {
		t.Errorf("what was refused has left %v", got)
	}
	write("\x89PNG\r\n\x1a\n the flue")
	for range 2 {
		if err := d.Keep(photo, f.SHA256); err != nil {
			t.Fatal(err)
		}
	}
	if got := kept(t, d); len(got) != 1 || got[0] != f.SHA256 {
		t.Errorf("kept are %v", got)
	}
	if err := os.WriteFile(d.Path(f.SHA256), []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.Keep(photo, f.SHA256); err != nil || d.Check(f.SHA256) != nil {
		t.Errorf("damaged bytes are not put right: %v", err)
	}
}

func TestLookAtRefuses(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty.jpg")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		empty: "is empty", dir: "is no ordinary file", filepath.Join(dir, "none"): "there is no file",
	} {
		if _, err := LookAt(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}
