//go:build unix

package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The board on a laptop, beside a server and another laptop, all of them processes of their own: the network is cut in the
// middle of approvals, the header says what waits and what was refused, and in the end all three have the same. The script
// is that of the documentation, which compares their heads; here somebody is at its keys.
func TestTheBoardOnALinkedLaptop(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts processes")
	}
	w := &world{t, t.TempDir()}
	dir := t.TempDir()
	s := w.shell(160, 40, "exec sh ../docs/examples/two-laptops.sh "+dir)
	s.said(0, "\x1b[?1049h").shows("K7: in step", "Eve")
	s.keys("3").shows("45m labour of Ana")

	// One is sent as long as there is a network, which the script cuts then. Nobody sends the next ones.
	s.keys("a")
	for over := time.Now().Add(60 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		log, err := os.ReadFile(filepath.Join(dir, "meanwhile.log"))
		if strings.Contains(string(log), "cannot be reached") {
			break
		}
		if time.Now().After(over) {
			t.Fatalf("the network is not cut: %v\n%s", err, log)
		}
	}
	s.shows("K7: in step")
	s.keys("a").shows("K7: 1 pending")
	s.keys("a").shows("K7: 2 pending")

	// With the last one the network comes back. It was rejected on the other laptop, and that came first.
	s.keys("a").shows("K7: 1 CONFLICT", "nothing waits for approval")
	from := len(s.raw(0))
	s.keys("q").said(from, "is rejected and so cannot be approved")
	if got := s.ends(); got != 0 {
		t.Errorf("exit code %d:\n%s", got, s.raw(from))
	}
	s.said(from, "All three have the same")
}
