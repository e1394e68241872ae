package store

import (
	"slices"
	"sync"

	"golang.org/x/mod/sumdb/tlog"
)

// parsing reads journal entries on a goroutine of its own, ahead of a replay that takes them in. What an entry says, and the
// index entries of what it holds, do not depend on what is stored.
type parsing struct {
	runs chan []parsed
	done chan struct{}
	all  sync.WaitGroup
}

// parsed is an entry that was read, or why it cannot be.
type parsed struct {
	text   []byte
	entry  *Entry
	hash   tlog.Hash
	images []parsedImage
	err    error
}

// parsedImage is a record as an entry leaves it, with its index entries.
type parsedImage struct {
	Image
	coll    AnyCollection // nil where the schema has none of the name
	entries []indexEntry
	err     error
}

// parseRun is how many entries are handed over at once.
const parseRun = 64

// parse begins to read some entries. Whoever begins has to stop it, too.
func (c *compiled) parse(texts [][]byte) *parsing {
	p := &parsing{runs: make(chan []parsed, len(texts)/parseRun+1), done: make(chan struct{})}
	p.all.Go(func() {
		defer close(p.runs)
		for texts := range slices.Chunk(texts, parseRun) {
			run := make([]parsed, len(texts))
			for i, text := range texts {
				run[i] = c.parseOne(text)
			}
			select {
			case p.runs <- run:
			case <-p.done:
				return
			}
		}
	})
	return p
}

func (c *compiled) parseOne(text []byte) parsed {
	e, err := ParseEntry(text)
	if err != nil {
		return parsed{err: err}
	}
	out := parsed{text: text, entry: e, hash: tlog.RecordHash(e.raw)}
	for _, img := range e.Images() {
		i := parsedImage{Image: img, coll: c.byName[img.Collection]}
		if i.coll != nil && !img.Withheld && !img.Gone {
			i.entries, i.err = i.coll.entries(img.Doc)
		}
		out.images = append(out.images, i)
	}
	return out
}

// each hands the entries over in order, until one is refused.
func (p *parsing) each(take func(parsed) error) error {
	for run := range p.runs {
		for _, one := range run {
			if err := take(one); err != nil {
				return err
			}
		}
	}
	return nil
}

// stop ends the reading. The texts are not looked at any more.
func (p *parsing) stop() {
	close(p.done)
	p.all.Wait()
}
