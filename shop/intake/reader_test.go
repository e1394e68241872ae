package intake

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"
)

// told writes rows and problems down, one a line.
func told(t *testing.T, file string, f Format) string {
	t.Helper()
	if f.Delimiter == 0 {
		f.Delimiter = ','
	}
	r, err := NewReader(strings.NewReader(file), f)
	if err != nil {
		return "file: " + err.Error()
	}
	var out []string
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return strings.Join(out, "\n")
		}
		if err != nil {
			return strings.Join(append(out, "file: "+err.Error()), "\n")
		}
		if row.Cells != nil {
			out = append(out, fmt.Sprintf("%d %q", row.Line, row.Cells))
		}
		for _, p := range row.Problems {
			out = append(out, p.Error())
		}
	}
}

func TestReader(t *testing.T) {
	tests := []struct {
		name, file string
		format     Format
		want       string
	}{
		{"plain", "a,b\n1,2\n3,4\n", Format{}, `2 ["1" "2"]` + "\n" + `3 ["3" "4"]`},
		{"no last newline", "a,b\n1,2", Format{}, `2 ["1" "2"]`},
		{"byte order mark", "\xef\xbb\xbfa,b\n1,2\n", Format{}, `2 ["1" "2"]`},
		{"crlf", "a,b\r\n1,2\r\n\r\n3,4\r\n", Format{}, `2 ["1" "2"]` + "\n" + `4 ["3" "4"]`},
		{"blank lines", "\n\na,b\n\n1,2\n , \n,\n3,4\n\n", Format{}, `5 ["1" "2"]` + "\n" + `8 ["3" "4"]`},
		{"quotes", "a,b\n\"1,\"\"x\"\"\",\"two\nlines\"\n3,4\n", Format{}, `2 ["1,\"x\"" "two\nlines"]` + "\n" + `4 ["3" "4"]`},
		{"semicolons", "a;b\n1,5;2\n", Format{Delimiter: ';'}, `2 ["1,5" "2"]`},
		{"tabs", "a\tb\n1\t2\n", Format{Delimiter: '\t'}, `2 ["1" "2"]`},
		{"no header", "1,2\n", Format{Columns: []string{"a", "b"}}, `1 ["1" "2"]`},
		{"short", "a,b,c\n1,2\n", Format{}, `2 ["1" "2"]` + "\nline 2, field c: it is missing: the line has 2 fields where there are 3 columns"},
		{"short permitted", "a,b,c\n1,2\n", Format{Short: true}, `2 ["1" "2"]`},
		{"long", "a,b\n1,2,3\n", Format{}, `2 ["1" "2"]` + "\nline 2: the line has 3 fields where there are 2 columns"},
		{"delimiter at the end", "a,b\n1,2,\n3,4,,\n", Format{}, `2 ["1" "2"]` + "\n" + `3 ["3" "4"]`},
		{"nul", "a,b\n1,x\x00y\n3,4\n", Format{}, `2 ["1" "x\x00y"]` + "\nline 2, field b: it holds a NUL byte\n" + `3 ["3" "4"]`},
		{"not utf-8", "a,b\nM\xfcll,2\n3,4\n", Format{}, `2 ["M\xfcll" "2"]` + "\nline 2, field a: it is not written in UTF-8\n" + `3 ["3" "4"]`},
		{"windows", "a,b\nM\xfcll,5 \x80\n", Format{Encoding: "windows-1252"}, `2 ["Müll" "5 €"]`},
		{"windows, no character", "a,b\n\x81,2\n", Format{Encoding: "windows-1252"}, `2 ["\x81" "2"]` + "\nline 2, field a: it is not written in UTF-8"},
		{"bare quote", "a,b\n3\" hose,2\n3,4\n", Format{}, "line 2: there is a quotation mark within a text that does not begin with one\n" + `3 ["3" "4"]`},
		{"bare quote permitted", "a,b\n3\" hose,2\n", Format{Lazy: true}, `2 ["3\" hose" "2"]`},
		{"text after a quote", "a,b\n\"x\"y,2\n3,4\n", Format{}, "line 2: a quotation mark is not closed, or is followed by more text\n" + `3 ["3" "4"]`},
		{"open quote", "a,b\n1,2\n\"x,2\n3,4\n", Format{}, `2 ["1" "2"]` + "\nline 3: a quotation mark opens here and is not closed properly by line 4"},
		{"empty", "", Format{}, "file: file: it is empty"},
		{"utf-16", "\xff\xfea\x00", Format{}, "file: file: it is written in UTF-16"},
		{"header not utf-8", "a,M\xfcll\n", Format{}, "file: file: the header is not written in UTF-8"},
		{"header only", "a,b\n", Format{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := told(t, tt.file, tt.format); got != tt.want {
				t.Errorf("read as\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// A quotation mark that is never closed must not fill the memory with the rest of the file.
func TestReaderGivesUpOnALineWithoutEnd(t *testing.T) {
	file := io.MultiReader(strings.NewReader("a,b\n1,2\n\"3,"), &endless{})
	r, err := NewReader(file, Format{Delimiter: ','})
	if err != nil {
		t.Fatal(err)
	}
	if row, err := r.Next(); err != nil || row.Line != 2 {
		t.Fatalf("row %+v, %v", row, err)
	}
	if _, err := r.Next(); err == nil || !strings.Contains(err.Error(), "after line 2 is longer than 4 MiB") {
		t.Fatalf("got %v", err)
	}
}

type endless struct{}

func (*endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func FuzzReader(f *testing.F) {
	f.Add("a,b\n1,2\n", byte(','), false)
	f.Add("\xef\xbb\xbfa;b\r\n\"x\"\"y\";2\r\n", byte(';'), true)
	f.Add("a,b\n\"x\n3,4\n", byte(','), false)
	f.Add("a,b\nM\xfcll,\x00\n", byte(','), false)
	f.Fuzz(func(t *testing.T, file string, delimiter byte, lazy bool) {
		if !strings.ContainsRune(",;\t|:^~", rune(delimiter)) {
			return
		}
		r, err := NewReader(strings.NewReader(file), Format{Delimiter: rune(delimiter), Lazy: lazy, Encoding: "utf-8"})
		if err != nil {
			return
		}
		last := 0
		for n := 0; ; n++ {
			row, err := r.Next()
			if err != nil {
				return
			}
			if n > len(file) {
				t.Fatal("more rows than bytes")
			}
			if row.Line <= last {
				t.Fatalf("line %d came after line %d", row.Line, last)
			}
			last = row.Line
			if len(row.Problems) > 0 {
				continue
			}
			if len(row.Cells) != len(r.Header()) {
				t.Fatalf("a row without problems has %d cells for %d columns", len(row.Cells), len(r.Header()))
			}
			for _, c := range row.Cells {
				if !utf8.ValidString(c) || strings.IndexByte(c, 0) >= 0 {
					t.Fatalf("a row without problems has the cell %q", c)
				}
			}
		}
	})
}
