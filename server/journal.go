package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"callout/internal/fault"
	"callout/shop"
	"callout/store"

	"github.com/google/uuid"
)

// JournalEntry is an entry of the journal, taken apart. Leaf is the text that the journal's tree has hashed.
type JournalEntry struct {
	Entry    uint64          `json:"entry"`
	Recorded time.Time       `json:"recorded"`
	Occurred time.Time       `json:"occurred"`
	ID       uuid.UUID       `json:"id"`
	Name     string          `json:"name"`
	Args     json.RawMessage `json:"args,omitempty"` // left out where it was withheld
	Actor    store.Actor     `json:"actor"`
	Device   string          `json:"device,omitempty"`
	Reason   string          `json:"reason,omitempty"`
	Subject  store.ID        `json:"subject,omitempty"`
	Number   string          `json:"number,omitempty"`
	Undoes   uint64          `json:"undoes,omitempty"`
	Refused  *fault.Error    `json:"refused,omitempty"`
	Events   []store.Event   `json:"events,omitempty"`
	Records  []JournalRecord `json:"records,omitempty"`
	Leaf     string          `json:"leaf"`
}

// JournalRecord is a record as an entry has left it.
type JournalRecord struct {
	Collection string          `json:"collection"`
	ID         store.ID        `json:"id"`
	Before     uint64          `json:"before,omitempty"` // the entry that wrote it before
	After      json.RawMessage `json:"after,omitempty"`  // none where it was deleted, or withheld
}

func entryOf(e *store.Entry) (JournalEntry, error) {
	out := JournalEntry{
		Entry: e.Leaf.Seq, Recorded: e.Leaf.At, ID: e.Leaf.Cmd, Name: e.Leaf.Type, Device: e.Leaf.Device,
		Subject: e.Leaf.Subject, Number: e.Leaf.Number, Undoes: e.Leaf.Undoes, Leaf: string(e.LeafText()),
	}
	var bad [4]error
	out.Actor, bad[0] = e.Actor()
	out.Reason, bad[1] = e.Reason()
	out.Events, bad[2] = e.Events()
	out.Occurred, out.Args, bad[3] = e.Intent()
	if err := e.Refusal(); err != nil {
		var f *fault.Error
		if errors.As(err, &f) {
			out.Refused = f
		}
	}
	for _, img := range e.Images() {
		out.Records = append(out.Records, JournalRecord{img.Collection, img.ID, img.Prev, img.Doc})
	}
	return out, errors.Join(bad[:]...)
}

// Journal is a page of the journal.
type Journal struct {
	Entries []JournalEntry `json:"entries"`
	Next    uint64         `json:"next"` // what after takes for the next page
	Size    uint64         `json:"size"` // how many entries there are
}

// Limits of reading the journal.
const (
	pageEntries = 100
	mostEntries = 2000
	mostWait    = 60 * time.Second
	beat        = 15 * time.Second
)

// page reads entries behind one.
func (s *Server) page(c *call, after, limit uint64) (Journal, error) {
	out := Journal{Entries: []JournalEntry{}, Next: after}
	err := s.look(c, func(r *shop.Sight) (err error) {
		if out.Size, err = store.Size(r); err != nil {
			return err
		}
		if after >= out.Size {
			return nil
		}
		for e, err := range store.Entries(r, after+1, false) {
			if err != nil {
				return err
			}
			one, err := entryOf(e)
			if err != nil {
				return err
			}
			out.Entries, out.Next = append(out.Entries, one), one.Entry
			if uint64(len(out.Entries)) >= limit {
				break
			}
		}
		return nil
	})
	return out, err
}

// readJournal answers with a page of the journal; with wait it waits for one that is not empty.
func readJournal(s *Server, w http.ResponseWriter, c *call) error {
	after, err := c.number("after", 0, 1<<62)
	if err != nil {
		return err
	}
	limit, err := c.number("limit", pageEntries, mostEntries)
	if err != nil {
		return err
	}
	if text := c.query("wait"); text != "" {
		wait, err := time.ParseDuration(text)
		if err != nil || wait < 0 || wait > mostWait {
			return fault.Invalidf("wait", "%.40q is no duration up to %s", text, mostWait).With("query.wait").Hint("wait=30s")
		}
		if err := s.longer(w, wait+answerTime); err != nil {
			return err
		}
		if err := s.grown(c.Context(), after, wait); err != nil {
			return err
		}
	}
	out, err := s.page(c, after, max(limit, 1))
	if err != nil {
		return err
	}
	return sendJSON(w, http.StatusOK, out)
}

// longer moves the deadline of an answer that waits for something. A connection without deadlines is fine, too.
func (s *Server) longer(w http.ResponseWriter, by time.Duration) error {
	err := http.NewResponseController(w).SetWriteDeadline(s.now().Add(by))
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}

// streamJournal sends every entry as it comes, as server-sent events, until whoever asks goes away or
// their token does not count any more.
func streamJournal(s *Server, w http.ResponseWriter, c *call) error {
	after, err := c.number("after", 0, 1<<62)
	if err != nil {
		return err
	}
	if text := c.Header.Get("Last-Event-ID"); text != "" {
		if after, err = strconv.ParseUint(text, 10, 63); err != nil {
			return fault.Invalidf("Last-Event-ID", "%.40q is no entry", text).With("query.number")
		}
	}
	flush := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	for {
		if err := s.longer(w, beat+answerTime); err != nil {
			return err
		}
		page, err := s.page(c, after, pageEntries)
		if err != nil {
			return err
		}
		for _, e := range page.Entries {
			text, err := json.Marshal(e)
			if err != nil {
				return fault.Internalf("an entry cannot be written").Because(err)
			}
			if _, err := fmt.Fprintf(w, "id: %d\nevent: entry\ndata: %s\n\n", e.Entry, text); err != nil {
				return nil //nolint:nilerr // whoever asked has gone away
			}
		}
		after = page.Next
		if len(page.Entries) == 0 {
			if _, err := fmt.Fprint(w, ": nothing new\n\n"); err != nil {
				return nil //nolint:nilerr // whoever asked has gone away
			}
		}
		if err := flush.Flush(); err != nil {
			return nil //nolint:nilerr // whoever asked has gone away
		}
		select {
		case <-s.leaving:
			return nil
		case <-c.Context().Done():
			return nil
		default:
		}
		if err := s.grown(c.Context(), after, beat); err != nil {
			return nil //nolint:nilerr // the stream ends; the next one says why
		}
		if again, err := s.identify(c.Request); err != nil || !shop.May(again.Roles, shop.OpJournal) {
			return nil //nolint:nilerr // the token has ended, and so does the stream
		}
	}
}
