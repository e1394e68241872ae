//go:build unix

package cmd

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// past is a place that an earlier version has left: folders each with a shop and, beside it, what that version kept outside.
type past struct {
	t   *testing.T
	dir string
}

// afterwards is when today's version meets the places: what was given for a year still counts.
const afterwards = "2026-12-01T09:00:00Z"

// unpacked puts a place back as it was, below a folder.
func unpacked(t *testing.T, archive, dir string) past {
	t.Helper()
	f, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for in := tar.NewReader(z); ; {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return past{t, dir}
		}
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(dir, filepath.Clean("/"+h.Name))
		if h.Typeflag == tar.TypeDir {
			err = os.MkdirAll(name, 0o700)
		} else if text, failed := io.ReadAll(in); failed != nil {
			err = failed
		} else {
			err = os.WriteFile(name, text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// at is today's callout in one of the folders.
func (p past) at(place string, args ...string) *exec.Cmd {
	c := exec.CommandContext(p.t.Context(), os.Args[0])
	c.Args = append([]string{"callout"}, args...)
	home := filepath.Join(p.dir, place)
	c.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME=", "XDG_DATA_HOME=", "XDG_STATE_HOME=", "CALLOUT_STATE="+filepath.Join(home, "state"),
		"CALLOUT_STORE="+filepath.Join(home, "shop.db"), "NO_COLOR=1",
		"CALLOUT_TEST_CLOCK="+afterwards)
	if place != "laptop" {
		c.Env = append(c.Env, "CALLOUT_AS=Zoe")
	}
	return c
}

// does runs a command line in one of the folders and returns what it printed.
func (p past) does(place string, args ...string) string {
	p.t.Helper()
	c := p.at(place, args...)
	var talk bytes.Buffer
	c.Stderr = &talk
	out, err := c.Output()
	if err != nil {
		p.t.Fatalf("%s: callout %s: %v\n%s%s", place, strings.Join(args, " "), err, out, talk.String())
	}
	return strings.TrimSpace(string(out))
}

// serves starts today's server in a folder, until the test ends.
func (p past) serves(place, address string) {
	p.t.Helper()
	c := p.at(place, "serve", "--listen", address, "-o", "json")
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		_ = c.Process.Signal(os.Interrupt)
		_ = c.Wait()
	})
	if line, err := bufio.NewReader(out).ReadString('}'); err != nil {
		p.t.Fatalf("the server does not begin: %s, %v", line, err)
	}
}

// Stores that earlier versions have written are opened, verified, read and written to; what was approved then is released now. A server's
// shop answers for the laptop that was linked to it, which still has work that it was not asked for. Each archive is what
// testdata/upgrade/make has got from the commit in its name.
func TestUpgrade(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts processes")
	}
	archives, err := filepath.Glob(filepath.Join("testdata", "upgrade", "*.tar.gz"))
	if err != nil || len(archives) < 4 {
		t.Fatalf("%d archives, %v", len(archives), err)
	}
	linked := 0
	for _, archive := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(archive), ".tar.gz"), func(t *testing.T) {
			p := unpacked(t, archive, t.TempDir())
			p.renewed("alone")
			p.goesOn("alone")
			if _, err := os.Stat(filepath.Join(p.dir, "server")); err == nil {
				linked++
				p.syncs()
			}
		})
	}
	if linked < 2 {
		t.Errorf("%d of the archives have a server and a laptop", linked)
	}
}

// renewed puts a store in the place of one whose indexes are those of its version, as audit verify says to.
func (p past) renewed(place string) {
	p.t.Helper()
	c := p.at(place, "audit", "verify")
	said, err := c.CombinedOutput()
	if err == nil {
		return
	}
	if !strings.Contains(string(said), "hint: callout backup DIR") {
		p.t.Fatalf("%s", said)
	}
	store, kept := filepath.Join(p.dir, place, "shop.db"), filepath.Join(p.dir, "kept")
	p.does(place, "backup", kept)
	if err := os.Rename(store, store+".was"); err != nil {
		p.t.Fatal(err)
	}
	p.does(place, "restore", kept, "--store", store)
}

func (p past) goesOn(place string) {
	p.t.Helper()
	p.does(place, "audit", "verify")
	orders := strings.Fields(p.does(place, "wo", "list", "-o", "name"))
	if !slices.Contains(orders, "WO-1001") {
		p.t.Errorf("the orders are %s", orders)
	}
	p.does(place, "customer", "add", "Met today")
	approved := strings.Fields(p.does(place, "invoice", "list", "--status", "approved", "-o", "name"))
	if len(approved) != 1 {
		p.t.Fatalf("approved invoices: %s", approved)
	}
	before := strings.Fields(p.does(place, "invoice", "list", "--status", "released", "-o", "name"))
	p.does(place, "invoice", "release", approved[0], "--yes")
	after := strings.Fields(p.does(place, "invoice", "list", "--status", "released", "-o", "name"))
	if len(before) == 0 || len(after) != len(before)+1 {
		p.t.Errorf("released were %s, and are %s", before, after)
	}
	p.does(place, "audit", "verify")
}

func (p past) syncs() {
	p.t.Helper()
	p.does("laptop", "audit", "verify")
	if n := p.does("laptop", "sync", "status", "-o", "json", "--jq", ".pending"); n != "1" {
		p.t.Errorf("%s commands wait on the laptop", n)
	}
	address := strings.TrimPrefix(p.does("laptop", "sync", "status", "-o", "json", "--jq", ".server"), "http://")
	p.serves("server", address)
	if said := p.does("laptop", "sync"); !strings.Contains(said, "sent 1") {
		p.t.Errorf("sync says %s", said)
	}
	if title := p.does("laptop", "wo", "show", "K7-1", "-o", "json", "--jq", ".title"); title != "Made offline" {
		p.t.Errorf("the order that was made on the laptop is %q", title)
	}
	p.does("laptop", "audit", "verify")
}
