package cmd

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestReleaseAsksForTheAmount releases by hand: what has to be paid is typed, not a long id; and whoever names what is
// not there, or cannot be released, is told so before anything is asked.
func TestReleaseAsksForTheAmount(t *testing.T) {
	dir := t.TempDir()
	shell := func(typed string, code int, args ...string) (out, talk string) {
		t.Helper()
		b := newBench(t, typed)
		b.inTTY, b.errTTY = typed != "", typed != ""
		b.vars = map[string]string{"HOME": dir, "NO_COLOR": "1", "CALLOUT_STORE": filepath.Join(dir, "shop.db"), "CALLOUT_AS": "Ada"}
		if got := b.runVerb(nil, args...); got != code {
			t.Fatalf("callout %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), got, code, b.out.String(), b.err.String())
		}
		return strings.TrimSpace(b.out.String()), b.err.String()
	}
	shell("", 0, "init", "--company", "Lifts", "--currency", "EUR", "--tz", "Europe/Vienna", "--policy", "single", "--address", "Ring 1", "--tax-id", "ATU1")
	shell("", 0, "tax", "set", "standard", "20", "--default")
	shell("", 0, "customer", "add", "Mill", "--address", "Dorf 5")
	shell("", 0, "site", "add", "Mill", "--name", "Hall")
	shell("", 0, "wo", "create", "--customer", "Mill", "--site", "Hall", "--title", "Boiler")
	shell("", 0, "wo", "start", "WO-1001")
	shell("", 0, "item", "add", "WO-1001", "--expense", "Parking", "--qty", "1", "--price", "80", "--cost", "80")
	shell("", 0, "wo", "complete", "WO-1001")
	id, _ := shell("", 0, "invoice", "propose", "WO-1001", "-o", "name")

	for _, typed := range []string{"", "96.00\n"} {
		if _, talk := shell(typed, exitNotFound, "invoice", "release", "INV-2020-00001"); strings.Contains(talk, "This cannot be undone") {
			t.Errorf("asked about what is not there: %s", talk)
		}
		if _, talk := shell(typed, exitRefused, "invoice", "release", id); !strings.Contains(talk, "callout invoice approve") || strings.Contains(talk, "This cannot be undone") {
			t.Errorf("asked about what is not approved: %s", talk)
		}
	}
	shell("", 0, "invoice", "approve", id)
	if _, talk := shell("", exitUsage, "invoice", "release", id); !strings.Contains(talk, "hint: add --yes if this is meant") {
		t.Errorf("in a script: %s", talk)
	}
	for _, wrong := range []string{"yes\n", "96\n", id + "\n"} {
		shell(wrong, exitUsage, "invoice", "release", id)
	}
	if _, talk := shell("2\n", exitUsage, "invoice", "release", "--ready"); !strings.Contains(talk, "invoice over 96.00 EUR to Mill: Boiler\nThis cannot be undone. Type 96.00 to go on: ") {
		t.Errorf("of what a flag chose: %s", talk)
	}
	if _, talk := shell("2\n", exitUsage, "invoice", "release", id, "inv_gone"); !strings.Contains(talk, "1 of 2 items; the others are refused\ninvoice over 96.00 EUR to Mill: Boiler\n") {
		t.Errorf("of two: %s", talk)
	}
	_, talk := shell("96.00\n", 0, "invoice", "release", id)
	if want := "callout invoice release " + id + "\ninvoice over 96.00 EUR to Mill: Boiler\nThis cannot be undone. Type 96.00 to go on: "; talk != want {
		t.Errorf("asked\n%s\nwant\n%s", talk, want)
	}
	shell("x\n", exitRefused, "invoice", "release", id)
	if _, talk := shell("x\n", 0, "invoice", "release", "--ready"); talk != "there is nothing to do\n" {
		t.Errorf("with nothing ready: %s", talk)
	}
}

// TestRestoreLooksBeforeItAsks refuses a backup that is not there before a person has to type anything.
func TestRestoreLooksBeforeItAsks(t *testing.T) {
	dir := t.TempDir()
	vars := map[string]string{"HOME": dir, "CALLOUT_STORE": filepath.Join(dir, "shop.db"), "CALLOUT_AS": "Ada"}
	b := newBench(t, "")
	b.vars = vars
	if code := b.runVerb(nil, "init", "--company", "Lifts", "--currency", "EUR", "--tz", "Europe/Vienna"); code != 0 {
		t.Fatal(b.err.String())
	}
	b = newBench(t, "nowhere\n")
	b.vars, b.inTTY, b.errTTY = vars, true, true
	if code := b.runVerb(nil, "restore", filepath.Join(dir, "nowhere")); code != exitNotFound || strings.Contains(b.err.String(), "This cannot be undone") {
		t.Errorf("exit code %d: %s", code, b.err.String())
	}
}
