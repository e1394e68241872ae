package storetest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"sync"
	"testing"
	"time"

	"callout/store"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"
)

// Tenant is the tenant of every shop that the suite opens.
var Tenant = uuid.MustParse("5f0c3a52-8a3e-7cc2-9a70-3c1b8a5d2e11")

// Keys is a keyring in memory.
type Keys struct {
	mu           sync.Mutex
	seen         map[string]string
	secret, open string
}

// NewKeys returns a keyring with a fixed key: what it signs can be compared byte for byte.
func NewKeys() *Keys { return fixedKeys(1) }

// OtherKeys returns a keyring with another key, as another machine has it.
func OtherKeys() *Keys { return fixedKeys(2) }

func fixedKeys(n byte) *Keys {
	seed := bytes.Repeat([]byte{n}, ed25519.SeedSize)
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	open, err := note.NewEd25519VerifierKey("callout/"+Tenant.String(), public)
	if err != nil {
		panic(err) // the name is good
	}
	// The form of a signer's key, as note.GenerateKey writes it.
	parts := strings.Split(open, "+")
	secret := "PRIVATE+KEY+" + parts[0] + "+" + parts[1] + "+" +
		base64.StdEncoding.EncodeToString(append([]byte{1}, seed...))
	return &Keys{seen: map[string]string{}, secret: secret, open: open}
}

// Signer implements store.Keyring.
func (k *Keys) Signer(string, bool) (note.Signer, string, error) {
	s, err := note.NewSigner(k.secret)
	return s, k.open, err
}

// Seen implements store.Keyring.
func (k *Keys) Seen(tenant string) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.seen[tenant], nil
}

// See implements store.Keyring.
func (k *Keys) See(tenant, head string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.seen[tenant] = head
	return nil
}

// counter is a reader of bytes that look random and are always the same.
type counter struct {
	mu   sync.Mutex
	n    uint64
	rest []byte
}

func (c *counter) Read(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.rest) < len(p) {
		c.n++
		sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, c.n))
		c.rest = append(c.rest, sum[:]...)
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

// Clock is a clock that steps a second each time it is read.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock begins in January 2026.
func NewClock() *Clock { return &Clock{now: time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)} }

// Now is the time, and moves it.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Millisecond)
	return c.now
}

// Shop is a store of the suite's business, with everything from outside under control.
type Shop struct {
	*store.Store
	tb   testing.TB
	Keys *Keys
	n    int
}

// OpenShop puts the suite's business on an engine.
func OpenShop(tb testing.TB, e store.Engine, keys *Keys) *Shop {
	tb.Helper()
	s, err := store.Open(e, Business(), store.Options{Keys: keys, Now: NewClock().Now, Random: &counter{}})
	if err != nil {
		tb.Fatal(err)
	}
	return &Shop{Store: s, tb: tb, Keys: keys}
}

// NewShop makes a new store of the suite's business.
func NewShop(tb testing.TB, e store.Engine) *Shop {
	tb.Helper()
	s := OpenShop(tb, e, NewKeys())
	if err := s.Init(tb.Context(), Tenant, Anna); err != nil {
		tb.Fatal(err)
	}
	s.Must(&PublishPolicy{Of: "Basic", Hours: 8}) // and Anna is known
	return s
}

// Two people.
var (
	Anna = store.Actor{Name: "anna", How: store.Asserted}
	Ben  = store.Actor{Name: "ben", How: store.Asserted}
)

// Intent wraps a command with Anna and the next fixed command id.
func (s *Shop) Intent(cmd store.Command) store.Intent {
	s.n++
	return store.Intent{ID: ID(s.n), Cmd: cmd, Actor: Anna, Device: "K7"}
}

// ID is the n-th fixed command id.
func ID(n int) uuid.UUID {
	var id uuid.UUID
	binary.BigEndian.PutUint32(id[12:], uint32(n))
	id[6], id[8] = 0x70, 0x80
	return id
}

// Must runs one command that must succeed.
func (s *Shop) Must(cmd store.Command) store.Receipt {
	s.tb.Helper()
	rec, err := s.One(s.tb.Context(), s.Intent(cmd))
	if err != nil {
		s.tb.Fatalf("%s: %v", cmd.Name(), err)
	}
	return rec
}

// Fails runs one command that must be refused, and returns why. Nothing may change.
func (s *Shop) Fails(cmd store.Command) error {
	s.tb.Helper()
	before := s.Text()
	rec, err := s.One(s.tb.Context(), s.Intent(cmd))
	if err == nil {
		s.tb.Fatalf("%s was accepted as entry %d", cmd.Name(), rec.Seq)
	}
	if s.Text() != before {
		s.tb.Fatalf("%s was refused (%v) and changed the store", cmd.Name(), err)
	}
	return err
}

// Text is the full logical dump.
func (s *Shop) Text() string {
	s.tb.Helper()
	var b bytes.Buffer
	s.Read(func(r store.Reader) error { return s.Dump(r, &b) })
	return b.String()
}

// Read runs fn on a snapshot.
func (s *Shop) Read(fn func(r store.Reader) error) {
	s.tb.Helper()
	if err := s.View(s.tb.Context(), fn); err != nil {
		s.tb.Fatal(err)
	}
}

// Size is the number of journal entries.
func (s *Shop) Size() (n uint64) {
	s.tb.Helper()
	s.Read(func(r store.Reader) (err error) {
		n, err = store.Size(r)
		return err
	})
	return n
}

// Account reads an account that must be there.
func (s *Shop) Account(id store.ID) (a *Account) {
	s.tb.Helper()
	s.Read(func(r store.Reader) (err error) {
		a, err = Accounts.Get(r, id)
		return err
	})
	return a
}
