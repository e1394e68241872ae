package cmd

import (
	"bytes"
	"errors"
	"io/fs"
	"os"

	"callout/dispatch/solver/file"
	"callout/internal/fault"
)

// saveProblem writes what a plan is made from to a file that is not there yet.
func (a *App) saveProblem(path string, p *file.Problem) error {
	var doc bytes.Buffer
	if err := file.Write(&doc, p); err != nil {
		return fault.Refusedf("%v", err).With("dispatch.problem").Hint("callout dispatch optimize --days 5 --save-problem %s", path)
	}
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fault.Conflictf("%s is there already", path).With("dispatch.problem").Hint("write --save-problem with the name of a new file")
	}
	if err == nil {
		_, err = out.Write(doc.Bytes())
		err = errors.Join(err, out.Close())
	}
	if err != nil {
		return fault.Refusedf("the problem cannot be written to %s", path).Because(err).With("dispatch.problem").
			Hint("write --save-problem with the name of a file in a folder that is there")
	}
	a.note("%d technicians and %d visits written to %s", len(p.Technicians), len(p.Visits), path)
	return nil
}
