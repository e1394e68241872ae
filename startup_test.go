package main_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// releaseFlags are those of goreleaser.yaml. A test builds without them, with what the cache has.
func releaseFlags() []string { return []string{"-trimpath", "-ldflags=-s -w"} }

// build compiles callout into a temporary folder.
func build(tb testing.TB, flags ...string) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "callout")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	c := exec.Command("go", append(append([]string{"build"}, flags...), "-o", path, ".")...)
	if len(flags) > 0 {
		c.Env = append(os.Environ(), "CGO_ENABLED=0")
	}
	if out, err := c.CombinedOutput(); err != nil {
		tb.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

// BenchmarkColdVersion runs `callout --version` as a process of its own. Its baseline is
// /bin/true, started in turn with it: what starting any process costs on this machine.
// Target: under 10 ms.
func BenchmarkColdVersion(b *testing.B) {
	path := build(b, releaseFlags()...)
	var mine, floor time.Duration
	for b.Loop() {
		mine += cold(b, path, "--version")
		floor += cold(b, "/bin/true")
	}
	b.ReportMetric(float64(mine.Microseconds())/float64(b.N)/1000, "ms/version")
	b.ReportMetric(float64(floor.Microseconds())/float64(b.N)/1000, "ms/true")
	b.ReportMetric(float64(mine)/float64(floor), "x-true")
	if info, err := os.Stat(path); err == nil {
		b.ReportMetric(float64(info.Size())/1e6, "MB")
	}
}

// cold times one run of a program.
func cold(b *testing.B, path string, args ...string) time.Duration {
	start := time.Now()
	if err := exec.Command(path, args...).Run(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// initLine is one line of what GODEBUG=inittrace=1 prints.
var initLine = regexp.MustCompile(`(?m)^init (\S+) @\S+ ms, (\S+) ms clock`)

// BenchmarkInits reports what the packages do before main: all together, and the dearest.
// Target: none over 1 ms, for every command pays it.
func BenchmarkInits(b *testing.B) {
	path := build(b, releaseFlags()...)
	var total, dearest float64
	name := ""
	for b.Loop() {
		c := exec.Command(path, "--version")
		c.Env = append(os.Environ(), "GODEBUG=inittrace=1")
		var trace bytes.Buffer
		c.Stderr = &trace
		if err := c.Run(); err != nil {
			b.Fatal(err)
		}
		lines := initLine.FindAllStringSubmatch(trace.String(), -1)
		if len(lines) == 0 {
			b.Fatalf("no inits in %q", trace.String())
		}
		worst := 0.0
		for _, l := range lines {
			ms, err := strconv.ParseFloat(l[2], 64)
			if err != nil {
				b.Fatal(err)
			}
			total += ms
			if ms > worst {
				worst = ms
				name = l[1]
			}
		}
		dearest += worst
	}
	b.ReportMetric(total/float64(b.N), "ms/all-inits")
	b.ReportMetric(dearest/float64(b.N), "ms/dearest")
	b.Logf("the dearest is %s", name)
}

// TestVersionWritesNoEscapes runs the real program on a pipe. What it does
// on a terminal that never answers is a story in cmd/testdata/script/version.txtar.
func TestVersionWritesNoEscapes(t *testing.T) {
	out, err := exec.Command(build(t), "--version").CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(out), "callout ") || bytes.ContainsRune(out, '\x1b') || bytes.Count(out, []byte("\n")) != 1 {
		t.Errorf("callout --version writes %q", out)
	}
}
