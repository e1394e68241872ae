package cmd

import (
	"context"
	"io"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/calendar"
	"callout/party"
	"callout/shop"
	"callout/store"
	"callout/tui"
	"callout/tui/screen"
)

// boardFlags say what the board shows, and how.
type boardFlags struct {
	day      string
	days     int
	readOnly bool
	dress    struct {
		theme        string
		ascii, mouse bool
	} // read through the settings of the same names
}

func newBoardCmd(a *App) *cobra.Command {
	var b boardFlags
	return GroupDispatch.In(a.Verb(Verb{
		Use:   "board",
		Short: "Open the dispatch board: technicians against time, on the whole terminal",
		Long: `Everything on the board goes through the commands of this program, and every action can be seen as one. Press ? for
the keys that work where you are, and : for a command line.

Without a terminal, on a dumb one, and with the setting accessible, the same days are told line by line.`,
		Fields:  appointmentList().Names(),
		Example: "callout board\ncallout board --day monday --days 3\ncallout board --readonly --theme mono",
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&b.day, "day", "today", "the first `DAY`: 2026-03-02, today, tomorrow, monday")
			f.IntVar(&b.days, "days", 1, "how many days: `N`, 1 to 14")
			choiceVar(f, &b.dress.theme, "theme", "", screen.Themes(), "how it is dressed")
			f.BoolVar(&b.readOnly, "readonly", false, "look only: whatever would change something is refused")
			f.BoolVar(&b.dress.ascii, "ascii", false, "draw with ASCII signs only")
			f.BoolVar(&b.dress.mouse, "mouse", true, "take the mouse; text is then selected with shift held")
		},
		Run: func(ctx context.Context, _ []string) error { return a.board(ctx, &b) },
	}))
}

// board opens the board on the terminal.
func (a *App) board(ctx context.Context, b *boardFlags) error {
	if b.days < 1 || b.days > 14 {
		return usagef("--days is %d", b.days).Hint("--days 3   (1 to 14)")
	}
	if a.shared.output != "" || len(a.shared.fields) > 0 || a.shared.jq != "" {
		rows, err := a.visits(ctx, appointmentFilter{day: b.day})
		if err != nil {
			return err
		}
		return appointmentList().Print(a, rows)
	}
	if a.env("GOGC") == "" {
		// What a frame and a reading make is soon thrown away, and what is kept is little: collecting a quarter as often
		// lets the first frame come a fifth sooner, for some 20 MB.
		defer debug.SetGCPercent(debug.SetGCPercent(400))
	}
	return a.WithShop(func(s *shop.Shop) error {
		o, err := a.boardOptions(ctx, s, b)
		if err != nil {
			return err
		}
		if !a.inTTY || !a.outTTY || a.accessible || a.env("TERM") == "dumb" {
			return a.linearBoard(ctx, s, o)
		}
		// A terminal that goes away takes the board with it, but one that only said so wants to be put back.
		ctx, stop := withSignals(ctx, syscall.SIGHUP)
		defer stop()
		return tui.Run(ctx, o, a.In, a.screen())
	})
}

// boardOptions is what the board is told of this shop, this terminal and this user.
func (a *App) boardOptions(ctx context.Context, s *shop.Shop, b *boardFlags) (tui.Options, error) {
	o := tui.Options{
		Shop: s, Shell: &inner{a}, Now: a.Now, Actor: a.config.As, Days: b.days,
		ReadOnly: b.readOnly, Theme: a.config.Theme, ASCII: a.config.ASCII, Mouse: a.config.Mouse, Quiet: 425 * time.Millisecond, Views: a.boardViews(),
	}
	var err error
	if o.Keys, err = tui.ParseKeys(a.config.Keys); err != nil {
		return o, err
	}
	if o.Theme == "" && a.env("NO_COLOR") != "" {
		o.Theme = "mono"
	}
	err = s.View(ctx, func(r store.Reader) error {
		c, err := party.TheCompany(r)
		if err != nil {
			return err
		}
		o.Title = c.Name
		zone, err := calendar.LoadZone("tz", c.Zone)
		if err != nil {
			return err
		}
		if o.Zone, err = a.zoneOr(zone); err != nil {
			return err
		}
		o.Day, err = parseDay("day", b.day, a.Now(), o.Zone)
		return err
	})
	return o, err
}

// linearBoard tells the day line by line, for those who have no screen to draw on or do not see one.
func (a *App) linearBoard(ctx context.Context, s *shop.Shop, o tui.Options) error {
	var text string
	err := s.View(ctx, func(r store.Reader) (err error) {
		text, err = tui.Linear(r, o)
		return err
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(a.Out, text)
	return err
}

// screen is standard output itself: the board asks it for its size.
func (a *App) screen() io.Writer {
	if w, ok := a.Out.(*dataWriter); ok {
		return w.to
	}
	return a.Out
}
