package store

import (
	"bytes"
	"callout/internal/fault"
	"encoding/json"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// goldenEntries are the journal entries of the golden dump.
func goldenEntries(t testing.TB) (out [][]byte) {
	t.Helper()
	text, err := os.ReadFile("testdata/format1.dump")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, spaceJournal+" ") {
			continue
		}
		_, quoted, _ := strings.Cut(strings.TrimSpace(line)[3:], `" `)
		value, err := strconv.Unquote(quoted)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, []byte(value))
	}
	return out
}

func TestParseEntryRefuses(t *testing.T) {
	entries := goldenEntries(t)
	if len(entries) < 10 {
		t.Fatalf("%d golden entries", len(entries))
	}
	var costed []byte
	for _, text := range entries {
		if bytes.Contains(text, []byte(`"k":"cost"`)) {
			costed = text
			break
		}
	}
	lines := bytes.SplitAfter(costed, []byte("\n"))
	lines = lines[:len(lines)-1]
	edit := func(old, new string) []byte { return bytes.Replace(costed, []byte(old), []byte(new), 1) }
	for name, text := range map[string][]byte{
		"nothing":                 nil,
		"no line":                 []byte("{}"),
		"no leaf":                 []byte("\n"),
		"a part too few":          bytes.Join(lines[:len(lines)-1], nil),
		"a part too many":         append(bytes.Clone(costed), "x x\n"...),
		"parts exchanged":         bytes.Join(append(append([][]byte{}, lines[0], lines[2], lines[1]), lines[3:]...), nil),
		"a body changed":          edit(`"name":"Account`, `"name":"account`),
		"a newer version":         edit(`{"v":1,`, `{"v":2,`),
		"a cost of no record":     edit(`{"k":"cost","c":"account","id":"ac_`, `{"k":"cost","c":"account","id":"ab_`),
		"a later predecessor":     edit(`"k":"after","c":"account",`, `"k":"after","c":"account","prev":99,`),
		"taking back itself":      edit(`"parts":[`, `"undoes":999,"parts":[`),
		"a salt with a spare bit": append(bytes.Clone(lines[0]), bytes.Join(append([][]byte{spareBit(lines[1])}, lines[2:]...), nil)...),
		"a short salt":            bytes.Join(append(append([][]byte{}, lines[0], []byte("AAAA {}\n")), lines[2:]...), nil),
	} {
		if bytes.Equal(text, costed) {
			t.Errorf("%s: the case changes nothing", name)
		}
		if e, err := ParseEntry(text); err == nil || e != nil {
			t.Errorf("%s: was read", name)
		}
	}
	withheld := bytes.Join(append(append([][]byte{}, lines[0], []byte(" \n")), lines[2:]...), nil)
	e, err := ParseEntry(withheld)
	if err != nil {
		t.Fatal(err)
	}
	if _, args, err := e.Intent(); args != nil || err != nil || !bytes.Equal(e.encode(), withheld) {
		t.Errorf("the withheld intent is %s, %v", args, err)
	}
}

// spareBit changes a part's line so that lenient base64 decoding does not notice.
func spareBit(line []byte) []byte {
	out := bytes.Clone(line)
	last := bytes.IndexByte(out, ' ') - 1
	out[last]++ // the last of 22 characters carries two bits: A, Q, g or w
	return out
}

// Whatever bytes an entry has, reading it does not panic, and what is read is what
// was there: it encodes to the same bytes.
func FuzzParseEntry(f *testing.F) {
	for _, text := range goldenEntries(f) {
		f.Add(text)
	}
	f.Add([]byte(`{"v":1,"seq":1,"parts":[{"k":"cost"}]}` + "\n \n"))
	f.Add([]byte(`{"v":1,"seq":3,"parts":[{"k":"after","id":"a"},{"k":"cost","id":"a"}]}` + "\n \n \n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := ParseEntry(text)
		if err != nil {
			return
		}
		if got := e.encode(); !bytes.Equal(got, text) {
			t.Fatalf("%q encodes as %q", text, got)
		}
		for _, img := range e.Images() {
			if img.Doc != nil && (img.Gone || img.Withheld) || img.Doc == nil && !img.Gone && !img.Withheld {
				t.Fatalf("image %+v", img)
			}
		}
		_, _ = e.Actor()
		_, _ = e.Reason()
		_, _ = e.Events()
		_, _, _ = e.Intent()
	})
}

// Whatever a head says, it is read without a panic, and only a signed one is opened.
func FuzzHead(f *testing.F) {
	f.Add("callout/x\n17\n" + strings.Repeat("A", 43) + "=\n\n— callout/x abc\n")
	f.Add("callout/x\n-1\n\n")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		if h, err := parseHead(text, text); err == nil {
			_ = h.Short()
			if h.Note != text {
				t.Fatal("the note is another")
			}
		}
		if _, err := openHead(text, nil); err == nil {
			t.Fatal("a head that nobody signed was opened")
		}
		if _, err := openHead(text, []string{text}); err == nil {
			t.Fatal("a head vouched for itself")
		}
	})
}

// The quick way of reading a leaf gives what encoding/json gives, or leaves it to that.
func FuzzParseLeaf(f *testing.F) {
	for _, text := range goldenEntries(f) {
		line, _, _ := bytes.Cut(text, []byte("\n"))
		f.Add(line)
		var l Leaf
		s := leafScanner{rest: string(line)}
		if s.leaf(&l); s.other || s.rest != "" {
			f.Errorf("a leaf that this package wrote is not read quickly: %s", line)
		}
	}
	f.Add([]byte(`{"v":1,"seq":01,"cmd":"00000000-0000-0000-0000-000000000000","type":"\u0041","at":"2026-01-05T08:00:00Z","parts":[]}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		var quick, slow Leaf
		s := leafScanner{rest: string(line)}
		s.leaf(&quick)
		err := json.Unmarshal(line, &slow)
		if s.other || s.rest != "" {
			return
		}
		if err != nil || !reflect.DeepEqual(quick, slow) {
			t.Fatalf("%s is read as %+v, encoding/json reads %+v, %v", line, quick, slow, err)
		}
	})
}

// The quick way of writing a leaf writes what encoding/json writes.
func TestEncodeLeaf(t *testing.T) {
	word := rapid.OneOf(rapid.SampledFrom([]string{"", "account", "K7", "TK-1001"}), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		l := Leaf{
			V: 1, Seq: rapid.Uint64().Draw(t, "seq"), Cmd: drawUUID(t), Type: word.Draw(t, "type"),
			At: time.UnixMilli(rapid.Int64Range(0, 1e13).Draw(t, "at")).UTC(), Device: word.Draw(t, "device"),
			Subject: ID(word.Draw(t, "subject")), Number: word.Draw(t, "number"), Undoes: rapid.Uint64Range(0, 2).Draw(t, "undoes"),
			Refused: fault.Kind(word.Draw(t, "refused")),
		}
		for range rapid.IntRange(0, 2).Draw(t, "numbers") {
			l.Numbers = append(l.Numbers, Numbered{word.Draw(t, "series"), 7, word.Draw(t, "number"), ID(word.Draw(t, "id")), word.Draw(t, "was")})
		}
		for range rapid.IntRange(0, 3).Draw(t, "parts") {
			l.Parts = append(l.Parts, PartHead{PartKind(word.Draw(t, "kind")), word.Draw(t, "coll"), ID(word.Draw(t, "id")),
				rapid.Uint64Range(0, 2).Draw(t, "prev"), word.Draw(t, "commit")})
		}
		want, err := encodeJSON(l)
		if err != nil {
			t.Fatal(err)
		}
		got, err := encodeLeaf(&l)
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%s, %v; want %s", got, err, want)
		}
	})
	at := time.UnixMilli(1767600000123).UTC()
	want, _ := encodeJSON(intentBody{At: at, Args: json.RawMessage(`{"a":"<&>"}`)})
	if got := encodeIntent(at, []byte(`{"a":"<&>"}`)); !bytes.Equal(got, want) {
		t.Errorf("%s, want %s", got, want)
	}
}
