package storetest

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"callout/internal/fault"
	"callout/store"
)

// Busy fills a shop with one of everything.
func (s *Shop) Busy() {
	s.tb.Helper()
	s.Must(&PublishPolicy{Of: "Gold", Hours: 4})
	var accounts []store.ID
	for i := range 6 {
		rec := s.Must(&CreateAccount{
			Called: fmt.Sprintf("Account %d", i), City: []string{"Graz", "Vienna", ""}[i%3],
			Tags: []string{"t", fmt.Sprint(i)}[:i%3], Balance: i, Margin: []string{"", "0.2"}[i%2],
		})
		accounts = append(accounts, rec.Subject)
	}
	for i := range 5 {
		tk := s.Must(&OpenTicket{Account: accounts[i], Policy: []string{"", "Gold"}[i%2]})
		if i == 2 {
			s.Must(&CloseTicket{ID: tk.Subject})
		}
	}
	edit := s.Must(&EditAccount{ID: accounts[1], Balance: ptr(77)})
	s.Must(&store.Undo{Entry: edit.Seq})
	s.Must(&DeleteAccount{ID: accounts[5]})
}

// Verified fails the test unless the shop verifies without a finding.
func (s *Shop) Verified() *store.Report {
	s.tb.Helper()
	rep, err := s.Verify(s.tb.Context(), store.VerifyOptions{})
	if err != nil {
		s.tb.Fatal(err)
	}
	for _, f := range rep.Findings {
		s.tb.Errorf("%s", f)
	}
	return rep
}

// tamper writes past the store.
func tamper(t *testing.T, e store.Engine, w ...store.Write) {
	t.Helper()
	err := e.Commit(t.Context(), func(store.Reader) (store.Batch, error) { return w, nil })
	if err != nil {
		t.Fatal(err)
	}
}

// pairs lists everything that is stored.
func (s *Shop) pairs() (all []store.Write) {
	s.tb.Helper()
	s.Read(func(r store.Reader) error {
		for _, space := range s.Spaces() {
			err := r.Scan(space, store.Range{}, func(key, value []byte) bool {
				all = append(all, store.Write{Space: space, Key: bytes.Clone(key), Value: append([]byte{}, value...)})
				return true
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return all
}

func testVerify(t *testing.T, open func(testing.TB) store.Engine) {
	e := open(t)
	s := NewShop(t, e)
	s.Busy()
	rep := s.Verified()
	if rep.Entries != s.Size() || rep.Records != 14 || rep.IndexEntries == 0 || rep.Tenant != Tenant.String() {
		t.Errorf("report %+v", rep)
	}
	for chunk := range 5 {
		again, err := s.Verify(t.Context(), store.VerifyOptions{Chunk: chunk})
		if err != nil || !reflect.DeepEqual(again, rep) {
			t.Errorf("by %d entries: %+v, %v; at once: %+v", chunk, again, err, rep)
		}
	}
	s.Read(func(r store.Reader) error {
		h, err := store.CurrentHead(r)
		if rep.Head != h.Short() {
			t.Errorf("head %s, signed %s", rep.Head, h.Short())
		}
		return err
	})
	empty := OpenShop(t, open(t), NewKeys())
	_, err := empty.Verify(t.Context(), store.VerifyOptions{})
	wantKind(t, err, fault.NotFound, "store.empty")
}

// testTampered changes each stored pair in several ways, one at a time: every one is
// found, by whatever check, and the store is sound again when it is put right.
func testTampered(t *testing.T, open func(testing.TB) store.Engine) {
	e := open(t)
	s := NewShop(t, e)
	s.Busy()
	found := func(what string, w store.Write) {
		t.Helper()
		rep, err := s.Verify(t.Context(), store.VerifyOptions{})
		if err == nil && rep.OK() {
			t.Errorf("%s of %s %q was not found", what, w.Space, w.Key)
		}
	}
	there := map[string]bool{}
	all := s.pairs()
	for _, w := range all {
		there[w.Space+" "+string(w.Key)] = true
	}
	for i, w := range all {
		tamper(t, e, store.Write{Space: w.Space, Key: w.Key})
		found("removal", w)
		if len(w.Value) > 0 {
			v := bytes.Clone(w.Value)
			v[i*7919%len(v)] ^= 1 << (i % 8)
			tamper(t, e, store.Write{Space: w.Space, Key: w.Key, Value: v})
			found("a flipped bit", w)
			tamper(t, e, store.Write{Space: w.Space, Key: w.Key, Value: w.Value[:len(w.Value)-1]})
			found("truncation", w)
		}
		key := bytes.Clone(w.Key)
		if key[i*31%len(key)] ^= 1 << (i % 8); there[w.Space+" "+string(key)] {
			key = append(key, 0)
		}
		second := store.Batch{w, {Space: w.Space, Key: key, Value: w.Value}}
		if bytes.Compare(key, w.Key) < 0 {
			second[0], second[1] = second[1], second[0]
		}
		tamper(t, e, second...)
		found("a second key", w)
		tamper(t, e, store.Write{Space: w.Space, Key: key})
	}
	s.Verified()
}

// testForged changes the store as somebody would who knows its format: digests are
// made to fit. The journal still says otherwise, and findings name the record.
func testForged(t *testing.T, open func(testing.TB) store.Engine) {
	e := open(t)
	s := NewShop(t, e)
	s.Busy()
	var tk *Ticket
	s.Read(func(r store.Reader) (err error) {
		tk, err = Tickets.Find(r, "TK-1002")
		return err
	})
	var record, entry store.Write
	for _, w := range s.pairs() {
		switch {
		case w.Space == "r/ticket" && string(w.Key) == string(tk.ID):
			record = w
		case w.Space == "j" && binary.BigEndian.Uint64(w.Key) == 5:
			entry = w
		}
	}
	doc := bytes.Replace(record.Value[40:], []byte(`"open"`), []byte(`"shut"`), 1)
	for _, c := range []struct {
		name string
		w    store.Write
		want string
	}{
		{"a record", store.Write{Space: record.Space, Key: record.Key, Value: Seal(11, doc)}, "TK-1002: is not what entry 11 wrote"},
		{"a record's writer", store.Write{Space: record.Space, Key: record.Key, Value: Seal(12, record.Value[40:])},
			"TK-1002: says that entry 12 wrote it last; it was entry 11"},
		{"a record's removal", store.Write{Space: record.Space, Key: record.Key}, "TK-1002: is missing; entry 11 wrote it"},
		{"a part", store.Write{Space: entry.Space, Key: entry.Key, Value: bytes.Replace(entry.Value, []byte("Account 1"), []byte("Account X"), 1)},
			"journal entry 5: part 1 (intent ) does not match the leaf"},
		{"a withheld part", store.Write{Space: entry.Space, Key: entry.Key, Value: withhold(entry.Value, 2)},
			"journal entry 5: part 2 (actor ) is missing, and no later entry says that it was erased"},
		{"a leaf", store.Write{Space: entry.Space, Key: entry.Key, Value: bytes.Replace(entry.Value, []byte(`"K7"`), []byte(`"K8"`), 1)},
			"m: the signed head is"},
	} {
		was := record
		if c.w.Space == entry.Space {
			was = entry
		}
		tamper(t, e, c.w)
		rep, err := s.Verify(t.Context(), store.VerifyOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(rep.Findings); !strings.Contains(got, c.want) {
			t.Errorf("%s: found %s, want %s", c.name, got, c.want)
		}
		tamper(t, e, was)
	}
	s.Verified()
}

// withhold empties the n-th part of an entry as stored.
func withhold(entry []byte, n int) []byte {
	lines := bytes.Split(entry, []byte("\n"))
	lines[n] = []byte(" ")
	return bytes.Join(lines, []byte("\n"))
}

func testAudits(t *testing.T, open func(testing.TB) store.Engine) {
	s := NewShop(t, open(t))
	a := s.Must(&CreateAccount{Called: "A"})
	s.Must(&miscount{ID: a.Subject})
	rep, err := s.Verify(t.Context(), store.VerifyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(rep.Findings) != 1 || rep.Findings[0].ID != a.Subject || rep.Findings[0].Space != "open tickets" {
		t.Errorf("findings %v", rep.Findings)
	}
}

// miscount is a defect of the business: all is journaled, and wrong.
type miscount struct {
	ID store.ID `json:"id"`
}

func (c *miscount) Name() string { return "account.miscount.v1" }

func (c *miscount) Do(tx *store.Tx) error {
	a, err := Accounts.Get(tx, c.ID)
	if err != nil {
		return err
	}
	a.Open = 5
	return Accounts.Put(tx, a)
}

// testAccepted goes on after a regression, having said so.
func testAccepted(t *testing.T, open func(testing.TB) store.Engine) {
	s := NewShop(t, open(t))
	rec, err := s.AcceptRegression(t.Context(), Anna, "nothing is wrong")
	if err != nil || rec.Seq != 0 {
		t.Errorf("a sound store: %+v, %v", rec, err)
	}
	ahead := NewShop(t, open(t))
	ahead.Must(&CreateAccount{Called: "Lost"})
	seen, _ := ahead.Keys.Seen(Tenant.String())
	_ = s.Keys.See(Tenant.String(), seen)
	wantKind(t, s.Fails(&CreateAccount{Called: "A"}), fault.Refused, "store.regressed")
	_, err = s.Preview(t.Context(), s.Intent(&CreateAccount{Called: "A"})) // no promise that would not be kept
	wantKind(t, err, fault.Refused, "store.regressed")
	rep, err := s.Verify(t.Context(), store.VerifyOptions{})
	if err != nil || rep.OK() {
		t.Errorf("verify of a store that was put back: %+v, %v", rep, err)
	}
	_, err = s.AcceptRegression(t.Context(), Anna, "")
	wantKind(t, err, fault.Invalid, "")
	if rec, err = s.AcceptRegression(t.Context(), Anna, "the disk died"); err != nil || rec.Seq == 0 {
		t.Fatalf("%+v, %v", rec, err)
	}
	s.Must(&CreateAccount{Called: "A"})
	s.Verified()
}

// Seal makes a record's envelope, digest and all.
func Seal(seq uint64, doc []byte) []byte {
	sum := sha256.Sum256(doc)
	return append(append(binary.BigEndian.AppendUint64(nil, seq), sum[:]...), doc...)
}
