package cmd

import (
	"context"
	"iter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/approval"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

func newApprovalCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "approval", Short: "What waits for somebody's yes, and what was decided", Group: GroupMoney},
		newApprovalListCmd(a), newApprovalShowCmd(a), newApprovalApproveCmd(a), newApprovalRejectCmd(a))
}

// approvalRow is a request with the names that its list shows.
type approvalRow struct {
	approval.Row
	subject string
	askedBy string
	makers  []string
}

func approvalList() List[approvalRow] {
	return List[approvalRow]{
		Key:   func(q approvalRow) string { return string(q.ID) },
		Empty: "nothing waits for approval",
		Columns: []Column[approvalRow]{
			{Name: "id", Value: func(q approvalRow) any { return string(q.ID) }},
			{Name: "kind", Value: func(q approvalRow) any { return q.Kind }},
			{Name: "title", Value: func(q approvalRow) any { return q.Title }},
			{Name: "state", Value: func(q approvalRow) any { return string(q.State) }},
			{Name: "made_by", Value: func(q approvalRow) any { return q.makers }},
			{Name: "asked_by", Value: func(q approvalRow) any { return q.askedBy }},
			{Name: "asked", Value: func(q approvalRow) any { return q.Asked }},
			{Name: "subject", Detail: true, Value: func(q approvalRow) any { return q.subject }},
			{Name: "subject_id", Detail: true, Value: func(q approvalRow) any { return string(q.Subject) }},
		},
	}
}

func newApprovalListCmd(a *App) *cobra.Command {
	var state, kind string
	var mine bool
	var limit int
	states := []string{"all"}
	for _, s := range approval.States() {
		states = append(states, string(s))
	}
	return a.Verb(Verb{
		Use:   "list",
		Short: "List requests for approval, oldest first",
		Long:  "With --mine, only what you may approve: not what you made or were the last to edit, unless the policy is single.",
		Example: `callout approval list --mine
callout approval list --mine --kind time -o name | callout approval approve -`,
		Fields: approvalList().Names(),
		Flags: func(f *pflag.FlagSet) {
			choiceVar(f, &state, "state", string(approval.Pending), states, "only requests in this state")
			f.StringVar(&kind, "kind", "", "only requests for this kind of thing, such as time or invoice: `TEXT`")
			f.BoolVar(&mine, "mine", false, "only pending requests that whoever acts may approve")
			f.IntVar(&limit, "limit", 0, "at most `N` requests")
		},
		Run: func(ctx context.Context, _ []string) error {
			rows, err := a.requests(ctx, state, kind, mine)
			if err != nil {
				return err
			}
			return approvalList().Print(a, first(limit, rows))
		},
	})
}

// requests yields what a list of requests is asked for.
func (a *App) requests(ctx context.Context, state, kind string, mine bool) (iter.Seq2[approvalRow, error], error) {
	var me store.ID
	var policy approval.Policy
	if mine {
		if state != string(approval.Pending) {
			return nil, usagef("--mine is about pending requests").Hint("leave out --state")
		}
		err := a.View(ctx, func(r store.Reader) (err error) {
			if policy, _, err = approval.Current(r); err != nil {
				return err
			}
			me, err = a.person(r)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	rng := store.Range{}
	if state != "all" {
		rng = store.Prefix(store.K(state))
	}
	called := map[store.ID]string{}
	rows := paged(ctx, a, approval.Requests, "state", rng,
		func(q approval.Row) store.Key { return indexKey(q.ID, string(q.State), q.Asked) },
		func(r store.Reader, q *approval.Row) (bool, error) {
			if kind != "" && q.Kind != kind || mine && !policy.Allows(q.Makers, me) {
				return false, nil
			}
			n := &names{r, called}
			n.of(q.Subject)
			n.of(q.AskedBy)
			for _, m := range q.Makers {
				n.of(m)
			}
			return true, nil
		})
	return mapRows(rows, func(q approval.Row) approvalRow {
		out := approvalRow{Row: q, subject: called[q.Subject], askedBy: called[q.AskedBy]}
		for _, m := range q.Makers {
			out.makers = append(out.makers, called[m])
		}
		return out
	}), nil
}

// nobodyYet is a person without a record: they have made nothing, and so may approve anything.
const nobodyYet store.ID = "person_new"

// person is who acts, as the shop knows them.
func (a *App) person(r store.Reader) (store.ID, error) {
	name, err := party.ParseName("as", "person", a.config.As)
	if err != nil {
		return "", err
	}
	id, err := party.People.FindID(r, name)
	if fault.Is(err, fault.NotFound) {
		return nobodyYet, nil
	}
	return id, err
}

// approvalView is a request as `show` prints it.
type approvalView struct {
	*approval.Request
	SubjectName string   `json:"subject_name"`
	AskedByName string   `json:"asked_by_name"`
	MakerNames  []string `json:"maker_names"`
	DecidedBy   string   `json:"decided_by,omitempty"`
}

func newApprovalShowCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use:     "show APPROVAL",
		Short:   "Show a request: what is asked, who made it, what was decided",
		Long:    "Names the request, or the thing that it is about.",
		Example: "callout approval show INV-2026-00017",
		Fields: []string{"id", "kind", "subject", "subject_name", "title", "hash", "makers", "maker_names", "asked", "asked_by",
			"asked_by_name", "state", "decision", "decided_by", "void_why"},
		Run: func(ctx context.Context, args []string) error {
			v := approvalView{MakerNames: []string{}}
			err := a.View(ctx, func(r store.Reader) (err error) {
				if v.Request, err = requestNamed(r, args[0]); err != nil {
					return err
				}
				n := namesOf(r)
				v.SubjectName, v.AskedByName = n.of(v.Subject), n.of(v.AskedBy)
				for _, m := range v.Makers {
					v.MakerNames = append(v.MakerNames, n.of(m))
				}
				if v.Decision != nil {
					v.DecidedBy = n.of(v.Decision.By)
				}
				return nil
			})
			if err != nil {
				return err
			}
			return a.Show(string(v.ID), v, func(p *Page) { v.draw(p) })
		},
	})
}

func (v *approvalView) draw(p *Page) {
	p.Title("%s", v.Title)
	p.Field("Id", string(v.ID))
	p.Field("Kind", v.Kind)
	p.Field("About", v.SubjectName)
	p.Field("State", string(v.State))
	p.Field("Made by", v.MakerNames)
	p.Field("Asked by", v.AskedByName)
	p.Field("Asked", v.Asked)
	p.Field("Hash", v.Hash)
	if d := v.Decision; d != nil {
		who := v.DecidedBy + " (" + string(d.How) + ")"
		if d.Self {
			who += ", who is its maker"
		}
		p.Field("Decided by", who)
		p.Field("Decided", d.At)
		p.Field("Policy", string(d.Mode))
		p.Field("Reason", d.Reason)
	}
	p.Field("Void", v.VoidWhy)
}

// requestNamed reads a request by its id, or the last one about the thing that is named.
func requestNamed(r store.Reader, ref string) (*approval.Request, error) {
	id, err := store.Resolve(r, ref)
	if err != nil {
		return nil, err
	}
	if id.Prefix() == approval.Requests.Prefix() {
		return approval.Requests.Get(r, id)
	}
	var found *approval.Request
	if id != "" {
		for q, err := range approval.Requests.By(r, "subject", store.K(id)) {
			if err != nil {
				return nil, err
			}
			found = q
		}
	}
	if found == nil {
		return nil, fault.NotFoundf("nobody asked for approval of %s", ref).Hint("callout approval list")
	}
	return found, nil
}
