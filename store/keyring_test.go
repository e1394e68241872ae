package store_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"callout/internal/fault"
	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"
)

func TestDirKeyring(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "there", "yet")
	keys := store.DirKeyring(dir)
	if s, public, err := keys.Signer("a", false); s != nil || public != "" || err != nil {
		t.Errorf("a key that nobody asked to be made: %v %q %v", s, public, err)
	}
	first, public, err := keys.Signer("a", true)
	if err != nil {
		t.Fatal(err)
	}
	again, samePublic, err := keys.Signer("a", true)
	if err != nil || public != samePublic || first.KeyHash() != again.KeyHash() || !strings.Contains(public, "callout/a") {
		t.Errorf("%q, then %q, %v", public, samePublic, err)
	}
	if _, other, err := keys.Signer("b", true); err != nil || other == public {
		t.Errorf("another tenant has key %q, %v", other, err)
	}
	if seen, err := keys.Seen("a"); seen != "" || err != nil {
		t.Errorf("seen %q, %v", seen, err)
	}
	for _, head := range []string{"one", "two"} {
		if err := keys.See("a", head); err != nil {
			t.Fatal(err)
		}
		if seen, err := keys.Seen("a"); seen != head || err != nil {
			t.Errorf("seen %q, %v", seen, err)
		}
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, name := range files {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %s", name, info.Mode())
		}
	}
	if len(files) != 3 {
		t.Errorf("the folder holds %v", files)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.key"), []byte("rubbish\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := keys.Signer("a", true); fault.KindOf(err) != fault.Internal {
		t.Errorf("a damaged key is not replaced in silence: %v", err)
	}
}

// A head outside the store that is torn, or was lost, stops nobody: it proves nothing.
// What it says stands even where it was signed by a key that the store does not know.
func TestSeenHeads(t *testing.T) {
	s := storetest.NewShop(t, memory.New())
	s.Busy()
	whole, _ := s.Keys.Seen(storetest.Tenant.String())
	see := func(head string) {
		if err := s.Keys.See(storetest.Tenant.String(), head); err != nil {
			t.Fatal(err)
		}
	}
	for _, torn := range []string{"", "callout/", whole[:len(whole)/3]} {
		see(torn)
		s.Must(&storetest.PublishPolicy{Of: "P", Hours: len(torn)})
		s.Verified()
	}
	other := storetest.OpenShop(t, memory.New(), storetest.OtherKeys())
	if err := other.Init(t.Context(), storetest.Tenant, storetest.Anna); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		other.Must(&storetest.PublishPolicy{Of: "Q", Hours: 1})
	}
	other.Grow(40)
	theirs, _ := other.Keys.Seen(storetest.Tenant.String())
	see(theirs)
	err := s.Fails(&storetest.PublishPolicy{Of: "P", Hours: 99})
	if fault.CodeOf(err) != "store.regressed" {
		t.Errorf("got %v", err)
	}
}
