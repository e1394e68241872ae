package cmd

import (
	"context"
	"os"
	"time"

	"callout/shop"
	"callout/store"
	"callout/tui"
)

// runFalling is callout board of which one part panics: a reading, the shell, or the loop of the board itself.
func runFalling(where string) int {
	a := newApp(os.Stdin, os.Stdout, os.Stderr)
	a.config = Config{Store: os.Getenv("CALLOUT_STORE"), As: "Ada", LockWait: 10 * time.Second}
	ctx := context.Background()
	return a.finish(ctx, a.WithShop(func(s *shop.Shop) error {
		o, err := a.boardOptions(ctx, s, &boardFlags{day: "tomorrow", days: 1})
		if err != nil {
			return err
		}
		switch where {
		case "reading":
			o.Shop = fallingShop{o.Shop}
		case "shell":
			o.Shell = fallingShell{o.Shell}
		case "loop":
			began := time.Now()
			o.Now = func() time.Time {
				if time.Since(began) > time.Second {
					panic("out of paper")
				}
				return time.Now()
			}
		}
		return tui.Run(ctx, o, os.Stdin, os.Stdout)
	}))
}

// fallingShop panics whenever it is read.
type fallingShop struct{ tui.Shop }

// View implements tui.Shop.
func (fallingShop) View(context.Context, func(r store.Reader) error) error { panic("out of paper") }

// fallingShell panics whatever it is asked.
type fallingShell struct{ tui.Shell }

// Run implements tui.Shell.
func (fallingShell) Run(context.Context, []string) tui.Outcome { panic("out of paper") }
