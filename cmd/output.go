package cmd

import (
	"cmp"
	"encoding/csv"
	"io"
	"slices"
	"strings"
)

// schemaVersion stands in every JSON object and list. It changes when a field disappears or
// changes its meaning; new fields do not change it.
const schemaVersion = "callout/v1"

// The output formats.
const (
	formatTable = "table"
	formatJSON  = "json"
	formatJSONL = "jsonl"
	formatYAML  = "yaml"
	formatCSV   = "csv"
	formatTSV   = "tsv"
	formatName  = "name"
)

// outputFormats lists what -o takes.
func outputFormats() []string {
	return []string{formatTable, formatJSON, formatJSONL, formatYAML, formatCSV, formatTSV, formatName}
}

// format is the output format of this run. A bare --jq means json.
func (a *App) format() string {
	switch {
	case a.config.Output != "" && a.config.Output != "auto" && !(a.shared.jq != "" && a.shared.output == ""):
		return a.config.Output
	case a.shared.jq != "":
		return formatJSON
	case a.outTTY:
		return formatTable
	}
	return formatTSV
}

// textual reports whether a single thing is shown as text for people: when nobody asked
// for a format, terminal or not.
func (a *App) textual() bool {
	if a.format() == formatTable {
		return true
	}
	return a.shared.jq == "" && (a.config.Output == "" || a.config.Output == "auto")
}

// checkOutput refuses flags that contradict each other.
func (a *App) checkOutput() error {
	f := a.format()
	if a.shared.jq != "" && f != formatJSON && f != formatJSONL {
		return usagef("--jq filters JSON and cannot be printed as %s", f).Hint("leave out -o %s", f)
	}
	if len(a.shared.fields) > 0 && f == formatName {
		return usagef("-o name prints names only, so --fields has nothing to pick from").Hint("leave out one of them")
	}
	return nil
}

// whole refuses --fields for what is written as it is, in a form of its own.
func (a *App) whole() error {
	if len(a.shared.fields) > 0 {
		return usagef("what %s writes has no fields to pick from", a.running).Hint("%s", a.running)
	}
	return nil
}

// pick returns the indexes of the chosen fields among those there are, in the chosen order. running
// is the command that was typed, for the hint.
func pick(running string, chosen, there []string) ([]int, error) {
	var out []int
	for _, name := range chosen {
		i := slices.Index(there, name)
		if i < 0 {
			err := usagef("there is no field %q; there are %s", name, strings.Join(there, ", "))
			err.Field = "fields"
			return nil, err.Hint("%s --fields %s", running, cmp.Or(closest(name, there), strings.Join(there[:min(len(there), 3)], ",")))
		}
		out = append(out, i)
	}
	return out, nil
}

// rowWriter writes rows in one format. A cell's value is what its column's function gave.
type rowWriter interface {
	write(cells []any, name string) error
	close() error
}

// rowsTo returns the writer for the chosen format. The columns are those that will be
// printed, after --fields.
func (a *App) rowsTo(w io.Writer, cols []columnInfo) (rowWriter, error) {
	f := a.format()
	if a.shared.jq != "" {
		return newJQRows(a, w, cols, f == formatJSONL)
	}
	switch f {
	case formatJSON:
		return &jsonRows{app: a, w: w, cols: cols}, nil
	case formatJSONL:
		return &jsonlRows{app: a, w: w, cols: cols}, nil
	case formatYAML:
		return &yamlRows{app: a, w: w, cols: cols}, nil
	case formatCSV:
		return &csvRows{app: a, w: csv.NewWriter(w), cols: cols}, nil
	case formatTSV:
		return &tsvRows{app: a, w: w}, nil
	case formatName:
		return &nameRows{w: w}, nil
	}
	if a.accessible {
		return &linearRows{app: a, w: w, cols: cols}, nil
	}
	return &tableRows{app: a, w: w, cols: cols}, nil
}
