package intake

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"callout/internal/fault"
)

// decoded returns the file's text as UTF-8, without a byte order mark. What is no UTF-8 is
// left as it is, to be reported where it stands.
func decoded(r io.Reader, encoding string) (*bufio.Reader, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	head, err := in.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fault.Invalidf("file", "it cannot be read").Because(err)
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return nil, fault.Invalidf("file", "it is written in UTF-16").With("import.encoding").
			Hint("save it as UTF-8, or: iconv -f UTF-16 -t UTF-8 FILE > FILE.csv")
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		if _, err := in.Discard(3); err != nil {
			return nil, fault.Invalidf("file", "it cannot be read").Because(err)
		}
		return in, nil
	case encoding == "windows-1252":
		return bufio.NewReaderSize(&cp1252{in: in}, 64<<10), nil
	}
	return in, nil
}

// cp1252 rewrites windows-1252, which holds ISO 8859-1 but for its control characters,
// as UTF-8.
type cp1252 struct {
	in      *bufio.Reader
	waiting []byte
}

// high are the characters 80 to 9f; 0 is none
// (https://www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1252.TXT).
var high = [32]rune{
	0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
	0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
}

// Read implements io.Reader. A byte that stands for nothing is passed on, and found there
// as what it is: no text.
func (c *cp1252) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if len(c.waiting) > 0 {
			moved := copy(p[n:], c.waiting)
			n, c.waiting = n+moved, c.waiting[moved:]
			continue
		}
		if n > 0 && c.in.Buffered() == 0 {
			return n, nil
		}
		b, err := c.in.ReadByte()
		if err != nil {
			return n, err
		}
		switch r := rune(b); {
		case b < utf8.RuneSelf:
			p[n] = b
			n++
		case b < 0xa0 && high[b-0x80] == 0:
			p[n] = b
			n++
		default:
			if b < 0xa0 {
				r = high[b-0x80]
			}
			c.waiting = utf8.AppendRune(c.waiting[:0], r)
		}
	}
	return n, nil
}
