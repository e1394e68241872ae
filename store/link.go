package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"callout/internal/fault"
)

// A linked store is a device's copy of a tenant whose authority is elsewhere. Its journal holds the authority's
// entries and nothing else. What the device decides by itself is pending: its effects are here, it has an entry
// of its own kind, and the authority decides it again in its order. See rebase.go.
//
// Three spaces are the device's own. They are in no digest, no head and no backup of the journal.
const (
	spaceLocal     = "l"  // the link, provisional numbers, the counter of pending commands
	spacePending   = "q"  // pending number -> how to take it back
	spaceWaiting   = "qe" // pending number -> entry, as in the journal
	spaceConflicts = "qk" // entry -> what the authority refused
)

// LocalSpaces lists the spaces that are a device's own.
func LocalSpaces() []string { return []string{spaceLocal, spacePending, spaceWaiting, spaceConflicts} }

var (
	localLink    = []byte("link")
	localPending = []byte("pending") // the last number of a pending command
	localShown   = []byte("shown")   // the last provisional number
)

// Link says whose device a store is.
type Link struct {
	Tenant string `json:"tenant"`
	Device string `json:"device"` // its code, e.g. "K7": provisional numbers begin with it
	Server string `json:"server"` // where the authority is reached
	Key    string `json:"key"`    // the key that signs the authority's heads, as it was when the device was linked
}

var deviceCode = regexp.MustCompile(`^[A-Z][A-Z0-9]{1,2}$`)

// ParseDeviceCode reads the code of a device: two or three capital letters and digits, a letter first.
func ParseDeviceCode(field, s string) (string, error) {
	code := strings.ToUpper(strings.TrimSpace(s))
	if !deviceCode.MatchString(code) {
		return "", fault.Invalidf(field, "%q is no device code, such as K7", s).With("device.code")
	}
	return code, nil
}

// Link makes this store, whose engine must be empty, a device's. It holds nothing until the first [Store.Pull]. One that is the
// same device's already is told where the authority is reached now.
func (s *Store) Link(ctx context.Context, link Link) error {
	code, err := ParseDeviceCode("device", link.Device)
	if err != nil {
		return err
	}
	link.Device = code
	var was *Link
	err = s.engine.View(ctx, func(r Reader) (err error) {
		was, err = readLink(r)
		return err
	})
	if err == nil && was == nil {
		err = s.isEmpty(ctx)
	}
	if err != nil {
		return err
	}
	return s.engine.Commit(ctx, func(r Reader) (Batch, error) {
		old, err := readLink(r)
		if err != nil {
			return nil, err
		}
		if old != nil && (old.Tenant != link.Tenant || old.Device != link.Device) {
			return nil, fault.Conflictf("the store is linked already, as device %s of %s", old.Device, old.Server).With("link.exists").
				Hint("--store PATH   (another file)")
		}
		text, err := encodeJSON(link)
		return Batch{{Space: spaceLocal, Key: localLink, Value: text}}, err
	})
}

// Device runs fn on a snapshot of a linked store, also of one that holds nothing yet. A store that is its own authority
// is refused.
func (s *Store) Device(ctx context.Context, fn func(Reader, *Link) error) error {
	return s.engine.View(ctx, func(r Reader) error {
		link, err := readLink(r)
		if err != nil {
			return err
		}
		if link == nil {
			return unlinked()
		}
		return fn(r, link)
	})
}

func unlinked() error {
	return fault.Refusedf("this store is its own authority").With("link.none").Hint("callout login URL   (makes a device of an empty store)")
}

// LinkOf returns whose device the store is, or nil where the store is its own authority.
func LinkOf(r Reader) (*Link, error) { return readLink(r) }

func readLink(r Reader) (*Link, error) {
	text, err := r.Get(spaceLocal, localLink)
	if err != nil || text == nil {
		return nil, err
	}
	link := &Link{}
	if err := decodeJSON(text, link); err != nil {
		return nil, damaged(spaceLocal, localLink, "cannot be read")
	}
	return link, nil
}

// pendingBase lies above every entry of a journal, and below what JSON numbers hold exactly.
const pendingBase uint64 = 1_000_000_000_000_000

// IsPending reports whether an entry's number is that of a pending command.
func IsPending(seq uint64) bool { return seq > pendingBase }

// SeqText is an entry's number for people: a pending one has its own count.
func SeqText(seq uint64) string {
	if IsPending(seq) {
		return fmt.Sprintf("pending %d", seq-pendingBase)
	}
	return strconv.FormatUint(seq, 10)
}

// lastPending returns the number of the last pending command there ever was on this device.
func lastPending(r Reader) (uint64, error) {
	n, err := counter(r, localPending)
	return pendingBase + n, err
}

func counter(r Reader, key []byte) (uint64, error) {
	v, err := r.Get(spaceLocal, key)
	if err != nil || v == nil {
		return 0, err
	}
	if len(v) != 8 {
		return 0, damaged(spaceLocal, key, "is no counter")
	}
	return binary.BigEndian.Uint64(v), nil
}

// Provisional numbers belong to ids: a command that is decided again makes the same records, and shows them
// under the same numbers.

func shownKey(id ID) []byte { return []byte("n/" + string(id)) }

func provisionalKey(number string) []byte { return []byte("h/" + FoldNumber(number)) }

// provisional returns the number under which this device shows a record until the authority gives one.
func (tx *Tx) provisional(id ID) (string, error) {
	number, err := tx.Get(spaceLocal, shownKey(id))
	if err != nil {
		return "", err
	}
	if number == nil {
		n, err := counter(tx, localShown)
		if err != nil {
			return "", err
		}
		number = fmt.Appendf(nil, "%s-%d", tx.link.Device, n+1)
		tx.layer.put(spaceLocal, localShown, binary.BigEndian.AppendUint64(nil, n+1))
		tx.layer.put(spaceLocal, shownKey(id), number)
		tx.layer.put(spaceLocal, provisionalKey(string(number)), []byte(id))
	}
	if tx.shown == nil {
		tx.shown = map[ID]string{}
	}
	tx.shown[id] = string(number)
	return string(number), nil
}

// shownAs returns the provisional number under which the device has shown a record, for the authority to keep. What a
// device says counts only where it is one of its own numbers, and leads nowhere else.
func (tx *Tx) shownAs(id ID) (string, error) {
	number := tx.shown[id]
	code, n, ok := strings.Cut(number, "-")
	if !ok || tx.Env.Device == "" || code != tx.Env.Device {
		return "", nil
	}
	if i, err := strconv.ParseUint(n, 10, 64); err != nil || strconv.FormatUint(i, 10) != n {
		return "", nil //nolint:nilerr // it is no number of a device
	}
	key := []byte(FoldNumber(number))
	taken, err := tx.Get(spaceHuman, key)
	if err != nil || taken != nil && !bytes.Equal(taken, []byte(id)) {
		return "", err
	}
	tx.layer.put(spaceHuman, key, []byte(id))
	return number, nil
}
