package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"callout/calendar"
	"callout/internal/fault"
	"callout/party"
	"callout/shop"
	"callout/store"
)

// An Action says how a verb that changes the shop makes its commands and what is said of
// the outcome. Rules are not here: they are in the commands.
type Action struct {
	// Build makes the command for one item from what is stored. item is "" for verbs that act once.
	Build func(r store.Reader, item string) (store.Command, error)
	// Note says for people what happened, e.g. "approved, 95.00 EUR". Nil says "created",
	// "changed" or "unchanged".
	Note func(rec store.Receipt) string
	// Attach lists the files that the command of an item names. They are kept beside the store
	// when the rules accept the command, just before it is done.
	Attach func(item string) []attachment
}

// Act runs a single command and reports what came of it.
func (a *App) Act(ctx context.Context, act Action) error {
	return a.Report(a.ActEach(ctx, []string{""}, act)[0])
}

// ActEach runs one command for each item. The items share store transactions; each has its own result.
func (a *App) ActEach(ctx context.Context, items []string, act Action) []Result {
	results := make([]Result, len(items))
	err := a.WithShop(func(s *shop.Shop) error {
		intents, at, err := a.intents(ctx, s, items, act, results)
		if err != nil || len(intents) == 0 {
			return err
		}
		run := s.Do
		switch {
		case a.write.dryRun:
			run = s.Preview
		case act.Attach != nil:
			if intents, at, err = a.keepAttached(ctx, s, items, intents, at, act, results); err != nil || len(intents) == 0 {
				return err
			}
		}
		recs, err := run(ctx, intents...)
		if err == nil {
			recs, err = a.answered(ctx, s, intents, recs)
		}
		for i, rec := range recs {
			results[at[i]] = a.resultOf(items[at[i]], rec, act)
		}
		if err != nil {
			for i := len(recs); i < len(intents); i++ {
				results[at[i]] = Result{ID: items[at[i]], Err: repeatable(err, intents[i].ID)}
			}
		}
		return nil
	})
	if err != nil {
		for i := range results {
			results[i] = Result{ID: items[i], Err: err}
		}
	}
	return results
}

// intents builds the commands of the items that make sense; at says which item each is
// of. The others have their error in results.
func (a *App) intents(ctx context.Context, s *shop.Shop, items []string, act Action, results []Result) ([]store.Intent, []int, error) {
	var intents []store.Intent
	var at []int
	err := s.View(ctx, func(r store.Reader) error {
		zone, err := companyZone(r)
		if err != nil {
			return err
		}
		when, err := a.At(zone)
		if err != nil {
			return err
		}
		for i, item := range items {
			cmd, err := act.Build(r, item)
			if err != nil {
				results[i] = Result{ID: item, Err: err}
				continue
			}
			id, err := a.commandID(item)
			if err != nil {
				return err
			}
			if err := a.mustLogin(); err != nil {
				return err
			}
			intents = append(intents, store.Intent{
				ID: id, Cmd: cmd, Actor: a.Actor(), At: when, Reason: a.write.reason,
			})
			at = append(at, i)
		}
		return nil
	})
	return intents, at, err
}

// companyZone is the zone in which clock times are read where no other place is named.
func companyZone(r store.Reader) (calendar.Zone, error) {
	company, err := party.TheCompany(r)
	if err != nil {
		return calendar.Zone{}, err
	}
	return calendar.LoadZone("tz", company.Zone)
}

// Actor is who acts: in a stand-alone shop whoever --as or the configuration names, on a linked device whoever is
// logged in.
func (a *App) Actor() store.Actor {
	if a.linked != nil {
		return store.Actor{Name: a.config.As, How: store.Token}
	}
	return store.Actor{Name: a.config.As, How: store.Asserted}
}

// commandID is the item's command id: the one that --cmd-id makes, or a fresh one.
func (a *App) commandID(item string) (uuid.UUID, error) {
	if id := a.CommandID(item); id != uuid.Nil {
		return id, nil
	}
	return store.NewCommandID()
}

// repeatable tells how to repeat a command whose outcome is not known.
func repeatable(err error, id uuid.UUID) error {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.Unknown {
		return f.Hint("repeat the same command with --cmd-id %s: nothing is done twice", id)
	}
	return err
}

func (a *App) resultOf(item string, rec store.Receipt, act Action) Result {
	res := Result{ID: cmp.Or(rec.Number, string(rec.Subject), item), Err: rec.Err}
	if rec.Err != nil {
		res.ID = cmp.Or(item, res.ID)
		return res
	}
	switch {
	case rec.Queued:
		res.ID, res.Err = cmp.Or(item, res.ID), queued(rec)
		return res
	case rec.Again:
		res.Note = fmt.Sprintf("done before, as entry %d", rec.Seq)
	case act.Note != nil:
		res.Note = act.Note(rec)
	default:
		res.Note = outcome(rec)
	}
	res.Note += asksFor(rec)
	if a.write.dryRun {
		for _, c := range rec.Changes {
			res.Changes = append(res.Changes, Change{
				Collection: c.Collection, ID: string(c.ID), Op: c.Op(), Before: c.Before, After: c.After,
			})
		}
	}
	return res
}

// outcome is the plain word for what happened to a command's main record.
func outcome(rec store.Receipt) string {
	for _, c := range rec.Changes {
		if c.ID == rec.Subject {
			return c.Op() + "d"
		}
	}
	if len(rec.Changes) == 0 {
		return "unchanged"
	}
	return "changed"
}

// WithShop opens the shop that --store names, for the length of fn.
func (a *App) WithShop(fn func(*shop.Shop) error) error {
	if a.config.Server != "" {
		return a.withRemote(fn)
	}
	s, err := shop.Open(a.shopOptions())
	if err != nil {
		return err
	}
	if err := a.meet(s); err != nil {
		return errors.Join(err, s.Close())
	}
	return errors.Join(fn(s), s.Close())
}

// View runs fn on a snapshot of the shop.
func (a *App) View(ctx context.Context, fn func(r store.Reader) error) error {
	return a.WithShop(func(s *shop.Shop) error {
		return s.View(ctx, func(r store.Reader) error {
			a.lookHome(r)
			return fn(r)
		})
	})
}

// lookHome keeps the company's zone for the times that are shown to people. Where there is no company yet,
// there is no such clock.
func (a *App) lookHome(r store.Reader) {
	if a.clock != nil || !a.people() {
		return
	}
	if zone, err := companyZone(r); err == nil {
		a.clock = zone.Location()
	}
}

func (a *App) shopOptions() shop.Options {
	return shop.Options{
		Path: a.config.Store, Database: a.database(), EvidenceDir: a.evidenceDir(), KeyFile: a.config.KeyFile,
		StateDir: a.stateDir(), Version: readBuild().Version, Now: a.Now,
		LockWait: a.config.LockWait, Holder: a.running,
		OnWait: func(holder string, waited time.Duration) {
			a.note("waiting for %s (%s)", holder, waited.Round(100*time.Millisecond))
		},
	}
}

// stateDir is where signing keys and seen heads lie, apart from any store.
func (a *App) stateDir() string {
	if dir := a.env("CALLOUT_STATE"); dir != "" {
		return dir
	}
	return filepath.Join(a.baseDir("XDG_STATE_HOME", "LocalAppData", filepath.Join(".local", "state")), "callout")
}
