package cmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// yamlRows writes the same list as jsonRows does, as YAML, some rows at a time: the library's
// start costs more than many rows do.
type yamlRows struct {
	app   *App
	w     io.Writer
	cols  []columnInfo
	rows  []*yaml.Node
	begun bool
}

// yamlChunk is how many rows are written at a time.
const yamlChunk = 200

func (y *yamlRows) write(cells []any, _ string) error {
	row, err := y.app.jsonObject(y.cols, cells)
	if err != nil {
		return err
	}
	node, err := yamlDocument(row)
	if err != nil {
		return err
	}
	if y.rows = append(y.rows, node); len(y.rows) == yamlChunk {
		return y.flush()
	}
	return nil
}

// flush writes the rows that have gathered as the next part of the list of items.
func (y *yamlRows) flush() error {
	if len(y.rows) == 0 {
		return nil
	}
	const heading = "items:\n"
	list := &yaml.Node{Kind: yaml.SequenceNode, Content: y.rows}
	key := &yaml.Node{Kind: yaml.ScalarNode, Value: "items"}
	doc, err := encodeYAML(&yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{key, list}})
	if err != nil {
		return err
	}
	y.rows = nil
	if y.begun {
		doc = bytes.TrimPrefix(doc, []byte(heading))
	} else if _, err := io.WriteString(y.w, "schema: "+schemaVersion+"\n"); err != nil {
		return err
	}
	y.begun = true
	_, err = y.w.Write(doc)
	return err
}

func (y *yamlRows) close() error {
	if err := y.flush(); err != nil || y.begun {
		return err
	}
	_, err := io.WriteString(y.w, "schema: "+schemaVersion+"\nitems: []\n")
	return err
}

// toYAML rewrites a JSON document as YAML, with its keys in their order.
func toYAML(doc []byte) ([]byte, error) {
	node, err := yamlDocument(doc)
	if err != nil {
		return nil, err
	}
	return encodeYAML(node)
}

// yamlDocument reads a JSON document as a node.
func yamlDocument(doc []byte) (*yaml.Node, error) {
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	return yamlNode(dec)
}

func encodeYAML(node *yaml.Node) ([]byte, error) {
	var buf bytes.Buffer
	enc := yaml.NewEncoder(&buf)
	enc.SetIndent(2)
	if err := enc.Encode(node); err != nil {
		return nil, err
	}
	if err := enc.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// yamlNode reads the next JSON value as a node. Every scalar carries its tag, so that the
// text "1.10" or "no" is quoted and stays text.
func yamlNode(dec *json.Decoder) (*yaml.Node, error) {
	t, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Delim:
		return yamlNested(dec, t)
	case nil:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}, nil
	case bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: fmt.Sprint(t)}, nil
	case json.Number:
		tag := "!!int"
		if strings.ContainsAny(t.String(), ".eE") {
			tag = "!!float"
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: t.String()}, nil
	case string:
		node := new(yaml.Node)
		setText(node, t)
		return node, nil
	}
	return nil, fmt.Errorf("unexpected JSON token %v", t)
}

// setText makes a node a text, with quotes where the library would leave out ones that are
// needed: around words that readers of YAML 1.1 take for truth values, and around lines with
// tabs, which it writes as a block that it cannot read back.
func setText(node *yaml.Node, s string) {
	node.SetString(s)
	if oldBool(s) || strings.ContainsRune(s, '\n') && strings.ContainsAny(s, "\t\r") {
		node.Style = yaml.DoubleQuotedStyle
	}
}

// oldBool reports whether YAML 1.1 has a word for a truth value, such as "no" for Norway.
func oldBool(s string) bool {
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off":
		return true
	}
	return false
}

func yamlNested(dec *json.Decoder, open json.Delim) (*yaml.Node, error) {
	node := &yaml.Node{Kind: yaml.SequenceNode}
	if open == '{' {
		node.Kind = yaml.MappingNode
	}
	for dec.More() {
		child, err := yamlNode(dec) // a key or an element; the values follow their keys
		if err != nil {
			return nil, err
		}
		node.Content = append(node.Content, child)
	}
	if len(node.Content) == 0 {
		node.Style = yaml.FlowStyle
	}
	_, err := dec.Token() // the closing bracket
	return node, err
}
