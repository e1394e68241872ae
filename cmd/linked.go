package cmd

import (
	"context"
	"fmt"

	"callout/internal/fault"
	"callout/replica"
	"callout/shop"
	"callout/store"
)

// linked is what a verb needs to know of a device whose authority is a server; nil in a shop that stands alone.
type linked struct {
	store.Link
	place replica.Place // of the login
	login *replica.Login
	err   error // why nobody is logged in
}

// meet finds out whose store it is. On a linked device the login says who acts, whatever else is configured.
func (a *App) meet(s *shop.Shop) error {
	if a.met == a.where() {
		return nil
	}
	ctx := a.ctx
	if ctx == nil {
		ctx = context.Background()
	}
	var link *store.Link
	err := s.Device(ctx, func(_ store.Reader, l *store.Link) error {
		link = l
		return nil
	})
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if fault.Is(err, fault.Busy) {
		return err // the verb would only wait as long once more
	}
	a.met, a.linked = a.where(), nil
	if err != nil || link == nil {
		return nil //nolint:nilerr // a store that stands alone, or cannot be read: the verb finds out
	}
	a.linked = &linked{Link: *link, place: replica.Place{Dir: a.stateDir(), Name: link.Tenant}}
	a.linked.login, a.linked.err = a.linked.place.Read()
	if a.linked.err == nil {
		a.config.As = a.linked.login.Person
	}
	if a.shared.as != "" && a.shared.as != a.config.As {
		return fault.Invalidf("as", "on a linked device the login says who acts").With("as.linked").
			Hint("callout login %s   (as somebody else)", link.Server)
	}
	return nil
}

// mustLogin refuses to act for nobody.
func (a *App) mustLogin() error {
	if a.linked == nil {
		return nil
	}
	return a.linked.err
}

// way is the way to the server of a linked device that somebody is logged in on.
func (a *App) way() *replica.HTTP {
	return replica.Of(a.linked.place.Way(a.linked.login, a.again))
}

// deviceCode is this device's code, or "" in a shop that stands alone.
func (a *App) deviceCode() string {
	if a.linked == nil {
		return ""
	}
	return a.linked.Device
}

// answered syncs, where --wait asks for it on a linked device, and returns what the server has made of the commands. A refusal
// is told here, and so is no conflict that waits to be looked at.
func (a *App) answered(ctx context.Context, s *shop.Shop, intents []store.Intent, recs []store.Receipt) ([]store.Receipt, error) {
	if !a.write.wait || a.write.dryRun || a.linked == nil {
		return recs, nil
	}
	way := a.way()
	if _, err := a.syncOver(ctx, s, way); err != nil {
		return recs, err
	}
	var given []store.Intent
	var at []int
	for i, rec := range recs {
		if rec.Seq != 0 {
			given, at = append(given, intents[i]), append(at, i)
		}
	}
	again, err := s.Do(ctx, given...)
	if err != nil {
		return recs, err
	}
	for i, rec := range again {
		if rec.Again = false; rec.Err != nil {
			if err := s.Settle(ctx, rec.Seq); err != nil && !fault.Is(err, fault.NotFound) {
				return recs, err
			}
		}
		recs[at[i]] = rec
	}
	return recs, nil
}

// queued is what is said of a command that only the authority decides.
func queued(rec store.Receipt) error {
	return (&fault.Error{Kind: fault.Queued, Code: "queued", Msg: fmt.Sprintf("requested, not done: the server decides %s", rec.Name)}).
		Hint("callout sync").Hint("callout sync status")
}
