package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime"

	"callout/internal/fault"

	"github.com/klauspost/compress/zstd"
)

// segmentEntries is how many entries a full backup segment has unless the caller says
// otherwise. Full segments are never written again.
const segmentEntries = 10000

// segment is one file of a backup: a run of entries as stored, each followed by an
// empty line, compressed with zstd. `zstd -dc FILE` shows it.
type segment struct {
	File   string `json:"file"`
	First  uint64 `json:"first"`
	Last   uint64 `json:"last"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // of the file, in hex
}

func (g segment) entries() uint64 { return g.Last - g.First + 1 }

// writeSegment makes a segment file of entries, on disk under its final name before it returns.
func writeSegment(dir string, first uint64, entries [][]byte) (segment, error) {
	var b bytes.Buffer
	z, err := zstd.NewWriter(&b, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return segment{}, fault.Internalf("cannot compress").Because(err)
	}
	for _, text := range entries {
		_, _ = z.Write(text) // errors of a buffer do not happen; Close reports zstd's own
		_, _ = z.Write([]byte("\n"))
	}
	if err := z.Close(); err != nil {
		return segment{}, fault.Internalf("cannot compress").Because(err)
	}
	sum := sha256.Sum256(b.Bytes())
	g := segment{
		First: first, Last: first + uint64(len(entries)) - 1,
		Bytes: int64(b.Len()), SHA256: hex.EncodeToString(sum[:]),
	}
	// The hash in the name keeps two backups at the same time off each other's files.
	g.File = fmt.Sprintf("journal/%012d-%012d-%x.zst", g.First, g.Last, sum[:4])
	return g, writeWhole(filepath.Join(dir, filepath.FromSlash(g.File)), b.Bytes(), true)
}

// read yields the segment's entries, after its hash has been checked.
func (g segment) read(dir string) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		text, err := g.open(dir)
		if err != nil {
			yield(nil, err)
			return
		}
		n := uint64(0)
		for len(text) > 0 {
			end := bytes.Index(text, []byte("\n\n"))
			if end < 0 {
				yield(nil, g.broken(fmt.Errorf("the last entry is cut short")))
				return
			}
			n++
			if !yield(text[:end+1], nil) {
				return
			}
			text = text[end+2:]
		}
		if n != g.entries() {
			yield(nil, g.broken(fmt.Errorf("it has %d entries", n)))
		}
	}
}

// segmentLimit bounds what a hostile file can unpack to.
const segmentLimit = 4 << 30

func (g segment) open(dir string) ([]byte, error) {
	if !filepath.IsLocal(filepath.FromSlash(g.File)) {
		return nil, g.broken(fmt.Errorf("the name leads out of the folder"))
	}
	packed, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(g.File)))
	if err != nil {
		return nil, g.broken(err)
	}
	if sum := sha256.Sum256(packed); hex.EncodeToString(sum[:]) != g.SHA256 {
		return nil, g.broken(fmt.Errorf("its SHA-256 is %x", sum))
	}
	z, err := zstd.NewReader(bytes.NewReader(packed), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(segmentLimit))
	if err != nil {
		return nil, g.broken(err)
	}
	defer z.Close()
	text, err := io.ReadAll(z)
	if err != nil {
		return nil, g.broken(err)
	}
	return text, nil
}

func (g segment) broken(because error) error {
	return fault.Internalf("the backup's file %s is damaged", g.File).Because(because).With("backup.damaged")
}

// syncDir makes the names in a folder durable.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // there is no such call, and no need
	}
	d, err := os.Open(dir)
	if err != nil {
		return fault.Internalf("cannot open the folder %s", dir).Because(err)
	}
	err = d.Sync()
	if e := d.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fault.Internalf("the folder %s cannot be made durable", dir).Because(err)
	}
	return nil
}
