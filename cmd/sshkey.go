package cmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/party"
	"callout/store"
)

func newSSHKeyCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "key", Short: "The SSH keys by which people log in"}, newSSHKeyAddCmd(a), newSSHKeyListCmd(a), newSSHKeyRemoveCmd(a))
}

func newSSHKeyAddCmd(a *App) *cobra.Command {
	var label string
	return a.Verb(Verb{
		Use: "add USER FILE", Short: "Let a person log in by an SSH key", Writes: true,
		Long:    "FILE is the public key, which ends in .pub; - reads it from standard input.",
		Example: "callout user key add Mia ~/.ssh/id_ed25519.pub",
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&label, "name", "", "what it is called here, a `NAME`; the comment in the file if left out")
		},
		Run: func(ctx context.Context, args []string) error {
			line, err := a.readDefinition(args[1])
			if err != nil {
				return err
			}
			public, _, err := party.ParseKey(string(line))
			if err != nil {
				return err
			}
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					id, err := findPerson(r, args[0])
					return &party.AddKey{Person: id, Public: strings.TrimSpace(string(line)), Label: label}, err
				},
				Note: func(store.Receipt) string { return party.Fingerprint(public) },
			})
		},
	})
}

// sshKeyRow is a key in a list, with the name of its person.
type sshKeyRow struct {
	party.KeyRow
	Who string
}

func sshKeyList() List[sshKeyRow] {
	return List[sshKeyRow]{
		Key:   func(k sshKeyRow) string { return string(k.ID) },
		Empty: "there are no keys; callout user key add USER FILE adds one",
		Columns: []Column[sshKeyRow]{
			{Name: "id", Value: func(k sshKeyRow) any { return string(k.ID) }},
			{Name: "user", Value: func(k sshKeyRow) any { return k.Who }},
			{Name: "name", Value: func(k sshKeyRow) any { return k.Name }},
			{Name: "fingerprint", Value: func(k sshKeyRow) any { return k.Fingerprint }},
			{Name: "added", Detail: true, Value: func(k sshKeyRow) any { return k.Added }},
		},
	}
}

func newSSHKeyListCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "list [USER]", Short: "List the keys that count, of one person or of all",
		Example: "callout user key list Mia",
		Fields:  sshKeyList().Names(),
		Run: func(ctx context.Context, args []string) error {
			return printBelongings(ctx, a, args, sshKeyList(), func(r store.Reader, person store.ID) (rows []sshKeyRow, err error) {
				n := namesOf(r)
				for k, err := range belongings(r, party.Keys, person) {
					if err != nil {
						return nil, err
					}
					if k.Removed.IsZero() {
						rows = append(rows, sshKeyRow{k, n.of(k.Person)})
					}
				}
				return rows, nil
			})
		},
	})
}

func newSSHKeyRemoveCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "remove SSH-KEY...", Short: "End the use of keys", Writes: true,
		Long:    "A key is named by its id or by its fingerprint.",
		Example: "callout user key remove SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, Action{
				Build: func(r store.Reader, item string) (store.Command, error) {
					id, err := hinted(party.Keys.FindID, "callout user key list")(r, item)
					return &party.RemoveKey{Key: id}, err
				},
				Note: func(store.Receipt) string { return "removed" },
			})
		},
	})
}
