package cmd

import (
	"os"
	"strings"
	"testing"
)

// TestVerifyIsEnded has the checking process wait for ever. Its parent ends it when the time is up, says where it
// was, and takes its copy away.
func TestVerifyIsEnded(t *testing.T) {
	w := newWorld(t)
	letGo := w.hold()
	c := w.callout("audit", "verify", "--limit", "1s", "--lock-wait", "1h")
	out, _ := c.CombinedOutput() // its code is the result
	letGo()
	if got := c.ProcessState.ExitCode(); got != exitError || !strings.Contains(string(out), "the check did not get past this within 1s") {
		t.Errorf("exit %d; it said\n%s", got, out)
	}
	if left, err := os.ReadDir(w.tmp()); err != nil || len(left) != 0 {
		t.Errorf("left are %v, %v", left, err)
	}
}

// TestVerifyWithoutTemporaryFolder reads the store itself where no copy can be made, and says so.
func TestVerifyWithoutTemporaryFolder(t *testing.T) {
	w := newWorld(t)
	if err := os.Remove(w.tmp()); err != nil {
		t.Fatal(err)
	}
	c := w.callout("audit", "verify")
	if err := os.Remove(w.tmp()); err != nil {
		t.Fatal(err)
	}
	out, err := c.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "others have to wait while the store is read") ||
		!strings.Contains(string(out), "everything follows from the signed journal") {
		t.Errorf("%v: %s", err, out)
	}
}
