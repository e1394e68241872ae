package cmd

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/internal/fault"
	"callout/shop"
	"callout/store"
)

func newAuditCmd(a *App) *cobra.Command {
	return a.Noun(Noun{
		Use: "audit", Short: "Check what is stored against the signed journal", Group: GroupData,
	}, newAuditVerifyCmd(a), newAuditCheckCmd(a))
}

// auditLine is one line that the checking process tells its parent.
type auditLine struct {
	Step    string         `json:"step,omitempty"`
	Note    string         `json:"note,omitempty"`
	Finding *store.Finding `json:"finding,omitempty"`
	Report  *store.Report  `json:"report,omitempty"`
}

// auditReport is what `audit verify` prints.
type auditReport struct {
	Store string `json:"store"`
	OK    bool   `json:"ok"`
	store.Report
	Evidence int `json:"evidence_files"`
}

func newAuditVerifyCmd(a *App) *cobra.Command {
	limit := 30 * time.Minute
	return a.Verb(Verb{
		Use:   "verify",
		Short: "Prove that nothing stored has been changed past the journal",
		Long: "Reads every journal entry, recomputes the tree and compares it with the signed head and with the last head\n" +
			"that this machine has seen; then every record, index entry, number and counter, the rooms' own audits, and the\n" +
			"evidence files. A process of its own does the reading, under a time limit: a damaged file can hang\n" +
			"whoever reads it. It reads a copy in the folder for temporary files (TMPDIR), so that others can go on\n" +
			"working; without room for one there, they wait. Exit code 0 means that nothing was found.",
		Example: "callout audit verify\ncallout audit verify -o json --jq '.findings[].message'",
		Fields:  []string{"store", "ok", "tenant", "entries", "records", "index_entries", "head", "findings", "evidence_files"},
		Flags: func(f *pflag.FlagSet) {
			durationVar(f, &limit, "limit", limit, "give up after this `DURATION`")
		},
		Run: func(ctx context.Context, _ []string) error {
			audit := a.auditInChild
			if a.config.Database != "" {
				audit = a.auditHere
			}
			rep, err := audit(ctx, limit)
			if err != nil {
				return err
			}
			return a.showAudit(rep)
		},
	})
}

func (a *App) showAudit(rep *auditReport) error {
	rep.OK = len(rep.Findings) == 0
	err := a.Show(rep.Head, rep, func(p *Page) {
		p.Field("Store", rep.Store)
		p.Field("Journal", howMany(rep.Entries, "entry")+", head "+rep.Head)
		p.Field("Records", fmt.Sprintf("%d, with %d index entries", rep.Records, rep.IndexEntries))
		p.Field("Evidence", howMany(rep.Evidence, "file"))
		if rep.OK {
			p.Field("Result", "everything follows from the signed journal")
			return
		}
		p.Section(howMany(len(rep.Findings)+rep.More, "finding"))
		for _, f := range rep.Findings {
			p.Line("%s", f)
		}
	})
	if err != nil || rep.OK {
		return err
	}
	found := fault.Internalf("the store has %s", howMany(len(rep.Findings)+rep.More, "finding")).With("audit.findings")
	if !slices.ContainsFunc(rep.Findings, func(f store.Finding) bool { return !f.OfIndex() }) { // what is graver comes first
		return found.Hint("callout backup DIR   (journal and records are whole; an earlier version may have written these indexes)").
			Hint("callout restore DIR --store NEW.db   (makes all indexes anew)")
	}
	return found.
		Hint("callout restore DIR --store NEW.db   (from the last backup)").
		Hint("keep the damaged file: what it still holds can be compared")
}

// newAuditCheckCmd is the process that reads. It tells its steps and findings as they come, so that its
// parent knows where it died.
func newAuditCheckCmd(a *App) *cobra.Command {
	var place string
	return a.Verb(Verb{
		Use: "check", Short: "Do the reading for audit verify, and tell as lines of JSON", Hidden: true,
		Fields:  []string{"step", "note", "finding", "report"},
		Example: "callout audit check -o jsonl",
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&place, "copy", "", "read a copy of the store in this `FILE`")
		},
		Run: func(ctx context.Context, _ []string) error {
			if err := a.whole(); err != nil {
				return err
			}
			// Whoever listens may be killed; there is no sense in going on then.
			ctx, stop := context.WithCancel(ctx)
			defer stop()
			out := json.NewEncoder(a.Out)
			tell := func(l auditLine) {
				if out.Encode(l) != nil {
					stop()
				}
			}
			var told time.Time
			return a.WithShop(func(s *shop.Shop) error {
				rep, err := s.Verify(ctx, store.VerifyOptions{
					Progress: func(step store.Step) {
						if now := time.Now(); now.Sub(told) > 50*time.Millisecond || step.Key == nil {
							told = now
							tell(auditLine{Step: step.String()})
						}
					},
					Found:    func(f store.Finding) { tell(auditLine{Finding: &f}) },
					Copy:     place,
					Uncopied: func(why error) { tell(auditLine{Note: why.Error()}) },
				})
				if err != nil {
					return err
				}
				return out.Encode(auditLine{Report: rep})
			})
		},
	})
}

// auditInChild runs the check in a child process and adds what the parent can check itself. The copy
// that the child reads is the parent's to remove: the child may not live to do it.
func (a *App) auditInChild(ctx context.Context, limit time.Duration) (*auditReport, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, fault.Internalf("cannot find this program's own file").Because(err)
	}
	within, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	child := exec.CommandContext(within, exe)
	child.Args = []string{
		"callout", "audit", "check", "-o", "jsonl", "--store", a.config.Store,
		"--lock-wait", a.config.LockWait.String(),
	}
	if place, err := shop.ReserveCopy(os.TempDir()); err != nil {
		a.noteUncopied(err.Error())
	} else {
		defer place.Remove()
		child.Args = append(child.Args, "--copy", place.Path)
	}
	var complaint bytes.Buffer
	child.Stderr = &complaint
	pipe, err := child.StdoutPipe()
	if err != nil {
		return nil, fault.Internalf("cannot listen to the checking process").Because(err)
	}
	if err := child.Start(); err != nil {
		return nil, fault.Internalf("cannot start the checking process").Because(err)
	}
	rep := &auditReport{Store: a.config.Store}
	last, done := a.follow(pipe, rep)
	err = child.Wait()
	if done {
		return rep, a.auditEvidence(ctx, rep)
	}
	said := complained(complaint.Bytes())
	why := fmt.Sprintf("the check ended (%v) at: %s", err, last)
	switch {
	case said == nil:
	case said.Kind != fault.Internal:
		return nil, said
	default: // it has failed while reading
		why = fmt.Sprintf("the check ended (%v) at: %s", said, last)
	}
	if errors.Is(within.Err(), context.DeadlineExceeded) {
		why = fmt.Sprintf("the check did not get past this within %s: %s", limit, last)
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	rep.Findings = append(rep.Findings, store.Finding{Message: why})
	return rep, nil
}

// auditHere does the check of a shop in a database in this process: what is damaged there is the database's to survive, and
// snapshots make nobody wait.
func (a *App) auditHere(ctx context.Context, limit time.Duration) (*auditReport, error) {
	within, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	rep := &auditReport{Store: a.where()}
	err := a.WithShop(func(s *shop.Shop) error {
		progress := a.Progress("checking", 0)
		defer progress.Done()
		var told time.Time
		found, err := s.Verify(within, store.VerifyOptions{Progress: func(step store.Step) {
			if now := time.Now(); now.Sub(told) > 50*time.Millisecond || step.Key == nil {
				told = now
				progress.Add(1)
			}
		}})
		if err == nil {
			rep.Report = *found
		}
		return err
	})
	if errors.Is(within.Err(), context.DeadlineExceeded) && ctx.Err() == nil {
		return nil, fault.Busyf("the check was not done within %s", limit).With("audit.limit").Hint("callout audit verify --limit %s", 2*limit)
	}
	if err != nil {
		return nil, err
	}
	return rep, a.auditEvidence(ctx, rep)
}

// noteUncopied says that others have to wait, and why.
func (a *App) noteUncopied(why string) {
	a.note("others have to wait while the store is read: %s; TMPDIR can name a folder with room", why)
}

// follow reads the child's lines until it ends. It returns the last step told, and
// whether the child came to its report.
func (a *App) follow(pipe io.Reader, rep *auditReport) (last string, done bool) {
	lines := bufio.NewScanner(pipe)
	lines.Buffer(nil, 16<<20)
	progress := a.Progress("checking", 0)
	defer progress.Done()
	for lines.Scan() {
		var l auditLine
		if json.Unmarshal(lines.Bytes(), &l) != nil {
			continue
		}
		switch {
		case l.Report != nil:
			rep.Report, done = *l.Report, true
		case l.Note != "":
			a.noteUncopied(l.Note)
		case l.Finding != nil:
			rep.Findings = append(rep.Findings, *l.Finding)
		default:
			last = l.Step
			progress.Add(1)
		}
	}
	_, _ = io.Copy(io.Discard, pipe)
	return last, done
}

// complained reads the error that the child reported as JSON, such as a busy or a missing
// store; nil when it died without one.
func complained(stderr []byte) *fault.Error {
	lines := bytes.Split(bytes.TrimSpace(stderr), []byte("\n"))
	var r errorReport
	if !decodeJSON(lines[len(lines)-1], &r) || r.Error.Kind == "" {
		return nil
	}
	return &fault.Error{
		Kind: fault.Kind(r.Error.Kind), Code: r.Error.Code, Field: r.Error.Field,
		Msg: r.Error.Message, Hints: r.Error.Hints,
	}
}

// auditEvidence compares the evidence files with the digests that the records know. A store too
// damaged for that is a finding: the error must not hide what the check has found.
func (a *App) auditEvidence(ctx context.Context, rep *auditReport) error {
	found := func(f store.Finding) { rep.Findings = append(rep.Findings, f) }
	err := a.WithShop(func(s *shop.Shop) (err error) {
		rep.Evidence, err = s.VerifyEvidence(ctx, found)
		return err
	})
	if fault.CodeOf(err) == "store.damaged" {
		found(store.Finding{Space: "evidence", Message: "the files could not be checked (" + err.Error() + ")"})
		return nil
	}
	return err
}
