package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"callout/internal/fault"
	"callout/shop"
	"callout/store"
)

// look runs fn on what whoever asks may see. It is the only way in which answers read the shop.
func (s *Server) look(c *call, fn func(r *shop.Sight) error) error {
	n, err := c.atLeast()
	if err != nil {
		return err
	}
	return s.view(c.Context(), n, func(r store.Reader) error { return fn(shop.See(r, c.who.Person, c.who.Roles)) })
}

// Collection is a kind of record that can be read.
type Collection struct {
	Name    string   `json:"name"`
	Title   string   `json:"title"`
	Prefix  string   `json:"prefix"`
	Indexes []string `json:"indexes"`
}

// Collections is the list of them.
type Collections struct {
	Items []Collection `json:"items"`
}

func listCollections(s *Server, w http.ResponseWriter, _ *call) error {
	out := Collections{Items: []Collection{}}
	for _, sh := range s.shop.Shapes() {
		indexes := sh.Indexes
		if indexes == nil {
			indexes = []string{}
		}
		out.Items = append(out.Items, Collection{sh.Name, sh.Title, sh.Prefix, indexes})
	}
	return sendJSON(w, http.StatusOK, out)
}

// Records is a page of a collection.
type Records struct {
	Items []json.RawMessage `json:"items"`
	Next  string            `json:"next,omitempty"` // the cursor of the next page; none is the end
	// Journal is how many entries the journal had: what at-least takes.
	Journal uint64 `json:"journal"`
}

// Limits of a page.
const (
	pageRecords = 100
	mostRecords = 1000
)

// listRecords answers with a page of a collection, in the order of an index.
func listRecords(s *Server, w http.ResponseWriter, c *call) error {
	l := listing{collection: c.PathValue("collection"), index: c.query("index"), backwards: c.query("order") == "desc"}
	limit, err := c.number("limit", pageRecords, mostRecords)
	if err != nil {
		return err
	}
	q := c.URL.Query()
	if l.prefix, err = keyOf(q["key"], q.Get("prefix")); err != nil {
		return err
	}
	if l.index == "" && len(q["key"]) > 0 {
		return fault.Invalidf("key", "a key is one of an index: name that, too").With("query.index").Hint("GET /v1/collections lists the indexes")
	}
	if l.index == "" {
		l.prefix = []byte(q.Get("prefix")) // ids stand for themselves
	}
	rng, err := l.from(c.query("cursor"))
	if err != nil {
		return err
	}
	out := Records{Items: []json.RawMessage{}}
	unchanged := false
	err = s.look(c, func(r *shop.Sight) error {
		if out.Journal, err = store.Size(r); err != nil {
			return err
		}
		if unchanged = c.knows(w, fmt.Sprintf(`"j%d"`, out.Journal)); unchanged {
			return nil
		}
		var last []byte
		return s.shop.Browse(r, l.collection, l.index, rng, func(f store.Found) bool {
			if uint64(len(out.Items)) == max(limit, 1) {
				out.Next = l.cursor(last)
				return false
			}
			last = f.Key
			out.Items = append(out.Items, f.Doc)
			return true
		})
	})
	if err != nil {
		return err
	}
	if unchanged {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	return sendJSON(w, http.StatusOK, out)
}

// showRecord answers with one record, named by id, number or name.
func showRecord(s *Server, w http.ResponseWriter, c *call) error {
	coll, ref := c.PathValue("collection"), c.PathValue("ref")
	var doc json.RawMessage
	unchanged := false
	err := s.look(c, func(r *shop.Sight) error {
		id, err := s.shop.LookUp(r, coll, ref)
		if err != nil {
			return err
		}
		if doc, err = s.shop.Document(r, id); err != nil {
			return err
		}
		if doc == nil {
			return fault.NotFoundf("there is no %s %s", strings.ReplaceAll(coll, "_", " "), ref)
		}
		n, err := s.shop.WrittenBy(r, id)
		unchanged = c.knows(w, fmt.Sprintf(`"%d"`, n))
		return err
	})
	if err != nil {
		return err
	}
	if unchanged {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	return sendJSON(w, http.StatusOK, doc)
}

// knows sets an answer's tag, and reports whether whoever asks has that answer already.
func (c *call) knows(w http.ResponseWriter, tag string) bool {
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "private, no-cache")
	for have := range strings.SplitSeq(c.Header.Get("If-None-Match"), ",") {
		if strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(have), "W/")) == tag {
			return true
		}
	}
	return false
}
