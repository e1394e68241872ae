// Package definition reads the files in which people write what has revisions: templates, policies. It
// knows YAML and nothing of what is defined.
package definition

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"

	"callout/internal/fault"

	"go.yaml.in/yaml/v3"
)

// maxDefinition bounds the text of a definition: a template that is longer is a mistake.
const maxDefinition = 1 << 20

// Parse reads one YAML document into a definition. Unknown fields are refused
// with their line, so that a typing mistake never becomes a silent default. JSON is YAML,
// so what `show -o json` and `show -o yaml` print can be read back.
func Parse(what string, text []byte, into any) error {
	if len(text) > maxDefinition {
		return fault.Invalidf("file", "a %s is not longer than %d bytes", what, maxDefinition).With("definition.syntax")
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	err := dec.Decode(into)
	if errors.Is(err, io.EOF) {
		return fault.Invalidf("file", "the %s is empty", what).With("definition.syntax")
	}
	if err != nil {
		return badDefinition(what, err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return fault.Invalidf("file", "a file holds one %s; this one goes on after it", what).With("definition.syntax")
	}
	return nil
}

var (
	unknownField = regexp.MustCompile(`field (.*) not found in type .*`)
	wrongType    = regexp.MustCompile("cannot unmarshal !!(\\S+) (`.*` )?into .*")
)

// badDefinition says in the words of the house what the YAML reader found, line by line.
func badDefinition(what string, err error) error {
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		return f
	}
	found := []string{strings.TrimPrefix(err.Error(), "yaml: ")}
	if t := (*yaml.TypeError)(nil); errors.As(err, &t) {
		found = t.Errors
	}
	for i, msg := range found {
		msg = unknownField.ReplaceAllString(msg, "there is no field $1")
		if m := wrongType.FindStringSubmatch(msg); m != nil {
			msg = wrongType.ReplaceAllString(msg, yamlKind(m[1])+" ${2}is not what belongs here")
		}
		found[i] = msg
	}
	return fault.Invalidf("file", "the %s cannot be read", what).For(found).With("definition.syntax")
}

// yamlKind is a YAML tag in words.
func yamlKind(tag string) string {
	switch tag {
	case "seq":
		return "a list"
	case "map":
		return "a mapping"
	case "int", "float":
		return "a number"
	case "bool":
		return "true or false"
	case "null":
		return "nothing"
	case "timestamp":
		return "a date"
	default:
		return "a text"
	}
}
