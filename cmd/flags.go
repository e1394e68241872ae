package cmd

import (
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// sharedFlags are the flags of every verb. Those that are configuration keys as well are
// read from Config, where the environment and the files have had their say.
type sharedFlags struct {
	output, color, tz, store, database, tenant, server, as string
	lockWait                                               time.Duration
	noInput                                                bool

	jq     string
	fields []string
}

// add declares the shared flags.
func (s *sharedFlags) add(f *pflag.FlagSet) {
	choiceVarP(f, &s.output, "output", "o", "", outputFormats(), "output as `FORMAT`: table, json, jsonl, yaml, csv, tsv or name (a table on a terminal, tsv in a pipe)")
	f.StringVar(&s.jq, "jq", "", "put the JSON through this jq `FILTER`; with -o jsonl one object at a time")
	f.StringSliceVar(&s.fields, "fields", nil, "only these fields, in this order, with commas: `FIELD`")
	f.StringVar(&s.store, "store", "", "the store to use: `PATH`")
	f.StringVar(&s.database, "database", "", "the shop lies in the PostgreSQL database at this `URL`, instead of a store")
	f.StringVar(&s.tenant, "tenant", "", "the shop's `NAME` in the database (shop)")
	f.StringVar(&s.server, "server", "", "work on the server at this `URL`, instead of a store; CALLOUT_TOKEN says who you are")
	f.StringVar(&s.as, "as", "", "act as the person called `USER`, in a stand-alone shop")
	f.DurationVar(&s.lockWait, "lock-wait", 0, "wait this `DURATION` for a busy store, then give up with exit code 7")
	f.StringVar(&s.tz, "tz", "", "show and read times in this IANA time zone: `ZONE`")
	choiceVar(f, &s.color, "color", "", colorChoices(), "colour text auto, always or never: `WHEN`")
	f.BoolVar(&s.noInput, "no-input", false, "never ask; fail where an answer is needed")
}

// writeFlags are the flags of every writing verb.
type writeFlags struct {
	dryRun bool
	yes    bool
	reason string
	at     string
	cmdID  string
	wait   bool
}

func (w *writeFlags) add(f *pflag.FlagSet, d Danger) {
	f.BoolVar(&w.dryRun, "dry-run", false, "show what would change, and change nothing")
	f.StringVar(&w.reason, "reason", "", "why, as the journal will say: `TEXT`")
	f.StringVar(&w.at, "at", "", "when it happened, if not now: `TIME` (see callout help time)")
	f.StringVar(&w.cmdID, "cmd-id", "", "an `ID` of your choice; repeating with the same one does nothing twice")
	f.BoolVar(&w.wait, "wait", false, "on a linked device: sync, and wait for the server's own answer")
	if d != Mild {
		f.BoolVar(&w.yes, "yes", false, "do not ask for confirmation")
	}
}

// isSharedFlag reports whether help lists a flag with those that every verb has.
func isSharedFlag(c *cobra.Command, name string) bool {
	return c.Root().PersistentFlags().Lookup(name) != nil
}

// isWriteFlag reports whether help lists a flag with those of every writing verb.
func isWriteFlag(name string) bool {
	switch name {
	case "dry-run", "reason", "at", "cmd-id", "wait", "yes":
		return true
	}
	return false
}
