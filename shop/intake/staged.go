package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"callout/internal/fault"
	"callout/store"
)

// chunkRows is how many rows one staged record holds.
const chunkRows = 250

// staged is a part of a file that waits to become visible with all of its rows. Nothing
// reads it but the command that publishes it, and the one that throws it away.
type staged struct {
	store.Record
	Source string            `json:"source"`
	Kind   string            `json:"kind"`
	Batch  string            `json:"batch"` // digest of all rows that wait
	N      int               `json:"n"`     // 0, 1, … within the batch
	Rows   []json.RawMessage `json:"rows"`  // the rows' commands
}

// chunkRow is what can be known of a chunk without reading it.
type chunkRow struct {
	ID    store.ID `json:"id"`
	Batch string   `json:"batch"`
	N     int      `json:"n"`
}

var chunks = store.Define(store.Def[staged, chunkRow]{
	Name: "import_batch", Prefix: "chunk", Title: "part of an import",
	Row: func(s *staged) chunkRow { return chunkRow{s.ID, s.Batch, s.N} },
	Indexes: []store.Index[staged]{{
		Name: "source", Unique: true,
		Keys: func(s *staged) []store.Key { return []store.Key{store.K(s.Source, s.Kind, s.Batch, s.N)} },
	}},
})

// Collections lists the collections of this package, for the schema.
func Collections() []store.AnyCollection { return []store.AnyCollection{rows, chunks} }

// Commands lists the commands of this package, for the schema.
func Commands() []func() store.Command {
	out := []func() store.Command{
		func() store.Command { return &Stage{} },
		func() store.Command { return &Publish{} },
		func() store.Command { return &PublishForGood{} },
		func() store.Command { return &Discard{} },
	}
	for _, k := range kinds() {
		out = append(out, func() store.Command { return k.empty() })
	}
	return out
}

// batchOf is the digest of rows that come in together.
func batchOf(all []*pending) string {
	h := sha256.New()
	for _, p := range all {
		h.Write(p.id[:])
		h.Write([]byte(p.digest))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Stage keeps a part of an import until all of it is there.
type Stage struct {
	Source string            `json:"source"`
	Kind   string            `json:"kind"`
	Batch  string            `json:"batch"`
	N      int               `json:"n"`
	Rows   []json.RawMessage `json:"rows"`
}

// Name implements store.Command.
func (c *Stage) Name() string { return "import.stage.v1" }

// Undoable implements store.Undoable.
func (c *Stage) Undoable() {}

// Do implements store.Command.
func (c *Stage) Do(tx *store.Tx) error {
	if kindOf(c.Kind) == nil {
		return fault.Invalidf("kind", "%q is nothing that can be imported", c.Kind)
	}
	rec := &staged{Source: c.Source, Kind: c.Kind, Batch: c.Batch, N: c.N, Rows: c.Rows}
	rec.ID = chunks.NewID(tx, "")
	return chunks.Put(tx, rec)
}

// Publish makes all staged rows of a batch what they are to become, in one entry: they are
// visible together, or the batch stays as it is. Undoing it takes all of them back.
type Publish struct{ Waiting }

// Name implements store.Command.
func (c *Publish) Name() string { return "import.publish.v1" }

// Undoable implements store.Undoable.
func (c *Publish) Undoable() {}

// Do implements store.Command.
func (c *Publish) Do(tx *store.Tx) error { return c.publish(tx) }

// PublishForGood is Publish for rows that cannot be taken back, such as prices: orders may
// have pinned the revision that they made.
type PublishForGood struct{ Waiting }

// Name implements store.Command.
func (c *PublishForGood) Name() string { return "import.publish_for_good.v1" }

// Do implements store.Command.
func (c *PublishForGood) Do(tx *store.Tx) error { return c.publish(tx) }

// Waiting names the staged rows that are to be published.
type Waiting struct {
	Source string `json:"source"`
	Kind   string `json:"kind"`
	Batch  string `json:"batch"`
	Rows   int    `json:"rows"` // how many there must be
}

// command is the one that publishes the rows.
func (c Waiting) command() store.Command {
	if k := kindOf(c.Kind); k != nil {
		if _, undo := store.Command(k.empty()).(store.Undoable); !undo {
			return &PublishForGood{c}
		}
	}
	return &Publish{c}
}

func (c *Waiting) publish(tx *store.Tx) error {
	k := kindOf(c.Kind)
	if k == nil {
		return fault.Invalidf("kind", "%q is nothing that can be imported", c.Kind)
	}
	var parts []store.ID
	for id, err := range chunks.IDs(tx, "source", store.K(c.Source, c.Kind, c.Batch)) {
		if err != nil {
			return err
		}
		parts = append(parts, id)
	}
	n := 0
	for _, id := range parts {
		part, err := chunks.Get(tx, id)
		if err != nil {
			return err
		}
		for _, doc := range part.Rows {
			if err := publishRow(tx, k, doc); err != nil {
				return err
			}
			n++
		}
		if err := chunks.Delete(tx, id); err != nil {
			return err
		}
	}
	if n != c.Rows {
		return fault.Conflictf("%d rows are staged where %d should be", n, c.Rows).With("import.unstaged").
			Hint("run the same import again")
	}
	tx.Emit("import.published", "", map[string]any{"source": c.Source, "kind": c.Kind, "rows": n})
	return nil
}

func publishRow(tx *store.Tx, k *kind, doc json.RawMessage) error {
	cmd := k.empty()
	if err := json.Unmarshal(doc, cmd); err != nil {
		return fault.Invalidf("rows", "a staged row cannot be read").Because(err)
	}
	_, _, err := tx.Sub(cmd.from().commandID(cmd), cmd)
	return err
}

// Discard throws staged rows of a source away that were never published: those of every
// batch but one.
type Discard struct {
	Source string `json:"source"`
	Kind   string `json:"kind"`
	Keep   string `json:"keep,omitempty"` // the batch that stays
}

// Name implements store.Command.
func (c *Discard) Name() string { return "import.discard.v1" }

// Undoable implements store.Undoable.
func (c *Discard) Undoable() {}

// Do implements store.Command.
func (c *Discard) Do(tx *store.Tx) error {
	for row, err := range chunks.Rows(tx, "source", store.Prefix(store.K(c.Source, c.Kind))) {
		if err != nil {
			return err
		}
		if row.Batch == c.Keep {
			continue
		}
		if err := chunks.Delete(tx, row.ID); err != nil {
			return err
		}
	}
	return nil
}
