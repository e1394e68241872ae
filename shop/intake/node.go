package intake

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"callout/internal/fault"

	"go.yaml.in/yaml/v3"
)

// maxMapping is how many bytes a mapping may have. People write it by hand.
const maxMapping = 1 << 20

// parseYAML reads one YAML document.
func parseYAML(text []byte) (*yaml.Node, error) {
	if len(text) > maxMapping {
		return nil, fault.Invalidf("map", "the mapping is longer than %d bytes", maxMapping).With("map.long")
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, fault.Invalidf("map", "the mapping is empty").With("map.empty")
		}
		return nil, fault.Invalidf("map", "%s", strings.TrimPrefix(err.Error(), "yaml: ")).With("map.yaml")
	}
	var more yaml.Node
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, fault.Invalidf("map", "there is more than one document in the mapping").With("map.yaml")
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return nil, fault.Invalidf("map", "the mapping is empty").With("map.empty")
	}
	return doc.Content[0], nil
}

// keys says what reads the value of each key of a YAML mapping.
type keys map[string]func(*yaml.Node) error

// read reads a YAML mapping strictly: every key is known and stands once.
func (ks keys) read(n *yaml.Node, what string) error {
	if n.Kind != yaml.MappingNode {
		return wrong(n, "%s is written as keys with values", what)
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		read, known := ks[key.Value]
		switch {
		case key.Kind != yaml.ScalarNode:
			return wrong(key, "a key of %s is no word", what)
		case !known:
			return wrong(key, "unknown key %q in %s; there are %s", key.Value, what, strings.Join(ks.names(), ", ")).
				With("map.unknown-key")
		case seen[key.Value] != 0:
			return wrong(key, "%q stands in line %d already", key.Value, seen[key.Value])
		}
		seen[key.Value] = key.Line
		if err := read(value); err != nil {
			return err
		}
	}
	return nil
}

func (ks keys) names() []string {
	var out []string
	for k := range ks {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// wrong reports what is wrong at a place of the mapping.
func wrong(n *yaml.Node, format string, args ...any) *fault.Error {
	return wrongLine(n.Line, format, args...)
}

func wrongLine(line int, format string, args ...any) *fault.Error {
	e := fault.Invalidf("map", format, args...).With("map.wrong").Hint("callout help import")
	e.Msg = "line " + itoa(line) + ": " + e.Msg
	return e
}

// text reads a scalar as it is written, so that 007 and no stay texts.
func text(to *string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
			return wrong(n, "one value is expected here")
		}
		*to = n.Value
		return nil
	}
}

// optional is text for a key whose absence means something else than an empty text.
func optional(to **string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		*to = new(string)
		return text(*to)(n)
	}
}

func flag(to *bool) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
			return wrong(n, "true or false is expected here")
		}
		*to = strings.EqualFold(n.Value, "true")
		return nil
	}
}

// word reads one of a few words.
func word(to *string, words ...string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if err := text(to)(n); err != nil {
			return err
		}
		if !slices.Contains(words, *to) {
			return wrong(n, "%q is none of %s", *to, strings.Join(words, ", "))
		}
		return nil
	}
}

// list reads a sequence of texts.
func list(to *[]string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
			return wrong(n, "a list is expected here, such as [A, B]")
		}
		for _, item := range n.Content {
			var s string
			if err := text(&s)(item); err != nil {
				return err
			}
			if slices.Contains(*to, s) {
				return wrong(item, "%q stands here twice", s)
			}
			*to = append(*to, s)
		}
		return nil
	}
}

// table reads texts by text.
func table(to *map[string]string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
			return wrong(n, "a table is expected here, such as {PM01: repair}")
		}
		*to = make(map[string]string, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			var k, v string
			if err := errors.Join(text(&k)(n.Content[i]), text(&v)(n.Content[i+1])); err != nil {
				return wrong(n.Content[i], "one value for one word is expected here")
			}
			if _, twice := (*to)[k]; twice {
				return wrong(n.Content[i], "%q stands here twice", k)
			}
			(*to)[k] = v
		}
		return nil
	}
}
