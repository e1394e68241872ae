package bolt

import (
	"encoding/binary"
	"errors"
	"hash/fnv"
	"io"
)

// bbolt keeps two heads, on the first two pages, and writes them in turn. A head begins
// behind the 16 bytes of its page's header, in the machine's byte order: magic, version,
// page size and flags of 4 bytes each, the root bucket of 16, freelist, high water mark and
// transaction of 8, and the FNV-64a of all that.
const (
	headAt    = 16
	headSum   = 56
	headMagic = 0xED0CDAED
)

// newestTx returns the number of the last transaction whose head is in the file.
func newestTx(r io.ReaderAt, pageSize int) (uint64, error) {
	var newest uint64
	found := false
	for page := range 2 {
		var b [headSum + 8]byte
		if _, err := r.ReadAt(b[:], int64(page*pageSize+headAt)); err != nil {
			return 0, err
		}
		sum := fnv.New64a()
		_, _ = sum.Write(b[:headSum])
		if binary.NativeEndian.Uint32(b[:]) != headMagic ||
			binary.NativeEndian.Uint64(b[headSum:]) != sum.Sum64() {
			continue
		}
		found = true
		newest = max(newest, binary.NativeEndian.Uint64(b[48:]))
	}
	if !found {
		return 0, errors.New("both heads of the file are torn")
	}
	return newest, nil
}
