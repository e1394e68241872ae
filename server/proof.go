package server

import (
	"net/http"
	"strconv"

	"callout/internal/fault"
	"callout/shop"
	"callout/store"

	"golang.org/x/mod/sumdb/tlog"
)

// Head is the journal's newest signed head: a note that anybody can check who has the key.
type Head struct {
	Size uint64   `json:"size"`
	Root string   `json:"root"` // base64 of the RFC 6962 root
	Note string   `json:"note"` // a C2SP checkpoint, signed with Ed25519
	Keys []string `json:"keys"` // the keys that sign this journal, as note.NewVerifier takes them
}

func showHead(s *Server, w http.ResponseWriter, c *call) error {
	var out Head
	err := s.look(c, func(r *shop.Sight) error {
		h, err := store.CurrentHead(r)
		if err != nil {
			return err
		}
		out = Head{Size: h.Size, Root: h.Root.String(), Note: h.Note}
		out.Keys, err = store.SignedBy(r)
		return err
	})
	if err != nil {
		return err
	}
	return sendJSON(w, http.StatusOK, out)
}

// EntryProof shows that an entry is in the journal, to whoever has a signed head of that size (RFC 6962, 2.1.1).
type EntryProof struct {
	Entry  uint64   `json:"entry"`
	Size   uint64   `json:"size"`
	Leaf   string   `json:"leaf"`   // SHA-256 of a zero byte and this text is the leaf's hash
	Hashes []string `json:"hashes"` // base64, from the leaf upwards
	Note   string   `json:"note,omitempty"`
}

func proveEntry(s *Server, w http.ResponseWriter, c *call) error {
	seq, err := strconv.ParseUint(c.PathValue("entry"), 10, 63)
	if err != nil {
		return fault.Invalidf("entry", "%.40q is no entry", c.PathValue("entry")).With("query.number")
	}
	out := EntryProof{Entry: seq}
	if out.Size, err = c.number("size", 0, 1<<62); err != nil {
		return err
	}
	err = s.look(c, func(r *shop.Sight) error {
		head, err := store.CurrentHead(r)
		if err != nil {
			return err
		}
		if out.Size == 0 {
			out.Size = head.Size
		}
		if out.Size == head.Size {
			out.Note = head.Note
		}
		p, err := store.ProveEntry(r, seq, out.Size)
		if err != nil {
			return err
		}
		out.Hashes = words(p)
		e, err := store.ReadEntry(r, seq)
		if err == nil {
			out.Leaf = string(e.LeafText())
		}
		return err
	})
	if err != nil {
		return err
	}
	return sendJSON(w, http.StatusOK, out)
}

// GrowthProof shows that the journal only ever grew between two sizes (RFC 6962, 2.1.2).
type GrowthProof struct {
	From   uint64   `json:"from"`
	To     uint64   `json:"to"`
	Hashes []string `json:"hashes"`
}

func proveGrowth(s *Server, w http.ResponseWriter, c *call) error {
	var out GrowthProof
	var err error
	if out.From, err = c.number("from", 0, 1<<62); err != nil {
		return err
	}
	if out.To, err = c.number("to", 0, 1<<62); err != nil {
		return err
	}
	err = s.look(c, func(r *shop.Sight) error {
		if out.To == 0 {
			if out.To, err = store.Size(r); err != nil {
				return err
			}
		}
		p, err := store.ProveGrowth(r, out.From, out.To)
		out.Hashes = words(p)
		return err
	})
	if err != nil {
		return err
	}
	return sendJSON(w, http.StatusOK, out)
}

func words(hashes []tlog.Hash) []string {
	out := make([]string, len(hashes))
	for i, h := range hashes {
		out[i] = h.String()
	}
	return out
}
