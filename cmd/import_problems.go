package cmd

import (
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strconv"

	"callout/internal/fault"
	"callout/shop/intake"
)

// How many problems are told on stderr and kept for the summary. The file that --errors
// names has all of them.
const (
	problemsTold = 20
	problemsKept = 10_000
)

// problemLog is what was wrong with the rows of a file.
type problemLog struct {
	app     *App
	told    int
	kept    []intake.Problem
	omitted int

	file *os.File
	csv  *csv.Writer
}

// open begins the file of problems, where one is wanted.
func (l *problemLog) open(path string, others ...string) error {
	if path == "" {
		return nil
	}
	for _, other := range others {
		if filepath.Clean(path) == filepath.Clean(other) {
			return usagef("--errors would overwrite %s", other).Hint("name another file")
		}
	}
	var err error
	if l.file, err = os.Create(path); err != nil {
		return fault.Invalidf("errors", "%s cannot be written", path).Because(err)
	}
	l.csv = csv.NewWriter(l.file)
	return l.csv.Write([]string{"line", "field", "message", "hint"})
}

// add tells of a problem, or counts it once enough were told.
func (l *problemLog) add(p intake.Problem) {
	if l.told < problemsTold {
		var hints []string
		if p.Hint != "" {
			hints = []string{p.Hint}
		}
		l.app.complain(p.Error(), hints)
	}
	l.told++
	if len(l.kept) < problemsKept {
		l.kept = append(l.kept, p)
	} else {
		l.omitted++
	}
	if l.csv != nil {
		_ = l.csv.Write([]string{strconv.Itoa(p.Line), p.Field, guardCell(p.Message), p.Hint}) // its error shows at close
	}
}

// rest says how many problems were not told.
func (l *problemLog) rest() {
	if more := l.told - problemsTold; more > 0 {
		where := "--errors FILE writes all of them"
		if l.file != nil {
			where = "all of them are in " + l.file.Name()
		}
		l.app.note("and %d more; %s", more, where)
	}
}

// close ends the file of problems.
func (l *problemLog) close() error {
	if l.file == nil {
		return nil
	}
	l.csv.Flush()
	if err := errors.Join(l.csv.Error(), l.file.Close()); err != nil {
		return fault.Internalf("the file of errors could not be written").Because(err)
	}
	return nil
}
