package cmd

import (
	"cmp"
	"context"

	"callout/billing"
	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newSignOffCmd(a *App) *cobra.Command {
	return a.Noun(Noun{
		Use: "signoff", Short: "A customer's acceptance of what was done", Group: GroupWork,
		Long: "A sign-off is bound to the hash of what the person was shown. It is never overwritten and cannot be taken back; work\n" +
			"that is edited afterwards supersedes it, and asks for a new one. An order that is opened again after it was signed or billed is\n" +
			"amended: the sign-off of the earlier revision stands, and the next one shows everything, and what differs.",
	},
		newSignOffRecordCmd(a), newSignOffRefuseCmd(a), newSignOffRequestCmd(a), newSignOffShowCmd(a))
}

// signFlags say who signs and what for.
type signFlags struct{ name, role, deliverable string }

func (s *signFlags) add(f *pflag.FlagSet) {
	f.StringVar(&s.name, "name", "", "the `NAME` of the customer's person")
	f.StringVar(&s.role, "role", "", "what they are there, such as \"site manager\": `ROLE`")
	f.StringVar(&s.deliverable, "deliverable", "", "only for this `DELIVERABLE`; within the order its number is enough")
}

func (s *signFlags) signing(r store.Reader, order string) (out work.Signing, err error) {
	out.Person, out.Role = s.name, s.role
	if out.Order, err = findOrder(r, order); err != nil {
		return out, err
	}
	out.Deliverable, err = within(r, out.Order, s.deliverable, work.FindDeliverable)
	return out, err
}

func newSignOffRecordCmd(a *App) *cobra.Command {
	var s signFlags
	var file string
	return a.Verb(Verb{
		Use: "record WO", Short: "Record that a person accepts the work as it is now", Writes: true,
		Example:  `callout signoff record WO-1001 --name "Eva Moser" --role "site manager" --file signature.png`,
		Required: []string{"name"},
		Fields:   resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			s.add(f)
			f.StringVar(&file, "file", "", "the signature, as an image or a signed page: `FILE`")
		},
		Run: func(ctx context.Context, args []string) error {
			var attach *work.AddEvidence
			var attached []attachment
			if file != "" {
				if _, err := a.resolve(ctx, findOrder, args[0]); err != nil {
					return err
				}
				signature, err := lookAt(file)
				if err != nil {
					return err
				}
				attach, attached = signature.evidence(), []attachment{signature}
			}
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					signing, err := s.signing(r, args[0])
					return &work.RecordSignOff{Signing: signing, Attach: attach}, err
				},
				Attach: func(string) []attachment { return attached },
				Note:   func(store.Receipt) string { return "signed by " + s.name },
			})
		},
	})
}

func newSignOffRefuseCmd(a *App) *cobra.Command {
	var s signFlags
	return a.Verb(Verb{
		Use: "refuse WO", Short: "Record that a person does not accept the work as it is now, and why", Writes: true,
		Long:     "What was signed before for the same thing no longer counts.",
		Example:  `callout signoff refuse WO-1001 --name "Eva Moser" --reason "it still leaks"`,
		Required: []string{"name"},
		Fields:   resultList().Names(),
		Flags:    s.add,
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					signing, err := s.signing(r, args[0])
					return &work.RefuseSignOff{Signing: signing}, err
				},
				Note: func(store.Receipt) string { return "refused by " + s.name },
			})
		},
	})
}

func newSignOffRequestCmd(a *App) *cobra.Command {
	var s signFlags
	return a.Verb(Verb{
		Use: "request WO", Short: "Record that a person was asked to sign the work as it is now", Writes: true,
		Example:  `callout signoff request WO-1001 --name "Eva Moser"`,
		Required: []string{"name"},
		Fields:   resultList().Names(),
		Flags:    s.add,
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					signing, err := s.signing(r, args[0])
					return &work.RequestSignOff{Signing: signing}, err
				},
				Note: func(store.Receipt) string { return "asked " + s.name },
			})
		},
	})
}

// signOffRow is a sign-off with what its list shows.
type signOffRow struct {
	*work.SignOff
	order, by string
	changes   int // how many things it shows as different from what was signed before
}

func signOffList() List[signOffRow] {
	return List[signOffRow]{
		Key:   func(s signOffRow) string { return string(s.ID) },
		Empty: "nobody has signed or been asked to",
		Columns: []Column[signOffRow]{
			{Name: "id", Value: func(s signOffRow) any { return string(s.ID) }},
			{Name: "state", Value: func(s signOffRow) any { return string(s.State) }},
			{Name: "name", Value: func(s signOffRow) any { return s.Name }},
			{Name: "role", Value: func(s signOffRow) any { return s.Role }},
			{Name: "at", Value: func(s signOffRow) any { return s.At }},
			{Name: "revision", Detail: true, Value: func(s signOffRow) any { return max(1, s.Revision) }},
			{Name: "changes", Detail: true, Value: func(s signOffRow) any { return s.changes }},
			{Name: "why", Value: func(s signOffRow) any { return cmp.Or(s.Why, s.Superseded) }},
			{Name: "recorded_by", Title: "RECORDED BY", Value: func(s signOffRow) any { return s.by }},
			{Name: "hash", Detail: true, Value: func(s signOffRow) any { return s.Hash }},
			{Name: "shown", Detail: true, Value: func(s signOffRow) any { return s.Shown }},
			{Name: "signature_id", Detail: true, Value: func(s signOffRow) any { return string(s.Signature) }},
			{Name: "deliverable_id", Detail: true, Value: func(s signOffRow) any { return string(s.Deliverable) }},
			{Name: "work_order", Detail: true, Value: func(s signOffRow) any { return s.order }},
		},
	}
}

func newSignOffShowCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "show WO", Short: "Show who signed a work order, what they were shown, and whether it still counts",
		Long:    "The latest comes last. With -o json also the hash and everything that was put before the person.",
		Example: "callout signoff show WO-1001\ncallout signoff show WO-1001 --jq '.items[-1].shown'",
		Fields:  signOffList().Names(),
		Run: func(ctx context.Context, args []string) error {
			var rows []signOffRow
			err := a.View(ctx, func(r store.Reader) error {
				id, err := findOrder(r, args[0])
				if err != nil {
					return err
				}
				w, err := work.WorkOrders.Get(r, id)
				if err != nil {
					return err
				}
				n := namesOf(r)
				for s, err := range work.SignOffs.By(r, "order", store.K(id)) {
					if err != nil {
						return err
					}
					s.At = local(s.At, w.Zone)
					changes := 0
					for _, room := range []string{work.ShownWork, billing.ShownBilling} {
						found, err := s.Changes(room)
						if err != nil {
							return err
						}
						changes += len(found)
					}
					rows = append(rows, signOffRow{s, w.Number, n.of(s.RecordedBy), changes})
				}
				return nil
			})
			if err != nil {
				return err
			}
			return signOffList().Print(a, Rows(rows))
		},
	})
}
