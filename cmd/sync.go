package cmd

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/internal/fault"
	"callout/replica"
	"callout/shop"
	"callout/store"
)

func newSyncCmd(a *App) *cobra.Command {
	var watch, evidence bool
	c := a.Verb(Verb{
		Use:   "sync",
		Short: "Send what was done here, and take what was done elsewhere",
		Long: `One round trip brings this device and its server together. What was done here is decided again by the server, in the order in
which it arrives; what it refuses becomes a conflict to look at. Nothing that was done here is lost when the network is: sync
again. Exit code 3 means that conflicts are open, 8 that the server cannot be reached.`,
		Example: "callout sync\ncallout sync --watch\ncallout sync --evidence",
		Fields:  []string{"pushed", "pulled", "pending", "conflicts", "files", "fetched", "entries"},
		Flags: func(f *pflag.FlagSet) {
			f.BoolVar(&watch, "watch", false, "go on until stopped, and sync whenever there is something")
			f.BoolVar(&evidence, "evidence", false, "get every evidence file that is not here, too; otherwise it comes when somebody looks at it")
		},
		Run: func(ctx context.Context, _ []string) error {
			if watch && evidence {
				return usagef("--watch gets no evidence files").Hint("callout sync --evidence   (once)")
			}
			if watch {
				return a.syncOn(ctx)
			}
			return a.sync(ctx, evidence)
		},
	})
	c.AddCommand(newSyncStatusCmd(a))
	return GroupData.In(c)
}

// syncView is what a sync has done.
type syncView struct {
	Pushed    int    `json:"pushed"`
	Pulled    int    `json:"pulled"`
	Pending   int    `json:"pending"`
	Conflicts int    `json:"conflicts"` // that are open
	Files     int    `json:"files"`     // of evidence, that arrived at the server
	Fetched   int    `json:"fetched"`   // of evidence, that arrived here
	Entries   uint64 `json:"entries"`
}

// onDevice opens the store of a device that somebody is logged in on.
func (a *App) onDevice(fn func(s *shop.Shop, way *replica.HTTP) error) error {
	return a.WithShop(func(s *shop.Shop) error {
		if a.linked == nil {
			if err := s.View(context.Background(), func(store.Reader) error { return nil }); err != nil {
				return err
			}
			return fault.Refusedf("this shop stands alone: there is no server to sync with").With("link.none").
				Hint("callout login URL   (with an empty store)").Hint("callout serve   (to be the server)")
		}
		if err := a.mustLogin(); err != nil {
			return err
		}
		return fn(s, a.way())
	})
}

func (a *App) sync(ctx context.Context, evidence bool) error {
	return a.onDevice(func(s *shop.Shop, way *replica.HTTP) error {
		v, err := a.syncOnce(ctx, s, way)
		if err == nil && evidence {
			v.Fetched, err = a.fetchAll(ctx, s, way)
		}
		if err != nil {
			return err
		}
		err = a.Show(fmt.Sprint(v.Entries), v, func(p *Page) { p.Line("%s", v) })
		if err == nil && v.Conflicts > 0 {
			err = &partlyError{text: howMany(v.Conflicts, "conflict") + " to look at", hint: "callout conflict list"}
		}
		return err
	})
}

func (a *App) syncOnce(ctx context.Context, s *shop.Shop, way *replica.HTTP) (v syncView, err error) {
	rep, err := a.syncOver(ctx, s, way)
	if err != nil {
		return v, err
	}
	v = syncView{Pushed: rep.Pushed, Pulled: rep.Pulled, Pending: rep.Pending, Entries: rep.Size}
	if v.Files, err = replica.SendEvidence(ctx, s.Evidence, way, func(int64) {}); err != nil {
		return v, err
	}
	if v.Files > 0 { // the server says that they have arrived
		again, err := a.syncOver(ctx, s, way)
		if err != nil {
			return v, err
		}
		v.Pushed, v.Pulled, v.Pending, v.Entries = v.Pushed+again.Pushed, v.Pulled+again.Pulled, again.Pending, again.Size
	}
	for _, u := range rep.Unread {
		a.note("not taken in: %s", sentence(u.Why))
	}
	err = s.View(ctx, func(r store.Reader) error {
		v.Conflicts, err = store.CountConflicts(r)
		return err
	})
	return v, err
}

func (v syncView) String() string {
	text := fmt.Sprintf("sent %d, received %s; at entry %d", v.Pushed, howMany(v.Pulled, "entry"), v.Entries)
	if v.Files > 0 {
		text += ", " + howMany(v.Files, "evidence file") + " sent"
	}
	if v.Fetched > 0 {
		text += ", " + howMany(v.Fetched, "evidence file") + " received"
	}
	if v.Pending > 0 {
		text += fmt.Sprintf(", %d still pending", v.Pending)
	}
	if v.Conflicts > 0 {
		text += ", " + howMany(v.Conflicts, "conflict")
	}
	return text
}

// The pace of sync --watch: how often it looks whether something was done here, how often it asks the server, and how
// long it leaves a server alone that cannot be reached.
const (
	watchLocal  = 300 * time.Millisecond
	watchServer = 2 * time.Second
	watchAway   = 15 * time.Second
)

// syncOn keeps this device current until it is stopped.
func (a *App) syncOn(ctx context.Context) error {
	return a.onDevice(func(s *shop.Shop, way *replica.HTTP) error {
		var asked time.Time
		away := false
		for {
			waiting, err := a.waiting(ctx, s)
			if err != nil {
				return err
			}
			pause := watchServer
			if away {
				pause = watchAway
			}
			if waiting && !away || time.Since(asked) >= pause {
				asked = time.Now()
				v, err := a.syncOnce(ctx, s, way)
				switch {
				case ctx.Err() != nil:
					return nil //nolint:nilerr // stopped: what was cut off is sent the next time
				case fault.Is(err, fault.Login):
					if !away {
						a.note("%s; going on alone", sentence(err))
					}
					away = true
				case err != nil:
					return err
				default:
					if away || v.Pushed+v.Pulled > 0 {
						a.note("%s", v)
					}
					away = false
				}
			}
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(watchLocal):
			}
		}
	})
}

// waiting reports whether something was done here that the server does not know.
func (a *App) waiting(ctx context.Context, s *shop.Shop) (yes bool, err error) {
	err = s.Device(ctx, func(r store.Reader, _ *store.Link) error {
		n, err := store.CountPending(r)
		yes = n > 0
		return err
	})
	return yes, err
}

// syncStatus is where a device stands, as far as it knows by itself.
type syncStatus struct {
	Mode      string `json:"mode"` // stand-alone or linked
	Server    string `json:"server"`
	Device    string `json:"device"`
	Person    string `json:"person"`
	Entries   uint64 `json:"entries"`
	Pending   int    `json:"pending"`
	Requested int    `json:"requested"` // of these, what only the server decides
	Overtaken int    `json:"overtaken"` // of these, what does not hold here any more
	Conflicts int    `json:"conflicts"`
}

func newSyncStatusCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "status", Short: "Show where this device stands, without asking the server",
		Example: "callout sync status\ncallout sync status -o json",
		Fields:  []string{"mode", "server", "device", "person", "entries", "pending", "requested", "overtaken", "conflicts"},
		Run: func(ctx context.Context, _ []string) error {
			v := syncStatus{Mode: "stand-alone"}
			err := a.WithShop(func(s *shop.Shop) error {
				return s.View(ctx, func(r store.Reader) error { return a.syncStatus(r, &v) })
			})
			if err != nil {
				return err
			}
			return a.Show(v.Mode, v, func(p *Page) {
				p.Field("This shop", v.Mode)
				p.Field("Server", v.Server)
				p.Field("Device", v.Device)
				p.Field("You are", v.Person)
				p.Field("Entries", v.Entries)
				p.Field("Pending", v.Pending)
				p.Field("Requested", v.Requested)
				p.Field("Overtaken", v.Overtaken)
				p.Field("Conflicts", v.Conflicts)
			})
		},
	})
}

func (a *App) syncStatus(r store.Reader, v *syncStatus) (err error) {
	if v.Entries, err = store.Size(r); err != nil || a.linked == nil {
		return err
	}
	v.Mode, v.Server, v.Device = "linked", a.linked.Server, a.linked.Device
	if a.linked.login != nil {
		v.Person = a.linked.login.Person
	}
	waiting, err := store.ListPending(r, 0)
	if err != nil {
		return err
	}
	for _, p := range waiting {
		v.Pending++
		switch p.State {
		case store.Requested:
			v.Requested++
		case store.Overtaken:
			v.Overtaken++
		}
	}
	v.Conflicts, err = store.CountConflicts(r)
	return err
}
