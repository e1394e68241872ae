package server

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"

	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// keyed is a lock for each name that is in use.
type keyed struct {
	mu    sync.Mutex
	locks map[string]*held
}

type held struct {
	sync.Mutex
	users int
}

// lock waits for a name and returns what lets it go.
func (k *keyed) lock(name string) (unlock func()) {
	k.mu.Lock()
	if k.locks == nil {
		k.locks = map[string]*held{}
	}
	h := k.locks[name]
	if h == nil {
		h = &held{}
		k.locks[name] = h
	}
	h.users++
	k.mu.Unlock()
	h.Lock()
	return func() {
		h.Unlock()
		k.mu.Lock()
		if h.users--; h.users == 0 {
			delete(k.locks, name)
		}
		k.mu.Unlock()
	}
}

// digest reads the digest in a path.
func digest(c *call) (string, error) {
	sha := strings.ToLower(c.PathValue("sha256"))
	if b, err := hex.DecodeString(sha); err != nil || len(b) != 32 {
		return "", fault.Invalidf("sha256", "%.70q is no SHA-256 of 64 hex digits", sha).With("evidence.sha256")
	}
	return sha, nil
}

// evidenceOf finds a piece of evidence with the digest in the path, first one whose bytes have not been received: bytes
// that no record names are not taken in.
func (s *Server) evidenceOf(c *call) (out *work.Evidence, err error) {
	sha, err := digest(c)
	if err != nil {
		return nil, err
	}
	err = s.shop.View(c.Context(), func(r store.Reader) error {
		for e, err := range work.EvidenceItems.By(r, "sha256", store.K(sha)) {
			if err != nil {
				return err
			}
			if out = e; !e.Here() {
				return nil
			}
		}
		if out == nil {
			return fault.NotFoundf("no evidence has the digest %.12s…", sha).With("evidence.unknown")
		}
		return nil
	})
	return out, err
}

// EvidenceState is how much of a file has arrived.
type EvidenceState struct {
	SHA256  string `json:"sha256"`
	Arrived int64  `json:"arrived"`
	Bytes   int64  `json:"bytes"`
	Whole   bool   `json:"whole"`
}

// evidenceState says where an upload goes on.
func evidenceState(s *Server, w http.ResponseWriter, c *call) error {
	e, err := s.evidenceOf(c)
	if err != nil {
		return err
	}
	sha := e.SHA256
	n, whole := s.shop.Evidence.Arrived(sha)
	return sendJSON(w, http.StatusOK, EvidenceState{SHA256: sha, Arrived: n, Bytes: e.Bytes, Whole: whole})
}

// putEvidence takes a piece of a file. When the last one has come and the digest is right, that is journaled.
func putEvidence(s *Server, w http.ResponseWriter, c *call) error {
	e, err := s.evidenceOf(c)
	if err != nil {
		return err
	}
	sha := e.SHA256
	offset, err := pieceOf(c.Header.Get("Content-Range"), e.Bytes)
	if err != nil {
		return err
	}
	defer s.pieces.lock(sha)()
	whole, err := s.shop.Evidence.Append(sha, offset, e.Bytes, c.Body)
	if err != nil {
		return err
	}
	if whole {
		if err := s.received(c, e); err != nil {
			return err
		}
	}
	n, _ := s.shop.Evidence.Arrived(sha)
	return sendJSON(w, http.StatusOK, EvidenceState{SHA256: sha, Arrived: n, Bytes: e.Bytes, Whole: whole})
}

// received journals that the bytes are here, once.
func (s *Server) received(c *call, e *work.Evidence) error {
	if e.Here() {
		return nil
	}
	id := store.CommandIDFrom("evidence.received", string(e.ID), e.SHA256)
	recs, err := s.queue.submit(c.Context(), []store.Intent{{
		ID: id, Cmd: &work.ReceiveEvidence{SHA256: e.SHA256, Bytes: e.Bytes}, Actor: store.Actor{Name: "callout", How: store.Process},
	}})
	if err != nil {
		return err
	}
	return recs[0].Err
}

// pieceOf reads where a piece begins; without a Content-Range it is the whole file.
func pieceOf(header string, total int64) (offset int64, err error) {
	if header == "" {
		return 0, nil
	}
	var first, last, size int64
	if n, err := fmt.Sscanf(header, "bytes %d-%d/%d", &first, &last, &size); err != nil || n != 3 || first < 0 || last < first || size != total {
		return 0, fault.Invalidf("Content-Range", "%.60q is no piece of a file of %d bytes", header, total).
			With("evidence.range").Hint("Content-Range: bytes 0-1048575/%d", total)
	}
	return first, nil
}

// getEvidence sends a file, or a range of it.
func getEvidence(s *Server, w http.ResponseWriter, c *call) error {
	e, err := s.evidenceOf(c)
	if err != nil {
		return err
	}
	sha := e.SHA256
	f, err := os.Open(s.shop.Evidence.Path(sha))
	if err != nil {
		return fault.NotFoundf("the file of %s has not arrived", e.ID).With("evidence.missing")
	}
	defer func() { _ = f.Close() }()
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream") // whatever it says of itself, nobody's browser opens it
	h.Set("Content-Disposition", "attachment; filename="+strconv.Quote(sha))
	h.Set("ETag", `"`+sha+`"`)
	h.Set("Cache-Control", "private, max-age=31536000, immutable")
	http.ServeContent(w, c.Request, "", e.At, f)
	return nil
}
