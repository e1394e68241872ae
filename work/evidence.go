package work

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// Evidence is a file or a reading that shows what was found or done. The file lies beside the
// store under its SHA-256, its bytes untouched; the record knows only the digest.
type Evidence struct {
	store.Record
	Order       store.ID     `json:"order"`
	Task        store.ID     `json:"task,omitempty"`
	Deliverable store.ID     `json:"deliverable,omitempty"`
	Kind        EvidenceKind `json:"kind"`
	Title       string       `json:"title,omitempty"`
	File        string       `json:"file,omitempty"` // its name where it came from
	SHA256      string       `json:"sha256,omitempty"`
	Bytes       int64        `json:"bytes,omitempty"`
	MediaType   string       `json:"media_type,omitempty"`
	Value       string       `json:"value,omitempty"` // of a reading: a decimal
	Unit        string       `json:"unit,omitempty"`
	By          store.ID     `json:"by"`
	At          time.Time    `json:"at"`
	// Received is when the authority had the bytes and they matched.
	Received time.Time `json:"received,omitzero"`
}

// Here reports whether the evidence can be relied on at the authority: its bytes have
// arrived, or it is a reading without a file.
func (e *Evidence) Here() bool { return e.SHA256 == "" || !e.Received.IsZero() }

// EvidenceKind says what a piece of evidence is.
type EvidenceKind string

// The kinds of evidence.
const (
	Photo     EvidenceKind = "photo"
	Document  EvidenceKind = "document"
	Reading   EvidenceKind = "reading"
	Signature EvidenceKind = "signature"
)

// EvidenceKinds lists all kinds of evidence.
func EvidenceKinds() []EvidenceKind { return []EvidenceKind{Photo, Document, Reading, Signature} }

// Validate refuses what is no kind of evidence.
func (k EvidenceKind) Validate() error {
	if !slices.Contains(EvidenceKinds(), k) {
		return fault.Invalidf("kind", "%q is no kind of evidence; there are photo, document, reading and signature", k).
			With("evidence.kind")
	}
	return nil
}

// EvidenceRow is what a list of evidence shows.
type EvidenceRow struct {
	ID     store.ID     `json:"id"`
	Order  store.ID     `json:"order"`
	Kind   EvidenceKind `json:"kind"`
	Title  string       `json:"title,omitempty"`
	File   string       `json:"file,omitempty"`
	SHA256 string       `json:"sha256,omitempty"`
	Value  string       `json:"value,omitempty"` // of a reading, with its unit
	At     time.Time    `json:"at"`
}

// EvidenceItems holds the evidence, by order, by file digest.
var EvidenceItems = store.Define(store.Def[Evidence, EvidenceRow]{
	Name: "evidence", Prefix: "ev", Title: "piece of evidence",
	Row: func(e *Evidence) EvidenceRow {
		value := strings.TrimSpace(e.Value + " " + e.Unit)
		return EvidenceRow{e.ID, e.Order, e.Kind, e.Title, e.File, e.SHA256, value, e.At}
	},
	Indexes: []store.Index[Evidence]{
		{Name: "order", Keys: func(e *Evidence) []store.Key { return []store.Key{store.K(e.Order, e.At)} }},
		{Name: "sha256", Keys: func(e *Evidence) []store.Key {
			if e.SHA256 == "" {
				return nil
			}
			return []store.Key{store.K(e.SHA256)}
		}},
	},
})

// AddEvidence attaches a file or a reading to an order. The bytes are kept beside the
// store before the command is made; the command carries their digest.
type AddEvidence struct {
	Order       store.ID     `json:"order"`
	Task        store.ID     `json:"task,omitempty"`
	Deliverable store.ID     `json:"deliverable,omitempty"`
	Kind        EvidenceKind `json:"kind"`
	Title       string       `json:"title,omitempty"`
	File        string       `json:"file,omitempty"`
	SHA256      string       `json:"sha256,omitempty"`
	Bytes       int64        `json:"bytes,omitempty"`
	MediaType   string       `json:"media_type,omitempty"`
	Value       string       `json:"value,omitempty"`
	Unit        string       `json:"unit,omitempty"`
	// Kept says that the bytes lie beside the store of the authority and match. It counts in a shop that stands
	// alone, where nobody logs in; whoever works over a login sends the bytes, and evidence.received follows.
	Kept bool `json:"kept,omitempty"`
}

// Name implements store.Command.
func (c *AddEvidence) Name() string { return "evidence.add.v1" }

// Undoable implements store.Undoable.
func (c *AddEvidence) Undoable() {}

// Do implements store.Command.
func (c *AddEvidence) Do(tx *store.Tx) error {
	w, err := unfinishedOrder(tx, c.Order, "evidence cannot be added")
	if err != nil {
		return err
	}
	e := &Evidence{
		Order: w.ID, Task: c.Task, Deliverable: c.Deliverable, Kind: c.Kind, Title: c.Title, File: c.File,
		SHA256: strings.ToLower(c.SHA256), Bytes: c.Bytes, MediaType: c.MediaType, Value: c.Value, Unit: c.Unit,
		By: tx.Env.Actor.ID, At: tx.Env.OccurredAt,
	}
	if err := e.check(); err != nil {
		return err
	}
	if err := e.tied(tx, w); err != nil {
		return err
	}
	if c.Kept && e.SHA256 != "" && tx.Env.Actor.How == store.Asserted {
		e.Received = tx.Env.RecordedAt
	}
	e.ID = EvidenceItems.NewID(tx, "")
	tx.Returns(e.ID, "")
	tx.Emit("evidence.added", e.ID, map[string]any{"order": w.ID, "kind": e.Kind, "sha256": e.SHA256})
	return EvidenceItems.Put(tx, e)
}

// check tidies a piece of evidence and refuses what proves nothing.
func (e *Evidence) check() error {
	if err := e.Kind.Validate(); err != nil {
		return err
	}
	err := lines(
		lineField{"title", &e.Title}, lineField{"file", &e.File},
		lineField{"media_type", &e.MediaType}, lineField{"unit", &e.Unit},
	)
	if err != nil {
		return err
	}
	if e.Kind == Reading {
		n, err := money.ParseQuantity("value", e.Value)
		if err != nil {
			return err
		}
		e.Value = n.String()
	} else if e.Value != "" || e.Unit != "" {
		return fault.Invalidf("value", "only a reading has a value; this is a %s", e.Kind).With("evidence.value")
	}
	if e.SHA256 == "" {
		if e.Kind == Reading && e.Bytes == 0 && e.File == "" {
			return nil
		}
		return fault.Invalidf("sha256", "a %s needs a file", e.Kind).With("evidence.file")
	}
	if len(e.SHA256) != 64 || strings.Trim(e.SHA256, "0123456789abcdef") != "" {
		return fault.Invalidf("sha256", "%.70q is no SHA-256 of 64 hex digits", e.SHA256).With("evidence.sha256")
	}
	if e.Bytes <= 0 {
		return fault.Invalidf("bytes", "an empty file proves nothing").With("evidence.empty")
	}
	return nil
}

// tied checks the task and the deliverable that the evidence belongs to, and that the
// same file does not stand for the same thing twice.
func (e *Evidence) tied(r store.Reader, w *WorkOrder) error {
	if e.Task != "" {
		t, err := Tasks.Get(r, e.Task)
		if err != nil {
			return err
		}
		if t.Order != w.ID {
			return fault.Invalidf("task", "the task %s is not one of %s", t.Title, w.Number).With("evidence.task")
		}
	}
	if e.Deliverable != "" {
		d, err := Deliverables.Get(r, e.Deliverable)
		if err != nil {
			return err
		}
		if d.Order != w.ID {
			return fault.Invalidf("deliverable", "the deliverable %s is not one of %s", d.Title, w.Number).With("evidence.deliverable")
		}
		if d.Needs == NeedsSignOff {
			return fault.Invalidf("deliverable", "%s needs a sign-off, which no file can stand for", d.Title).
				With("evidence.deliverable").Hint("callout signoff record %s --name \"…\"", w.Number)
		}
		if string(d.Needs) != string(e.Kind) {
			return fault.Invalidf("deliverable", "%s needs a %s, not a %s", d.Title, d.Needs, e.Kind).With("evidence.deliverable")
		}
	}
	if e.SHA256 == "" {
		return nil
	}
	for o, err := range EvidenceItems.By(r, "sha256", store.K(e.SHA256)) {
		if err != nil {
			return err
		}
		if o.Order == e.Order && o.Task == e.Task && o.Deliverable == e.Deliverable && o.Kind == e.Kind {
			return fault.Conflictf("the file %s is attached to %s already (%s)", e.File, w.Number, o.ID).With("evidence.exists").
				Hint("callout evidence list %s", w.Number)
		}
	}
	return nil
}

// ReceiveEvidence records that the authority has the bytes of a digest and has compared
// them. It speaks for every piece of evidence with that digest.
type ReceiveEvidence struct {
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// Name implements store.Command.
func (c *ReceiveEvidence) Name() string { return "evidence.received.v1" }

// Do implements store.Command.
func (c *ReceiveEvidence) Do(tx *store.Tx) error {
	known := false
	for e, err := range EvidenceItems.By(tx, "sha256", store.K(strings.ToLower(c.SHA256))) {
		if err != nil {
			return err
		}
		known = true
		if e.Bytes != c.Bytes {
			return fault.Conflictf("the file %s has %d bytes, but %d arrived", e.File, e.Bytes, c.Bytes).With("evidence.bytes")
		}
		if !e.Received.IsZero() {
			continue
		}
		e.Received = tx.Env.RecordedAt
		if err := EvidenceItems.Put(tx, e); err != nil {
			return err
		}
		tx.Returns(e.ID, "")
		tx.Emit("evidence.received", e.ID, map[string]any{"order": e.Order, "sha256": e.SHA256})
	}
	if !known {
		return fault.NotFoundf("no evidence has the digest %.12s…", c.SHA256).With("evidence.unknown")
	}
	return nil
}

// missingEvidence lists what a task still needs. Needs of one kind add up: "a photo
// before" and "a photo after" are two photos.
func (t *Task) missingEvidence(r store.Reader, w *WorkOrder) ([]Blocker, error) {
	if len(t.Evidence) == 0 {
		return nil, nil
	}
	has := map[EvidenceKind]int{}
	for e, err := range EvidenceItems.By(r, "order", store.K(w.ID)) {
		if err != nil {
			return nil, err
		}
		if e.Task == t.ID {
			has[e.Kind]++
		}
	}
	var out []Blocker
	for _, kind := range EvidenceKinds() {
		needs, titles := 0, []string(nil)
		for _, n := range t.Evidence {
			if n.Kind == kind {
				needs += max(1, n.Count)
				if n.Title != "" {
					titles = append(titles, n.Title)
				}
			}
		}
		if has[kind] >= needs {
			continue
		}
		text := fmt.Sprintf("task %d (%s) has %d of %d pieces of evidence of kind %s", t.N, t.Title, has[kind], needs, kind)
		if len(titles) > 0 {
			text += ": " + strings.Join(titles, ", ")
		}
		fix := fmt.Sprintf("callout evidence add %s FILE --task %d --kind %s", w.Number, t.N, kind)
		if kind == Reading {
			fix = fmt.Sprintf("callout evidence add %s --task %d --value NUMBER --unit UNIT", w.Number, t.N)
		}
		out = append(out, Blocker{Code: "evidence.missing", Text: text, Fix: fix, Refs: []store.ID{t.ID}, Kind: kind})
	}
	return out, nil
}
