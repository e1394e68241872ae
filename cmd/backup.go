package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/shop"
	"callout/store"
)

func newBackupCmd(a *App) *cobra.Command {
	return GroupData.In(a.Verb(Verb{
		Use:   "backup DIR",
		Short: "Bring the backup in a folder up to date, and prove it",
		Long: "Appends what the journal has gained since the last time, copies new evidence files, then restores the whole\n" +
			"backup into a temporary store and verifies that. Nobody has to stop working meanwhile. A backup that is killed\n" +
			"leaves the older one as it was. The signing key and the heads that this machine has seen are not in it.\n\n" +
			"On a linked device it is a backup of the server's journal as far as it is here. Commands that wait to be sent, open conflicts and\n" +
			"evidence files that nobody has looked at here are not in it: that is said, and for commands and conflicts the exit code is 3.",
		Example: "callout backup /mnt/usb/callout\ncallout backup ./backup -o json --jq .head",
		Fields: []string{"dir", "entries", "head", "written", "kept", "bytes", "proved", "evidence_files", "evidence_copied",
			"pending", "conflicts", "evidence_elsewhere"},
		Run: func(ctx context.Context, args []string) error {
			return a.WithShop(func(s *shop.Shop) error {
				progress := a.Progress("backup", 0)
				rep, err := s.Backup(ctx, args[0], func(string, uint64, uint64) { progress.Add(1) })
				progress.Done()
				if err != nil {
					return err
				}
				err = a.Show(rep.Head, rep, func(p *Page) {
					p.Field("Backup", rep.Dir)
					p.Field("Journal", howMany(rep.Entries, "entry")+", head "+rep.Head)
					p.Field("Segments", fmt.Sprintf("%d written, %d kept, %s", rep.Written, rep.Kept, howMany(rep.Bytes, "byte")))
					p.Field("Evidence", fmt.Sprintf("%s, %d of them new", howMany(rep.Files, "file"), rep.Copied))
					p.Field("Proved", "restored into a temporary store and verified")
				})
				if rep.Elsewhere > 0 {
					a.note("%s with the server only and not in the backup; callout sync --evidence gets what is not here", areWhere(rep.Elsewhere))
				}
				if err == nil && rep.Pending+rep.Conflicts > 0 {
					return &partlyError{text: onlyHere(rep.Pending, rep.Conflicts) + " on this device only and not in the backup", hint: "callout sync"}
				}
				return err
			})
		},
	}))
}

func areWhere(files int) string {
	if files == 1 {
		return "1 evidence file is"
	}
	return howMany(files, "evidence file") + " are"
}

// onlyHere says what a device has that its server does not know.
func onlyHere(pending, conflicts int) string {
	var parts []string
	for _, p := range []struct {
		n    int
		noun string
	}{{pending, "command"}, {conflicts, "conflict"}} {
		if p.n > 0 {
			parts = append(parts, howMany(p.n, p.noun))
		}
	}
	verb := " are"
	if pending+conflicts == 1 {
		verb = " is"
	}
	return strings.Join(parts, " and ") + verb
}

func newRestoreCmd(a *App) *cobra.Command {
	var regress, recover bool
	return GroupData.In(a.Verb(Verb{
		Use:   "restore DIR",
		Short: "Make the store anew from a backup",
		Long: "Replays the backup's journal into a new store, verifies it, and puts it at --store. What stood there is kept under\n" +
			"another name, which --yes confirms. A backup that is older than what this machine has seen is refused, because entries would be lost\n" +
			"and numbers given twice, unless --accept-regression and a --reason are given; the journal then says so.",
		Example: "callout restore /mnt/usb/callout --store new.db\n" +
			`callout restore ./backup --accept-regression --reason "disk lost, last backup is of Monday" --yes`,
		Writes: true,
		Danger: Severe,
		Check: func(args []string) error {
			_, err := shop.Restorable(a.shopOptions(), args[0], store.RestoreOptions{AcceptRegression: regress, Recover: recover, Actor: a.Actor(), Reason: a.Reason()})
			return err
		},
		Harmless: func() bool { // nothing is replaced, and nothing given up
			return !regress && !a.occupied()
		},
		Fields: []string{"store", "tenant", "entries", "records", "index_entries", "head", "findings", "evidence_files"},
		Flags: func(f *pflag.FlagSet) {
			f.BoolVar(&recover, "recover", false, "of a server: decide nothing until the linked devices have given back what is newer than the backup")
			f.BoolVar(&regress, "accept-regression", false, "restore although this machine has seen newer entries")
		},
		Run: func(ctx context.Context, args []string) error {
			if regress && a.Reason() == "" {
				return usagef("--accept-regression needs a reason").Hint(`--reason "why the newer entries are given up"`)
			}
			if regress && recover {
				return usagef("--accept-regression gives the newer entries up, --recover waits for them; name one")
			}
			how := store.RestoreOptions{AcceptRegression: regress, Recover: recover, Actor: a.Actor(), Reason: a.Reason()}
			if a.DryRun() {
				return a.showManifest(args[0], how)
			}
			progress := a.Progress("restore", 0)
			how.Progress = func(uint64, uint64) { progress.Add(1) }
			rep, old, err := shop.Restore(ctx, a.shopOptions(), args[0], how)
			progress.Done()
			if err != nil {
				return err
			}
			return a.Show(rep.Head, rep, func(p *Page) {
				p.Field("Store", rep.Store)
				p.Field("Journal", howMany(rep.Entries, "entry")+", head "+rep.Head)
				p.Field("Evidence", howMany(rep.Files, "file"))
				p.Field("Old store", old)
			})
		},
	}))
}

// occupied reports whether there is something at the place of the shop, or may be.
func (a *App) occupied() bool {
	if a.config.Database != "" {
		there, err := shop.There(a.ctx, a.shopOptions())
		return there || err != nil
	}
	_, err := os.Lstat(a.config.Store)
	return !errors.Is(err, fs.ErrNotExist)
}

// showManifest is the dry run of a restore: what the backup holds, unless it would be refused.
func (a *App) showManifest(dir string, how store.RestoreOptions) error {
	m, err := shop.Restorable(a.shopOptions(), dir, how)
	if err != nil {
		return err
	}
	return a.Show(m.Tenant, m, func(p *Page) {
		p.Field("Backup", dir)
		p.Field("Made", m.Made)
		p.Field("Entries", m.Entries)
		p.Field("Tenant", m.Tenant)
		p.Field("Written by", m.App)
	})
}
