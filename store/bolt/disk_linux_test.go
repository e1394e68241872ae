package bolt

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
)

// call is one system call of a trace that matters to the disk.
type call struct {
	kind     string // write, truncate, sync, create, rename, unlink, syncdir, ack
	name, to string // of files, without their folder
	offset   int64
	data     []byte
	ack      int
}

// parseTrace reads strace's output. A call that another thread's call interrupts stands
// on two lines and counts where it ends. Lines are long, so they are cut and not matched.
func parseTrace(in *bufio.Reader) ([]call, error) {
	var calls []call
	begun := map[string]string{}
	for {
		line, err := in.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return calls, nil
		}
		if err != nil {
			return nil, err
		}
		thread, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		text = strings.TrimSpace(text)
		if first, unfinished := strings.CutSuffix(text, " <unfinished ...>"); unfinished {
			begun[thread] = first
			continue
		}
		if strings.HasPrefix(text, "<... ") {
			_, rest, _ := strings.Cut(text, " resumed>")
			text = begun[thread] + rest
		}
		end := strings.LastIndex(text, ") ")
		name, args, isCall := strings.Cut(text[:max(end, 0)], "(")
		if !isCall || !strings.HasPrefix(strings.TrimSpace(text[end+1:]), "= ") || strings.Contains(text[end:], "= -") {
			continue // a signal, an exit, or a call that failed
		}
		c, err := parseCall(name, args)
		if err != nil {
			return nil, fmt.Errorf("%.80s: %w", line, err)
		}
		if c.kind != "" {
			calls = append(calls, c)
		}
	}
}

func parseCall(name, args string) (c call, err error) {
	// A descriptor is followed by its path.
	if number, rest, ok := strings.Cut(args, "<"); ok {
		if _, err := strconv.Atoi(number); err == nil {
			text, _, _ := strings.Cut(rest, ">")
			path, err := unhex(text)
			if err != nil {
				return c, err
			}
			c.name = filepath.Base(string(path))
		}
	}
	var texts [][]byte
	for i, part := range strings.Split(args, `"`) {
		if i%2 == 0 {
			continue
		}
		text, err := unhex(part)
		if err != nil {
			return c, err
		}
		texts = append(texts, text)
	}
	last := strings.TrimSpace(args[strings.LastIndex(args, ",")+1:])
	switch name {
	case "write":
		if len(texts) == 1 && strings.HasPrefix(string(texts[0]), "ack ") {
			c.kind = "ack"
			c.ack, err = strconv.Atoi(strings.TrimSpace(string(texts[0][4:])))
		}
		return c, err
	case "pwrite64":
		c.kind, c.data = "write", texts[0]
		c.offset, err = strconv.ParseInt(last, 10, 64)
	case "ftruncate":
		c.kind = "truncate"
		c.offset, err = strconv.ParseInt(last, 10, 64)
	case "fsync", "fdatasync":
		c.kind = "sync"
		if !ours(c.name) {
			return call{kind: "syncdir"}, nil
		}
	case "openat":
		if strings.Contains(args, "O_CREAT") {
			c.kind, c.name = "create", filepath.Base(string(texts[0]))
		}
	case "rename", "renameat", "renameat2":
		c.kind, c.name, c.to = "rename", filepath.Base(string(texts[0])), filepath.Base(string(texts[1]))
	case "unlink", "unlinkat":
		c.kind, c.name = "unlink", filepath.Base(string(texts[0]))
	}
	if !ours(c.name) {
		c.kind = ""
	}
	return c, err
}

// ours tells the data files from the locks and everything else.
func ours(name string) bool {
	return name == "callout.db" || name == "callout.db.new" || name == "callout.db.compact"
}

func unhex(s string) ([]byte, error) { return hex.DecodeString(strings.ReplaceAll(s, `\x`, "")) }

// disk is a model of what a disk may hold after a power cut.
type disk struct {
	names   map[string]*inode // as programs see them
	durable map[string]*inode
	renames []func(map[string]*inode) // since the folder was synced, oldest first
	acked   int
	noSync  bool
	syncs   int
}

// inode is a file with what was done to it since it was synced.
type inode struct {
	durable []byte
	pending []call
}

func newDisk(noSync bool) *disk {
	return &disk{names: map[string]*inode{}, durable: map[string]*inode{}, noSync: noSync}
}

// apply takes a call up and reports whether a crash right after it is worth a look.
func (d *disk) apply(c call) bool {
	switch c.kind {
	case "ack":
		d.acked = c.ack
		return false
	case "create":
		if d.names[c.name] == nil {
			file := &inode{}
			d.folder(func(names map[string]*inode) { names[c.name] = file })
		}
	case "unlink":
		d.folder(func(names map[string]*inode) { delete(names, c.name) })
	case "rename":
		d.folder(func(names map[string]*inode) {
			names[c.to] = names[c.name]
			delete(names, c.name)
		})
	case "syncdir":
		for _, do := range d.renames {
			do(d.durable)
		}
		d.renames = nil
	case "sync":
		if d.syncs++; d.noSync && d.syncs > 12 {
			return false
		}
		d.names[c.name].settle(len(d.names[c.name].pending))
	default:
		file := d.names[c.name]
		file.pending = append(file.pending, c)
		// A disk that never syncs still writes at some time.
		if d.noSync && len(file.pending) > 60 {
			file.settle(30)
		}
	}
	return true
}

func (d *disk) folder(do func(map[string]*inode)) {
	do(d.names)
	d.renames = append(d.renames, do)
}

// settle makes the oldest n pending calls durable.
func (f *inode) settle(n int) {
	for _, c := range f.pending[:n] {
		f.durable = c.onto(f.durable)
	}
	f.pending = append([]call(nil), f.pending[n:]...)
}

// onto does a write or a truncation to content.
func (c call) onto(content []byte) []byte {
	end := int(c.offset) + len(c.data)
	if c.kind == "truncate" && end < len(content) {
		return content[:end]
	}
	if end > len(content) {
		content = append(content, make([]byte, end-len(content))...)
	}
	copy(content[c.offset:], c.data)
	return content
}

// sector is what a disk writes whole.
const sector = 512

// crash returns one state of the files after a power cut now: the one in which everything has reached
// the disk, or, by the seed, one in which of the pending writes each is there, or not, or
// torn. Truncations are in the file system's own journal and keep their order, and so do renames.
func (d *disk) crash(seed uint64, everything bool) map[string][]byte {
	rng := rand.New(rand.NewPCG(seed, 0))
	names := map[string]*inode{}
	for name, file := range d.durable {
		names[name] = file
	}
	kept := len(d.renames)
	if !everything {
		kept = rng.IntN(len(d.renames) + 1)
	}
	for _, do := range d.renames[:kept] {
		do(names)
	}
	files := map[string][]byte{}
	for _, name := range []string{"callout.db", "callout.db.new", "callout.db.compact"} {
		file := names[name]
		if file == nil {
			continue
		}
		content := append([]byte(nil), file.durable...)
		for _, c := range file.pending {
			if everything || c.kind == "truncate" {
				content = c.onto(content)
				continue
			}
			switch rng.IntN(3) {
			case 0:
				content = c.onto(content)
			case 1:
				content = c.torn(content, rng)
			}
		}
		files[name] = content
	}
	return files
}

// torn does a random part of a write's sectors.
func (c call) torn(content []byte, rng *rand.Rand) []byte {
	for at := 0; at < len(c.data); at += sector {
		if rng.IntN(2) == 0 {
			part := c
			part.offset, part.data = c.offset+int64(at), c.data[at:min(at+sector, len(c.data))]
			content = part.onto(content)
		}
	}
	return content
}
