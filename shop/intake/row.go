package intake

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

	"callout/internal/fault"
	"callout/store"

	"github.com/google/uuid"
)

// Origin says where a row came from. It stands in the row's command and, in short, in the
// record that the row became.
type Origin struct {
	Source string `json:"source"`
	// Row is the row's key; without key columns, a digest of its content, and which of the
	// rows with this content it is.
	Row string `json:"row"`

	// These are known since the row was read, where it was.
	digest string   // of the row's command
	note   store.ID // that the row is in
}

// String returns the origin as records keep it.
func (o Origin) String() string { return clip(o.Source+": "+o.Row, 150) }

// commandID is the id of the row's command: the same whenever the row comes again.
func (o Origin) commandID(c rowCommand) uuid.UUID {
	noun, _, _ := strings.Cut(c.Name(), ".") // without its version
	return store.CommandIDFrom("import", o.Source, noun, o.Row)
}

// rowID is the id of the note that the row is in, by the id of the row's command.
func rowID(id uuid.UUID) store.ID {
	return store.ID("row_" + crockford.EncodeToString(id[:]))
}

// rowCommand is the command that a row becomes.
type rowCommand interface {
	store.Command
	from() *Origin
	// steps runs the rooms' own commands and returns what the row became.
	steps(tx *store.Tx) (subject store.ID, number string, err error)
}

// identify tells rows apart. It counts the rows that came, so it sees every row of the
// file, once and in order.
type identify struct {
	source string
	key    []int
	seen   map[[16]byte]uint32
}

func newIdentify(m *Mapping, at map[string]int) *identify {
	id := &identify{source: m.Source, seen: map[[16]byte]uint32{}}
	for _, name := range m.Key {
		id.key = append(id.key, at[name])
	}
	return id
}

// of returns a row's origin. The message says why there is none, or is "".
func (id *identify) of(row Row) (Origin, string) {
	if len(id.key) == 0 {
		sum := sha256.Sum256([]byte(strings.Join(escape(row.Cells), "\x1f")))
		short := [16]byte(sum[:16])
		id.seen[short]++
		return Origin{Source: id.source, Row: hex.EncodeToString(short[:]) + "/" + strconv.Itoa(int(id.seen[short]))}, ""
	}
	parts := make([]string, len(id.key))
	some := false
	for i, at := range id.key {
		if at < len(row.Cells) {
			parts[i] = strings.TrimSpace(row.Cells[at])
		}
		some = some || parts[i] != ""
	}
	if !some {
		return Origin{}, "the key of the row is empty"
	}
	return Origin{Source: id.source, Row: strings.Join(escape(parts), "|")}, ""
}

// escape keeps the joints of joined texts apart from what is in them.
func escape(parts []string) []string {
	out := make([]string, len(parts))
	for i, p := range parts {
		out[i] = joints.Replace(p)
	}
	return out
}

var joints = strings.NewReplacer(`\`, `\\`, "|", `\|`, "\x1f", `\u`)

// brought is the note that a row is in: what it became, and a digest of what it said.
type brought struct {
	store.Record
	Subject store.ID `json:"subject"`
	Number  string   `json:"number,omitempty"`
	Digest  string   `json:"digest"`
}

// rows holds the notes under the ids of the rows' commands, whatever brought them in: each
// by itself, or all with one last command.
var rows = store.Define(store.Def[brought, store.NoRow]{
	Name: "import_row", Prefix: "row", Title: "imported row",
})

// crockford is the alphabet of ids.
var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// The codes of the two ways in which a row can have been here.
const (
	codeAgain   = "import.again"
	codeDiffers = "import.differs"
)

// lookUp returns nil when a row is not in yet, and otherwise the refusal to bring it in
// again: with codeAgain if it said the same, with codeDiffers if not.
func lookUp(r store.Reader, row store.ID, digest string) error {
	was, ok, err := rows.Try(r, row)
	if err != nil || !ok {
		return err
	}
	what := string(was.Subject)
	if was.Number != "" {
		what = was.Number
	}
	if was.Digest == digest {
		return fault.Conflictf("the row is in already, as %s", what).With(codeAgain)
	}
	return fault.Conflictf("the row came in before, as %s, and says something else now: an import never changes what is in", what).
		With(codeDiffers).Hint("callout log %s", what)
}

// digestOf is a digest of what a row's command says.
func digestOf(c store.Command) (string, error) {
	doc, err := json.Marshal(c)
	if err != nil {
		return "", fault.Internalf("a row cannot be written as a command").Because(err)
	}
	return digestOfJSON(doc), nil
}

// digestOfJSON is digestOf a command that is JSON already. The digest is of JSON with the signs of HTML escaped, which
// commands are not stored with.
func digestOfJSON(doc []byte) string {
	if bytes.ContainsAny(doc, "<>&") {
		var escaped bytes.Buffer
		json.HTMLEscape(&escaped, doc)
		doc = escaped.Bytes()
	}
	sum := sha256.Sum256(doc)
	return hex.EncodeToString(sum[:16])
}

// bring runs a row's command, once ever, and notes that the row is in.
func bring(tx *store.Tx, c rowCommand) (err error) {
	digest, row := c.from().digest, c.from().note
	if digest == "" {
		if digest, err = digestOf(c); err != nil {
			return err
		}
		row = rowID(c.from().commandID(c))
	}
	if err := lookUp(tx, row, digest); err != nil {
		return err
	}
	subject, number, err := c.steps(tx)
	if err != nil {
		return err
	}
	note := &brought{Subject: subject, Number: number, Digest: digest}
	note.ID = row
	if err := rows.Put(tx, note); err != nil {
		return err
	}
	tx.Returns(subject, number)
	return nil
}

// step runs a room's own command as a part of a row's.
func step(tx *store.Tx, name string, c store.Command) (store.ID, string, error) {
	return tx.Sub(store.CommandIDFrom(tx.Env.CommandID.String(), name), c)
}
