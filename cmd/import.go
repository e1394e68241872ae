package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/calendar"
	"callout/internal/fault"
	"callout/party"
	"callout/shop"
	"callout/shop/intake"
	"callout/store"
)

func newImportCmd(a *App) *cobra.Command {
	im := importing{app: a}
	return GroupData.In(a.Verb(Verb{
		Use:   "import " + strings.Join(intake.Kinds(), "|") + " FILE",
		Short: "Bring in a CSV file of another system, row by row",
		Long: "The mapping says which column becomes which field; callout help import describes it. Each row comes in once, however\n" +
			"often the file does. A row that makes no sense is reported by line and field and stays out; the others come in, and\n" +
			"the exit code is 3. With --all-or-nothing a bad row keeps all others out, and a single undo takes all of them back.\n" +
			"FILE may be - for stdin. With -o name the numbers of what came in are printed.\n\n" +
			"On a linked device the rows go to the server, and come back from there. Without a network a file of up to 500 rows waits on the\n" +
			"device like everything that is done there; a longer one is refused, unless --pending is given.",
		Example: "callout import work-orders orders.csv --map orders.map.yaml --dry-run\n" +
			"callout import work-orders orders.csv --map orders.map.yaml --errors refused.csv\n" +
			"callout import parts parts.csv --map parts.map.yaml --all-or-nothing -o json",
		Writes:   true,
		Required: []string{"map"},
		Fields: []string{"kind", "source", "rows", "imported", "done_before", "refused", "dry_run", "first", "last",
			"kept_out", "problems", "problems_omitted", "sample"},
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&im.mapFile, "map", "", "the mapping, in `FILE`")
			f.BoolVar(&im.whole, "all-or-nothing", false, "bring in all rows, or none if one is bad")
			f.BoolVar(&im.pending, "pending", false, "on a linked device: decide every row here, and let it wait to be sent")
			f.StringVar(&im.errorsFile, "errors", "", "write everything that is wrong to `FILE`, as CSV by line and field")
		},
		Run: im.run,
	}))
}

// importMemory is how much memory an import may take in bytes, apart from what is mapped of the file, before it collects
// garbage more often.
const importMemory = 192 << 20

// importing is one run of the verb.
type importing struct {
	app                 *App
	mapFile, errorsFile string
	whole               bool
	pending             bool

	progress *Progress
	problems problemLog
	sample   []Change
}

// importReport is what is printed at the end.
type importReport struct {
	intake.Summary
	Problems []intake.Problem `json:"problems"`
	Omitted  int              `json:"problems_omitted,omitempty"`
	// Sample is what the first row would change, in a dry run.
	Sample []Change `json:"sample,omitempty"`
}

func (im *importing) run(ctx context.Context, args []string) (err error) {
	a := im.app
	m, err := readMapping(im.mapFile, args[0])
	if err != nil {
		return err
	}
	data, err := a.openData(args[1])
	if err != nil {
		return err
	}
	defer func() { _ = data.Close() }() // only read from
	im.problems = problemLog{app: a}
	if err := im.problems.open(im.errorsFile, im.mapFile, args[1]); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, im.problems.close()) }()
	if a.env("GOGC") == "" && a.env("GOMEMLIMIT") == "" {
		// An import makes much and keeps little. Collecting half as often saves a fifth of its time, and
		// costs a third more memory; beyond what fits a small machine it is collected as often as it must be.
		defer debug.SetGCPercent(debug.SetGCPercent(200))
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(importMemory))
	}
	im.progress = a.Progress("importing", 0)
	var sum intake.Summary
	runErr := a.WithShop(func(s *shop.Shop) error {
		into := func(s *shop.Shop, file io.Reader) error {
			at, err := a.atHome(ctx, s)
			if err != nil {
				return err
			}
			sum, err = intake.Run(ctx, s, m, file, intake.Options{
				Actor: a.Actor(), At: at, Reason: a.Reason(), DryRun: a.DryRun(), AllOrNothing: im.whole,
				Problem: im.problem, Row: im.row, Progress: im.progress.Add,
				Phase: func(what string) {
					im.progress.Done()
					a.note("%s", what)
				},
			})
			return err
		}
		if a.linked != nil && !im.pending && !a.DryRun() {
			return a.importThere(ctx, s, data, into)
		}
		return into(s, data)
	})
	im.progress.Done()
	if runErr != nil && sum.Imported == 0 {
		return runErr
	}
	if err := im.show(sum); err != nil {
		return err
	}
	return im.outcome(sum, runErr)
}

// problem tells what is wrong with a row, in between the lines of progress.
func (im *importing) problem(p intake.Problem) {
	im.progress.Done()
	im.problems.add(p)
}

// row hears of a row that came in.
func (im *importing) row(_ int, rec store.Receipt) {
	a := im.app
	if a.format() == formatName {
		_, _ = fmt.Fprintln(a.Out, printable(cmp.Or(rec.Number, string(rec.Subject)), false))
	}
	if !a.DryRun() || im.sample != nil {
		return
	}
	for _, c := range rec.Changes {
		im.sample = append(im.sample, Change{
			Collection: c.Collection, ID: string(c.ID), Op: c.Op(), Before: c.Before, After: c.After,
		})
	}
}

// show prints the summary.
func (im *importing) show(sum intake.Summary) error {
	a := im.app
	im.problems.rest()
	if a.format() == formatName {
		return nil
	}
	rep := importReport{Summary: sum, Problems: im.problems.kept, Omitted: im.problems.omitted, Sample: im.sample}
	if rep.Problems == nil {
		rep.Problems = []intake.Problem{}
	}
	return a.Show("", rep, func(p *Page) {
		came := "Imported"
		switch {
		case sum.Kept:
			p.Line("A bad row kept all others out: nothing was brought in.")
		case sum.DryRun:
			came = "Would come in"
		}
		p.Field("Read", fmt.Sprintf("%d %s from %s", sum.Rows, sum.Kind, sum.Source))
		p.Field(came, fmt.Sprintf("%d%s", sum.Imported, fromTo(sum.First, sum.Last)))
		p.Field("Done before", sum.Before)
		p.Field("Refused", sum.Refused)
		if len(im.sample) > 0 {
			p.Section("What the first row would change")
			for _, c := range im.sample {
				p.raw(printable(describeChange(c), true))
			}
		}
	})
}

func fromTo(first, last string) string {
	switch {
	case first == "":
		return ""
	case first == last:
		return " (" + first + ")"
	}
	return " (" + first + " to " + last + ")"
}

// outcome is what the run comes to.
func (im *importing) outcome(sum intake.Summary, err error) error {
	switch {
	case err != nil:
		return err
	case sum.Refused == 0:
		return nil
	case sum.Kept:
		return &fault.Error{
			Kind: sum.Fault(), Code: "import.kept-out",
			Msg:   fmt.Sprintf("%d of %d rows cannot come in, so none did", sum.Refused, sum.Rows),
			Hints: []string{"correct the file and run the same command again, or leave out --all-or-nothing", im.mend()},
		}
	case sum.Refused == sum.Rows:
		return &fault.Error{Kind: sum.Fault(), Code: "all-failed", Msg: fmt.Sprintf("none of %d rows came in", sum.Rows), Hints: []string{im.mend()}}
	}
	return &partlyError{failed: sum.Refused, total: sum.Rows, hint: im.mend()}
}

// mend is what helps with rows that stayed out. The same command may be run as often as one likes.
func (im *importing) mend() string {
	if im.errorsFile == "" {
		return "add --errors refused.csv to the same command   (it lists every row that stays out, by line and field)"
	}
	return "correct the lines that " + im.errorsFile + " names, and run the same command again: what is in stays as it is"
}

// readMapping reads the mapping and checks that it is for the kind that was named.
func readMapping(path, kind string) (*intake.Mapping, error) {
	doc, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.NotFoundf("there is no mapping %s", path).Hint("callout help import")
	}
	if err != nil {
		return nil, fault.Invalidf("map", "%s cannot be read", path).Because(err)
	}
	m, err := intake.ParseMapping(doc)
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.Invalid {
		f.Msg = path + ": " + f.Msg
	}
	if err != nil {
		return nil, err
	}
	if m.Kind != kind {
		return nil, usagef("the mapping %s is for %s, not for %s", path, m.Kind, kind).
			Hint("callout import %s FILE --map %s", m.Kind, path)
	}
	return m, nil
}

// openData opens a file of data, or stdin for "-".
func (a *App) openData(path string) (io.ReadCloser, error) {
	if path == "-" {
		if a.inTTY {
			return nil, usagef("- reads the file from stdin, and nothing is piped in").Hint("callout help import")
		}
		return io.NopCloser(a.In), nil
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.NotFoundf("there is no file %s", path)
	}
	if err != nil {
		return nil, fault.Invalidf("file", "%s cannot be read", path).Because(err)
	}
	if st, err := f.Stat(); err == nil && st.IsDir() {
		return nil, errors.Join(fault.Invalidf("file", "%s is a folder", path), f.Close())
	}
	return f, nil
}

// atHome is when the thing happened, read on the company's clock.
func (a *App) atHome(ctx context.Context, s *shop.Shop) (at time.Time, err error) {
	err = s.View(ctx, func(r store.Reader) error {
		company, err := party.TheCompany(r)
		if err != nil {
			return err
		}
		zone, err := calendar.LoadZone("tz", company.Zone)
		if err != nil {
			return err
		}
		at, err = a.At(zone)
		return err
	})
	return at, err
}
