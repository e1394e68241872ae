package store

import (
	"context"

	"callout/internal/fault"
)

// settle chooses what is read: a copy, where one is asked for and can be made, or the store itself. What
// it returns ends the reading.
func (v *verifier) settle(ctx context.Context) (done func(), err error) {
	done = func() {}
	from, copies := v.engine.(Copier)
	if v.o.Copy == "" || !copies {
		return done, nil
	}
	v.o.Progress(Step{Space: "the store's record of itself"})
	if err := v.glance(ctx); err != nil {
		return done, err
	}
	v.o.Progress(Step{Space: "a copy of the store"})
	apart, err := from.CopyTo(ctx, v.o.Copy)
	switch {
	case err == nil:
		v.engine = apart
		return func() { _ = apart.Close() }, nil // it was only read
	case ctx.Err() != nil || fault.Is(err, fault.Busy) || fault.Is(err, fault.NotFound):
		return done, err
	case v.o.Uncopied != nil:
		v.o.Uncopied(err)
	}
	return done, nil
}

// glance takes the newest head that this machine has seen, before the copy is made: it may
// see newer ones while the copy is read, and those say nothing about the copy. What is wrong with the
// store itself is found on the copy.
func (v *verifier) glance(ctx context.Context) error {
	v.glanced = true
	err := v.engine.View(ctx, func(r Reader) error {
		if m, err := ReadMeta(r); err == nil {
			v.outside(m.Tenant, m.Keys)
		}
		return nil
	})
	if fault.CodeOf(err) == "store.damaged" {
		return nil
	}
	return err
}

// outside reads the newest head that this machine has seen of a tenant's store.
func (v *verifier) outside(tenant string, keys []string) {
	if v.s.keys == nil || tenant == "" {
		return
	}
	text, err := v.s.keys.Seen(tenant)
	if err != nil || text == "" {
		return
	}
	if v.seen, err = openHead(text, keys); err != nil {
		// Signed by a key that the store does not know, or torn: as in notBehind.
		v.seen, _ = parseHead(text, text)
	}
}
