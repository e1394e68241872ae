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
	login *replica.Login
	err   error // why nobody is logged in
}

// meet finds out whose store it is. On a linked device the login says who acts, whatever else is configured.
func (a *App) meet(ctx context.Context, s *shop.Shop) error {
	if a.met == a.config.Store {
		return nil
	}
	var link *store.Link
	err := s.Device(ctx, func(_ store.Reader, l *store.Link) error {
		link = l
		return nil
	})
	a.met, a.linked = a.config.Store, nil
	if err != nil || link == nil {
		return nil //nolint:nilerr // a store that stands alone, or cannot be read: the verb finds out
	}
	a.linked = &linked{Link: *link}
	a.linked.login, a.linked.err = replica.ReadLogin(a.stateDir(), link.Tenant)
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

// deviceCode is this device's code, or "" in a shop that stands alone.
func (a *App) deviceCode() string {
	if a.linked == nil {
		return ""
	}
	return a.linked.Device
}

// queued is what is said of a command that only the authority decides.
func queued(rec store.Receipt) error {
	return (&fault.Error{Kind: fault.Queued, Code: "queued", Msg: fmt.Sprintf("requested, not done: the server decides %s", rec.Name)}).
		Hint("callout sync").Hint("callout sync status")
}
