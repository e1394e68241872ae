package server

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"sync"
	"time"

	"callout/internal/fault"
	"callout/store"
)

// nonces are numbers that are used once, and soon. Asking for one writes nothing, for anybody may ask: a nonce has its own end and a mark by
// a secret that the servers of a shop share, and only one that was signed by somebody's key is remembered, so that it is not
// used twice.
type nonces struct {
	shop keeper
	mu   sync.Mutex
	key  []byte // the secret, once it was read
}

const (
	secretKey = "nonce"
	randomLen = 16
	nonceLen  = 8 + randomLen + sha256.Size
)

func spentKey(nonce string) string { return "spent/" + nonce }

// secret returns what marks nonces; the first server of a shop draws it. Whoever reads the store could make nonces, and nothing
// else: they are no secrets.
func (n *nonces) secret(ctx context.Context) ([]byte, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.key != nil {
		return n.key, nil
	}
	var key []byte
	err := n.shop.View(ctx, func(r store.Reader) error {
		text, err := store.NotesIn(r).Get(secretKey)
		key = append([]byte(nil), text...)
		return err
	})
	if err == nil && len(key) == 0 {
		err = n.shop.Note(ctx, func(notes *store.Notes) error {
			text, err := notes.Get(secretKey)
			if err != nil || text != nil {
				key = append([]byte(nil), text...)
				return err
			}
			key = make([]byte, sha256.Size)
			_, _ = rand.Read(key) // it never fails
			notes.Put(secretKey, key)
			return nil
		})
	}
	if err == nil {
		n.key = key
	}
	return key, err
}

func mark(key, body []byte) []byte {
	m := hmac.New(sha256.New, key)
	m.Write(body)
	return m.Sum(nil)
}

// draw makes a nonce.
func (n *nonces) draw(ctx context.Context, now time.Time) (string, error) {
	key, err := n.secret(ctx)
	if err != nil {
		return "", err
	}
	body := binary.BigEndian.AppendUint64(nil, uint64(now.Add(nonceTime).UnixMilli())) //nolint:gosec // it is after 1970
	body = append(body, make([]byte, randomLen)...)
	_, _ = rand.Read(body[8:])
	return base64.RawURLEncoding.EncodeToString(append(body, mark(key, body)...)), nil
}

// fresh reports whether a nonce is one of ours and not too old. It may have been used.
func (n *nonces) fresh(ctx context.Context, nonce string, now time.Time) (until time.Time, ok bool, err error) {
	b, err := base64.RawURLEncoding.DecodeString(nonce)
	if err != nil || len(b) != nonceLen {
		return until, false, nil //nolint:nilerr // it is none of ours
	}
	key, err := n.secret(ctx)
	if err != nil {
		return until, false, err
	}
	body := b[:8+randomLen]
	until = time.UnixMilli(int64(binary.BigEndian.Uint64(body))) //nolint:gosec // the mark says that we wrote it
	return until, hmac.Equal(mark(key, body), b[len(body):]) && now.Before(until), nil
}

// spend uses a nonce up, or refuses one that was used, is too old, or is none of ours.
func (n *nonces) spend(ctx context.Context, nonce string, now time.Time) error {
	until, ok, err := n.fresh(ctx, nonce, now)
	if err != nil {
		return err
	}
	used := &fault.Error{Kind: fault.Login, Code: "login.refused", Msg: "the nonce was used, or has expired"}
	if !ok {
		return used
	}
	first, err := n.use(ctx, nonce, until)
	if err == nil && !first {
		err = used
	}
	return err
}

// use remembers, for all servers of the shop, that something was used that is good for once, and reports whether it was not before. It
// may be forgotten after a time, when it is too old anyway.
func (n *nonces) use(ctx context.Context, what string, until time.Time) (first bool, err error) {
	err = n.shop.Note(ctx, func(notes *store.Notes) error {
		text, err := notes.Get(spentKey(what))
		if first = err == nil && text == nil; first {
			notes.Put(spentKey(what), []byte(until.Add(time.Second).UTC().Format(time.RFC3339)))
		}
		return err
	})
	return first, err
}
