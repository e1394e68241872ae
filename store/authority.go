package store

import (
	"context"
	"slices"

	"callout/internal/fault"

	"golang.org/x/mod/sumdb/note"
)

// authority checks that the store is one that this machine may append to: of a format
// it knows, not put back behind a head it has seen. It finds the signer, and returns the
// intent to journal its key where the store does not know that yet.
func (b *batch) authority(r Reader) (*Intent, error) {
	m, err := ReadMeta(r)
	if b.init != "" {
		if err == nil {
			return nil, fault.Conflictf("the store is not empty").With("store.exists").
				Hint("--store PATH   (another file)")
		}
		if fault.CodeOf(err) != "store.empty" {
			return nil, err
		}
		b.tenant = b.init
		b.signer, _, err = b.s.keys.Signer(b.init, true)
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	b.tenant = m.Tenant
	if err := b.appendable(r, m); err != nil {
		return nil, err
	}
	if link, err := readLink(r); err != nil || link != nil {
		return nil, err // the authority signs, elsewhere
	}
	var public string
	if b.signer, public, err = b.s.keys.Signer(m.Tenant, true); err != nil {
		return nil, err
	}
	if slices.Contains(m.Keys, public) {
		return nil, nil
	}
	return &Intent{
		Cmd: &addKey{Key: public}, Actor: Actor{Name: "callout", How: Process},
		Reason: "the signing key of this machine",
	}, nil
}

// CanSign reports why this machine could not sign for the store, before anybody relies on it.
func (s *Store) CanSign(ctx context.Context) error {
	return s.View(ctx, func(r Reader) error {
		m, err := ReadMeta(r)
		if err == nil {
			_, _, err = s.keys.Signer(m.Tenant, true)
		}
		return err
	})
}

// appendable refuses a store that nothing may be added to: its journal's edge is damaged, or it
// was put back behind a head that this machine has seen.
func (b *batch) appendable(r Reader, m *Meta) error {
	if err := recovering(r); err != nil && !b.behind {
		return err
	}
	now, seen, err := b.s.trustedHead(r, m)
	if err != nil || b.behind {
		return err
	}
	return notBehind(r, now, seen)
}

// trustedHead returns the journal's head and the newest one that this machine has
// seen (none: size 0). Appending to a journal whose edge is damaged would sign the damage.
func (s *Store) trustedHead(r Reader, m *Meta) (now, seen Head, err error) {
	text, err := s.keys.Seen(m.Tenant)
	if err != nil {
		return now, seen, err
	}
	stored, err := r.Get(spaceMeta, metaHead)
	if err != nil {
		return now, seen, err
	}
	if text != "" && text == string(stored) { // what we wrote ourselves needs no second look
		now, err = parseNote(text)
		seen = now
	} else if now, err = CurrentHead(r); err == nil && text != "" {
		if seen, err = openHead(text, m.Keys); err != nil {
			// Signed by a key that this store does not know: the store is older than the
			// key. What cannot be read at all is a torn file, and proves nothing.
			seen, _ = parseHead(text, text)
			err = nil
		}
	}
	if err != nil {
		return now, seen, err
	}
	t, err := loadTree(r)
	if err != nil {
		return now, seen, err
	}
	if t.size != now.Size || t.root() != now.Root {
		return now, seen, damaged(spaceMeta, metaFrontier, "does not make the signed head")
	}
	return now, seen, nil
}

// notBehind refuses a store that is shorter than, or differs from, what this machine has seen.
func notBehind(r Reader, now, seen Head) error {
	if seen.Size == 0 {
		return nil
	}
	then := now.Root
	if seen.Size < now.Size {
		var err error
		if then, err = RootAt(r, seen.Size); err != nil {
			return err
		}
	}
	if seen.Size > now.Size || seen.Root != then {
		return regressed(now, seen)
	}
	return nil
}

// sealHead signs the journal as the batch leaves it.
func sealHead(l *layer, tenant string, signer note.Signer) (string, error) {
	t, err := loadTree(l)
	if err != nil {
		return "", err
	}
	head, err := signHead(tenant, t.size, t.root(), signer)
	if err != nil {
		return "", err
	}
	l.put(spaceMeta, metaHead, []byte(head))
	return head, nil
}
