package cmd

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"callout/internal/fault"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// definition is a kind of thing with revisions that is written as a file: work types,
// SLA policies, checklists. The three have the same verbs.
type definition[T any] struct {
	kind  store.Revised[T]
	noun  string // as in `callout checklist add`
	parse func([]byte) (string, T, error)
	make  func(name string, body T) store.Command
	draw  func(*Page, *T)
}

// maxDefinitionFile bounds what is read from a file: more is not a definition.
const maxDefinitionFile = 1 << 21

// readDefinition reads a file, or stdin for "-".
func (a *App) readDefinition(path string) ([]byte, error) {
	from := a.In
	if path != "-" {
		f, err := os.Open(path) //nolint:gosec // the person's own file
		if err != nil {
			return nil, fault.NotFoundf("the file %s cannot be read", path).Because(err)
		}
		defer func() { _ = f.Close() }()
		from = f
	}
	text, err := io.ReadAll(io.LimitReader(from, maxDefinitionFile))
	if err != nil {
		return nil, fault.Invalidf("file", "%s cannot be read", path).Because(err)
	}
	return text, nil
}

// add builds the verb that publishes a definition from a file. Its name is --name, or
// what the file says, or the file's own name.
func (d definition[T]) add(a *App, long, example string) *cobra.Command {
	var name string
	return a.Verb(Verb{
		Use: "add FILE", Short: "Publish " + article(d.kind.Title) + " from a YAML or JSON file, or a new revision of it",
		Long: long, Writes: true, Example: example,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&name, "name", "", "its `NAME`, if not the one in the file or the file's own")
		},
		Run: func(ctx context.Context, args []string) error {
			text, err := a.readDefinition(args[0])
			if err != nil {
				return err
			}
			inside, body, err := d.parse(text)
			if err != nil {
				return err
			}
			stem := strings.TrimSuffix(filepath.Base(args[0]), filepath.Ext(args[0]))
			if args[0] == "-" {
				stem = ""
			}
			return d.publish(ctx, a, cmp.Or(name, inside, stem), body)
		},
	})
}

// publish runs the command and says which revision came of it.
func (d definition[T]) publish(ctx context.Context, a *App, name string, body T) error {
	return a.Act(ctx, Action{
		Build: func(store.Reader, string) (store.Command, error) { return d.make(name, body), nil },
		Note: func(rec store.Receipt) string {
			if len(rec.Changes) == 0 {
				return "is the newest revision already"
			}
			return "published a new revision"
		},
	})
}

func article(title string) string {
	if strings.ContainsRune("AEIOUS", rune(title[0])) { // an SLA policy
		return "an " + title
	}
	return "a " + title
}

func pinList(noun string) List[store.Pin] {
	return List[store.Pin]{
		Key:   func(p store.Pin) string { return p.Name },
		Empty: "there are none yet; callout " + noun + " add makes one",
		Columns: []Column[store.Pin]{
			{Name: "name", Value: func(p store.Pin) any { return p.Name }},
			{Name: "rev", Right: true, Value: func(p store.Pin) any { return p.Rev }},
			{Name: "id", Detail: true, Value: func(p store.Pin) any { return string(p.ID) }},
		},
	}
}

func (d definition[T]) list(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "list", Short: "List them by name, each with its newest revision",
		Example: "callout " + d.noun + " list",
		Fields:  pinList(d.noun).Names(),
		Run:     func(ctx context.Context, _ []string) error { return d.printList(ctx, a) },
	})
}

func (d definition[T]) printList(ctx context.Context, a *App) error {
	var pins []store.Pin
	err := a.View(ctx, func(r store.Reader) (err error) {
		pins, err = d.kind.List(r)
		return err
	})
	if err != nil {
		return err
	}
	return pinList(d.noun).Print(a, Rows(pins))
}

// definitionView is a definition as `show` prints it: what is in its file, with its
// name and revision, so that it can be changed and published again.
type definitionView[T any] struct {
	Name string   `json:"name"`
	Rev  int      `json:"rev"`
	ID   store.ID `json:"id"`
	Body T        `json:"body"`
}

func (d definition[T]) show(a *App, use string) *cobra.Command {
	return a.Verb(Verb{
		Use: "show " + use, Short: "Show the newest revision, or the one whose id is given",
		Example: "callout " + d.noun + " show NAME\ncallout " + d.noun + " show NAME --jq .body > next.json",
		Fields:  []string{"name", "rev", "id", "body"},
		Run:     func(ctx context.Context, args []string) error { return d.printOne(ctx, a, args[0]) },
	})
}

func (d definition[T]) printOne(ctx context.Context, a *App, name string) error {
	var v definitionView[T]
	err := a.View(ctx, func(r store.Reader) error {
		body, pin, err := d.kind.Newest(r, name)
		if err != nil {
			return err
		}
		v = definitionView[T]{pin.Name, pin.Rev, pin.ID, *body}
		return nil
	})
	if err != nil {
		return err
	}
	return a.Show(v.Name, v, func(p *Page) {
		p.Title("%s", v.Name)
		p.Field("Revision", fmt.Sprintf("%d (%s)", v.Rev, v.ID))
		d.draw(p, &v.Body)
	})
}
