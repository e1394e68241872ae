package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"callout/internal/fault"
	"callout/shop"
	"callout/store"
)

func newExportCmd(a *App) *cobra.Command {
	return GroupData.In(a.Verb(Verb{
		Use:   "export [COLLECTION...]",
		Short: "Write records as lines of JSON, exactly as they are stored",
		Long: "One record a line: {\"collection\": ..., \"record\": ...}. Without a name, every collection. What is read while others\n" +
			"work is consistent within each thousand records; a backup is consistent as a whole.",
		Example: "callout export > shop.jsonl\ncallout export work_order task | jq .record.title",
		Fields:  []string{"collection", "record"},
		Run: func(ctx context.Context, args []string) error {
			if err := a.whole(); err != nil {
				return err
			}
			if f := a.config.Output; f != "auto" && f != "" && f != formatJSONL {
				return usagef("export writes lines of JSON, not %s", f).Hint("callout export -o jsonl")
			}
			return a.WithShop(func(s *shop.Shop) error {
				names := s.CollectionNames()
				for _, name := range args {
					if !slices.Contains(names, name) {
						return fault.NotFoundf("there is no collection %q; there are %s", name, strings.Join(names, ", "))
					}
				}
				if len(args) > 0 {
					names = args
				}
				for _, name := range names {
					if err := exportCollection(ctx, a.Out, s, name); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}))
}

// exportCollection reads a thousand records at a time, so that nobody waits for a slow pipe.
func exportCollection(ctx context.Context, out io.Writer, s *shop.Shop, name string) error {
	const page = 1000
	label, err := json.Marshal(name)
	if err != nil {
		return fault.Internalf("cannot write %q as JSON", name).Because(err)
	}
	for after := store.ID(""); ; {
		var b bytes.Buffer
		n := 0
		err := s.View(ctx, func(r store.Reader) error {
			return s.Documents(r, name, after, func(id store.ID, doc []byte) bool {
				b.WriteString(`{"collection":`)
				b.Write(label)
				b.WriteString(`,"record":`)
				b.Write(doc)
				b.WriteString("}\n")
				after = id
				n++
				return n < page
			})
		})
		if err != nil {
			return err
		}
		if _, err := out.Write(b.Bytes()); err != nil {
			return err
		}
		if n < page {
			return nil
		}
	}
}

// completeCollections offers the names of the collections.
func (a *App) completeCollections(context.Context, string) ([]Completion, error) {
	var found []Completion
	err := a.WithShop(func(s *shop.Shop) error {
		for _, name := range s.CollectionNames() {
			found = append(found, Completion{Value: name})
		}
		return nil
	})
	return found, err
}
