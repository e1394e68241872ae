package cmd

import (
	"context"
	"io"
	"os"

	"github.com/spf13/cobra"

	"callout/dispatch"
	"callout/internal/fault"
)

func newDispatchApplyCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "apply FILE", Short: "Book what a saved plan says, all of it or nothing", Writes: true,
		Long: `The file is what callout dispatch optimize -o json wrote; - reads it from stdin. It is refused, with exit code 5, when a visit, an
order, a technician or the policy on which the plan rests is not as it was. Applying it a second time writes nothing, not even into the journal.`,
		Example: "callout dispatch optimize --day tomorrow -o json > plan.json\ncallout dispatch apply plan.json --dry-run",
		Fields:  resultList().Names(),
		Run: func(ctx context.Context, args []string) error {
			p, err := a.readPlan(args[0])
			if err != nil {
				return err
			}
			return a.applyPlan(ctx, p)
		},
	})
}

// readPlan reads a plan from a file.
func (a *App) readPlan(path string) (*dispatch.Proposal, error) {
	var doc []byte
	var err error
	if path == "-" {
		doc, err = io.ReadAll(a.In)
	} else {
		doc, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fault.NotFoundf("the plan %s cannot be read", path).Because(err).With("dispatch.file").
			Hint("callout dispatch optimize --day tomorrow -o json > plan.json")
	}
	return dispatch.ParseProposal(path, schemaVersion, doc)
}
