package cmd

import (
	"context"
	"fmt"
	"strconv"

	"callout/internal/fault"
	"callout/shop"
	"callout/store"

	"github.com/spf13/cobra"
)

func newUndoCmd(a *App) *cobra.Command {
	return GroupData.In(a.Verb(Verb{
		Use:   "undo [ENTRY]",
		Short: "Take back your last change, or the one named",
		Long: "Puts every record that the entry touched back to the state before it. It is refused, with the reason,\n" +
			"when something was built on it since, and for sign-offs, approvals, releases and credits.",
		Example: "callout undo\ncallout undo 42 --dry-run",
		Writes:  true,
		Run:     func(ctx context.Context, args []string) error { return a.takeBack(ctx, args, false) },
	}))
}

func newRedoCmd(a *App) *cobra.Command {
	return GroupData.In(a.Verb(Verb{
		Use:     "redo",
		Short:   "Do again what your last undo took back",
		Example: "callout redo",
		Writes:  true,
		Run:     func(ctx context.Context, args []string) error { return a.takeBack(ctx, args, true) },
	}))
}

func (a *App) takeBack(ctx context.Context, args []string, redo bool) error {
	seq, err := a.entryToTakeBack(ctx, args, redo)
	if err != nil {
		return err
	}
	var what string
	return a.Act(ctx, Action{
		Build: func(r store.Reader, _ string) (store.Command, error) {
			e, err := store.ReadEntry(r, seq)
			if err != nil {
				return nil, err
			}
			change, again, err := store.Origin(r, e)
			if err != nil {
				return nil, err
			}
			if what = fmt.Sprintf("took back entry %s, %s", store.SeqText(change.Leaf.Seq), change.Leaf.Type); again {
				what = fmt.Sprintf("did entry %s again", store.SeqText(change.Leaf.Seq))
			}
			return store.UndoOf(e), nil
		},
		Note: func(store.Receipt) string { return what },
	})
}

// entryToTakeBack is the entry that was named, or this actor's last.
func (a *App) entryToTakeBack(ctx context.Context, args []string, redo bool) (seq uint64, err error) {
	if len(args) == 1 {
		if seq, err = strconv.ParseUint(args[0], 10, 63); err != nil {
			return 0, fault.Invalidf("entry", "%q is no entry of the journal", args[0]).Hint("callout log --limit 20")
		}
		return seq, nil
	}
	err = a.WithShop(func(s *shop.Shop) error {
		return s.View(ctx, func(r store.Reader) error {
			seq, err = s.LastUndoable(r, a.config.As, a.deviceCode(), redo)
			return err
		})
	})
	return seq, err
}
