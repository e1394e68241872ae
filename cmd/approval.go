package cmd

import (
	"cmp"
	"context"
	"iter"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/approval"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
)

func newApprovalCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "approval", Short: "What waits for somebody's yes, and what was decided", Group: GroupMoney},
		newApprovalListCmd(a), newApprovalShowCmd(a), newApprovalExplainCmd(a), newApprovalApproveCmd(a), newApprovalRejectCmd(a),
		newApprovalRenewCmd(a), newApprovalDelegateCmd(a), newApprovalDelegationsCmd(a), newApprovalRevokeCmd(a), newApprovalSeparationCmd(a))
}

// approvalRow is a request with the names that its list shows.
type approvalRow struct {
	approval.Row
	subject string
	askedBy string
	makers  []string
	waits   string
}

func approvalList() List[approvalRow] {
	return List[approvalRow]{
		Key:   func(q approvalRow) string { return string(q.ID) },
		Empty: "nothing waits for approval",
		Columns: []Column[approvalRow]{
			{Name: "id", Value: func(q approvalRow) any { return string(q.ID) }},
			{Name: "kind", Drop: 2, Value: func(q approvalRow) any { return q.Kind }},
			{Name: "title", Least: 20, Value: func(q approvalRow) any { return q.Title }},
			{Name: "state", Drop: 3, Value: func(q approvalRow) any { return string(q.State) }},
			{Name: "made_by", Drop: 1, Value: func(q approvalRow) any { return q.makers }},
			{Name: "asked_by", Drop: 4, Value: func(q approvalRow) any { return q.askedBy }},
			{Name: "asked", Value: func(q approvalRow) any { return q.Asked }},
			{Name: "amount", Detail: true, Right: true, Value: func(q approvalRow) any {
				if q.Amount == nil {
					return nil
				}
				return *q.Amount
			}},
			{Name: "waits_for", Detail: true, Value: func(q approvalRow) any { return q.waits }},
			{Name: "subject", Detail: true, Value: func(q approvalRow) any { return q.subject }},
			{Name: "subject_id", Detail: true, Value: func(q approvalRow) any { return string(q.Subject) }},
		},
	}
}

// whose says which requests a list is about.
type whose struct{ mine, waiting, done bool }

func newApprovalListCmd(a *App) *cobra.Command {
	var state, kind string
	var who whose
	var limit int
	states := []string{"all"}
	for _, s := range approval.States() {
		states = append(states, string(s))
	}
	return a.Verb(Verb{
		Use:   "list",
		Short: "List requests for approval, oldest first",
		Long: `With --mine, only what you may approve now: not what you made or were the last to edit (unless the policy is
single), what you have said yes to already, or what takes a role that neither you have nor somebody who
has delegated to you. With --waiting, what you made or asked for and others have to decide. With
--done, what you decided, or somebody in your place.`,
		Example: `callout approval list --mine
callout approval list --mine --kind time -o name | callout approval approve -
callout approval list --waiting --fields title,waits_for`,
		Fields: approvalList().Names(),
		Flags: func(f *pflag.FlagSet) {
			choiceVar(f, &state, "state", "", states, "only requests in this state; pending ones by default")
			choiceVar(f, &kind, "kind", "", delegable(), "only requests for this kind of thing")
			f.BoolVar(&who.mine, "mine", false, "only pending requests that whoever acts may approve")
			f.BoolVar(&who.waiting, "waiting", false, "only pending requests of whoever acts that wait for others")
			f.BoolVar(&who.done, "done", false, "only requests that whoever acts has decided on")
			limitVar(f, &limit, "at most `N` requests")
		},
		Run: func(ctx context.Context, _ []string) error {
			rows, err := a.requests(ctx, state, kind, who)
			if err != nil {
				return err
			}
			return approvalList().Print(a, first(limit, rows))
		},
	})
}

// state is the state that is listed where none was asked for, or why the words contradict each other.
func (w whose) state(asked string) (string, error) {
	chosen := 0
	for _, b := range []bool{w.mine, w.waiting, w.done} {
		if b {
			chosen++
		}
	}
	switch {
	case chosen > 1:
		return "", usagef("--mine, --waiting and --done are three lists; name one")
	case (w.mine || w.waiting) && asked != "" && asked != string(approval.Pending):
		return "", usagef("--mine and --waiting are about pending requests").Hint("leave out --state")
	case w.done:
		return cmp.Or(asked, "all"), nil
	}
	return cmp.Or(asked, string(approval.Pending)), nil
}

// requests yields what a list of requests is asked for.
func (a *App) requests(ctx context.Context, state, kind string, who whose) (iter.Seq2[approvalRow, error], error) {
	state, err := who.state(state)
	if err != nil {
		return nil, err
	}
	var me approval.Standing
	if who != (whose{}) {
		err := a.View(ctx, func(r store.Reader) error {
			id, err := a.person(r)
			if err != nil {
				return err
			}
			me, err = approval.StandingOf(r, id, a.Now())
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
			if kind != "" && q.Kind != kind && q.As != kind || !who.keeps(q, me) {
				return false, nil
			}
			n := &names{r, called}
			n.of(q.Subject)
			n.of(q.AskedBy)
			for _, m := range q.Makers {
				n.of(m)
			}
			for _, s := range q.Open {
				for _, p := range s.People {
					n.of(p)
				}
			}
			return true, nil
		})
	return mapRows(rows, func(q approval.Row) approvalRow {
		out := approvalRow{Row: q, subject: called[q.Subject], askedBy: called[q.AskedBy]}
		for _, m := range q.Makers {
			out.makers = append(out.makers, called[m])
		}
		var takes []string
		for _, s := range q.Open {
			takes = append(takes, s.Words(func(id store.ID) string { return called[id] }))
		}
		out.waits = strings.Join(takes, " and ")
		return out
	}), nil
}

// keeps reports whether a request is on the list.
func (w whose) keeps(q *approval.Row, me approval.Standing) bool {
	switch {
	case w.mine:
		_, no := q.Capacity(me)
		return no == nil
	case w.waiting:
		return q.Waits(me)
	case w.done:
		return q.DecidedBy(me.Person)
	}
	return true
}

// nobodyYet is a person without a record: they have made nothing, and have no roles.
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
	// WaitsFor says whom a pending request still takes.
	WaitsFor      string `json:"waits_for,omitempty"`
	PolicyChanged bool   `json:"policy_changed,omitempty"`
	// Since is how it differs from what was asked about the same thing before, in Before.
	Before store.ID              `json:"before,omitempty"`
	Since  []approval.Difference `json:"since,omitempty"`

	said       [][]any
	decidedFor string
}

func newApprovalShowCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use:     "show APPROVAL",
		Short:   "Show a request: what is asked, who made it, what was decided",
		Long:    "Names the request, or the thing that it is about. Where the thing has changed since somebody was asked before, it says how, field by field.",
		Example: "callout approval show INV-2026-00017",
		Fields: []string{"id", "kind", "subject", "subject_name", "title", "hash", "makers", "maker_names", "asked", "asked_by",
			"asked_by_name", "state", "decision", "decided_by", "void_why", "changes", "as", "amount", "measure", "policy", "steps", "earlier", "waits_for",
			"policy_changed", "before", "since"},
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
					v.DecidedBy, v.decidedFor = n.of(v.Decision.By), n.of(v.Decision.For)
				}
				for _, d := range v.Earlier {
					by := n.of(d.By)
					if d.For != "" {
						by += " for " + n.of(d.For)
					}
					v.said = append(v.said, []any{d.Step, by, string(d.How), d.At, d.Reason})
				}
				return v.look(r)
			})
			if err != nil {
				return err
			}
			return a.Show(string(v.ID), v, func(p *Page) { v.draw(p) })
		},
	})
}

// look reads what goes beyond the request itself.
func (v *approvalView) look(r store.Reader) error {
	before, since, err := approval.Since(r, v.Request)
	if err != nil {
		return err
	}
	if before != nil && len(since) > 0 {
		v.Before, v.Since = before.ID, since
	}
	if v.State != approval.Pending {
		return nil
	}
	_, pin, err := approval.Current(r)
	if err != nil {
		return err
	}
	v.PolicyChanged = v.Policy.ID != "" && v.Policy.ID != pin.ID
	v.WaitsFor, err = v.Waiting(r)
	return err
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
		if d.For != "" {
			p.Field("For", v.decidedFor)
		}
		p.Field("Policy", string(d.Mode))
		p.Field("Reason", d.Reason)
	}
	if len(v.Steps) > 0 {
		p.Field("Waits for", v.WaitsFor)
	}
	p.Field("Void", v.VoidWhy)
	if v.PolicyChanged {
		p.Line("The policy has changed since; this is decided under revision %d. To ask under today's: callout approval renew %s", v.Policy.Rev, v.ID)
	}
	if len(v.said) > 0 {
		p.Section("Said before")
		p.Table([]string{"step", "by", "established", "at", "reason"}, v.said)
	}
	drawDifferences(p, "What has changed", v.Changes)
	drawDifferences(p, "Since it was asked before", v.Since)
}

// drawDifferences lists fields that are not what they were.
func drawDifferences(p *Page, title string, diff []approval.Difference) {
	if len(diff) == 0 {
		return
	}
	p.Section(title)
	for _, d := range diff {
		p.Line("%s", d)
	}
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
