package cmd

import (
	"callout/billing"
	"callout/store"
	"callout/work"

	"github.com/spf13/pflag"
)

// needFlags are what a milestone waits for, where that is not the completion of the order.
type needFlags struct {
	when                string
	tasks, deliverables []string
	signoff             bool
}

func (n *needFlags) add(f *pflag.FlagSet) {
	choiceVar(f, &n.when, "when", "", stages(), "ready when the order has come so far")
	f.StringSliceVar(&n.tasks, "task", nil, "ready when this `TASK` is done; repeat it for several")
	f.StringSliceVar(&n.deliverables, "deliverable", nil, "ready when this `DELIVERABLE` is there; repeat it for several")
	f.BoolVar(&n.signoff, "signoff", false, "ready when the customer has signed the work as it is")
}

func stages() (words []string) {
	for _, s := range billing.OrderStages() {
		words = append(words, string(s))
	}
	return words
}

// read makes the needs; none were given where all flags are left out.
func (n *needFlags) read(r store.Reader, order store.ID) (*billing.MilestoneNeeds, error) {
	if n.when == "" && len(n.tasks)+len(n.deliverables) == 0 && !n.signoff {
		return nil, nil
	}
	needs := &billing.MilestoneNeeds{Stage: billing.OrderStage(n.when), SignOff: n.signoff}
	for _, ref := range n.tasks {
		id, err := within(r, order, ref, work.FindTask)
		if err != nil {
			return nil, err
		}
		needs.Tasks = append(needs.Tasks, id)
	}
	for _, ref := range n.deliverables {
		id, err := within(r, order, ref, work.FindDeliverable)
		if err != nil {
			return nil, err
		}
		needs.Deliverables = append(needs.Deliverables, id)
	}
	return needs, nil
}
