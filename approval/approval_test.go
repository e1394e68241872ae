package approval_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"callout/approval"
	"callout/internal/fault"
	"callout/store"
	"callout/store/storetest"

	"pgregory.net/rapid"
)

func TestSeparationOfDuties(t *testing.T) {
	tests := []struct {
		name    string
		policy  approval.Mode
		write   string // who wrote it first
		edit    string // who edited it last
		approve string
		code    string // "" when allowed
		self    bool
	}{
		{"somebody else", approval.FourEyes, "ana", "", "bert", "", false},
		{"the maker", approval.FourEyes, "ana", "", "ana", "approval.self", false},
		{"the last editor", approval.FourEyes, "ana", "bert", "bert", "approval.self", false},
		{"the maker after an edit by another", approval.FourEyes, "ana", "bert", "ana", "approval.self", false},
		{"a third person", approval.FourEyes, "ana", "bert", "cora", "", false},
		{"the maker, written otherwise", approval.FourEyes, "ana", "", " ANA", "approval.self", false},
		{"the maker alone in the shop", approval.Single, "ana", "", "ana", "", true},
		{"another in a single shop", approval.Single, "ana", "", "bert", "", false},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			o := newOffice(t)
			o.must("ana", &approval.SetPolicy{Mode: tc.policy})
			id := o.must(tc.write, &write{Text: "v1"}).Subject
			if tc.edit != "" {
				o.must(tc.edit, &write{Paper: id, Text: "v2"})
			}
			o.must("clerk", &submit{Paper: id})
			_, err := o.do(tc.approve, &decide{Paper: id, Yes: true}, "")
			if got := fault.CodeOf(err); got != tc.code {
				t.Fatalf("code %q (%v), want %q", got, err, tc.code)
			}
			if err != nil {
				if !fault.Is(err, fault.Refused) || o.granted(id) != nil {
					t.Fatalf("refused as %s, granted %v", fault.KindOf(err), o.granted(id))
				}
				return
			}
			d := o.granted(id).Decision
			if d.By != o.person(tc.approve) || d.Self != tc.self || d.Mode != tc.policy || d.Policy == "" {
				t.Fatalf("the decision says %+v", d)
			}
			if found := o.audit(); found != nil {
				t.Fatal(found)
			}
		})
	}
}

func TestWithoutAPolicyFourEyesAreNeeded(t *testing.T) {
	o := newOffice(t)
	id := o.must("ana", &write{Text: "v1"}).Subject
	o.must("ana", &submit{Paper: id})
	if _, err := o.do("ana", &decide{Paper: id, Yes: true}, ""); fault.CodeOf(err) != "approval.self" {
		t.Fatalf("got %v", err)
	}
}

func TestNobodyInPersonApproves(t *testing.T) {
	o := newOffice(t)
	o.must("ana", &approval.SetPolicy{Mode: approval.Single})
	id := o.must("ana", &write{Text: "v1"}).Subject
	o.must("ana", &submit{Paper: id})
	_, err := o.One(t.Context(), store.Intent{
		Cmd: &decide{Paper: id, Yes: true}, Actor: store.Actor{Name: "callout", How: store.Process},
	})
	if fault.CodeOf(err) != "approval.nobody" || !strings.HasSuffix(err.Error(), "only a person can approve the paper") {
		t.Fatalf("got %v", err)
	}
}

func TestAChangedHashVoids(t *testing.T) {
	o := newOffice(t)
	id := o.must("ana", &write{Text: "v1"}).Subject
	o.must("ana", &submit{Paper: id})
	if _, err := o.do("bert", &decide{Paper: id, Yes: true, Stale: true}, ""); fault.CodeOf(err) != "approval.stale" || !fault.Is(err, fault.Conflict) {
		t.Fatalf("a decision on another content: %v", err)
	}
	o.must("bert", &decide{Paper: id, Yes: true})
	edit := o.must("ana", &write{Paper: id, Text: "v2"})
	if o.granted(id) != nil {
		t.Fatal("the approval still counts after an edit")
	}
	if q := o.requests(id)[0]; q.State != approval.Void || q.VoidWhy != "the text was edited" || q.Decision == nil {
		t.Fatalf("the request is %+v", q)
	}
	// Editing it back is an edit, too: what was approved once is not approved again.
	o.must("ana", &write{Paper: id, Text: "v1"})
	if o.granted(id) != nil {
		t.Fatal("an approval came back to life")
	}
	// Undoing the edits restores what was there, with the approval.
	o.must("ana", &store.Undo{Entry: edit.Seq + 1})
	o.must("ana", &store.Undo{Entry: edit.Seq})
	if q := o.granted(id); q == nil || q.State != approval.Approved {
		t.Fatal("undo did not restore the approval of the restored text")
	}
}

func TestRejection(t *testing.T) {
	o := newOffice(t)
	id := o.must("ana", &write{Text: "v1"}).Subject
	o.must("ana", &submit{Paper: id})
	for _, reason := range []string{"", "  "} {
		if _, err := o.do("bert", &decide{Paper: id}, reason); fault.CodeOf(err) != "reason.missing" {
			t.Fatalf("without a reason: %v", err)
		}
	}
	rec, err := o.do("bert", &decide{Paper: id}, "wrong date")
	if err != nil {
		t.Fatal(err)
	}
	if len(rec.Events) != 1 || rec.Events[0].Name != "paper.rejected" {
		t.Fatalf("events %+v", rec.Events)
	}
	if q := o.requests(id)[0]; q.State != approval.Rejected || q.Decision.Reason != "wrong date" {
		t.Fatalf("the request is %+v", q)
	}
	// A new request comes beside the rejected one, which stays.
	o.must("ana", &submit{Paper: id})
	if qs := o.requests(id); len(qs) != 2 || qs[0].State != approval.Rejected || qs[1].State != approval.Pending {
		t.Fatalf("the requests are %+v", qs)
	}
}

func TestOneQuestionAtATime(t *testing.T) {
	o := newOffice(t)
	id := o.must("ana", &write{Text: "v1"}).Subject
	o.must("ana", &submit{Paper: id})
	o.must("bert", &submit{Paper: id})
	qs := o.requests(id)
	if len(qs) != 2 || qs[0].State != approval.Void || qs[1].State != approval.Pending {
		t.Fatalf("the requests are %+v", qs)
	}
	// Who asks is not who made it: bert may approve what ana wrote.
	o.must("bert", &decide{Paper: id, Yes: true})
	if _, err := o.do("cora", &decide{Paper: id, Yes: true}, ""); !fault.Is(err, fault.Refused) {
		t.Fatalf("a second decision: %v", err)
	}
}

func TestMine(t *testing.T) {
	o := newOffice(t)
	ids := map[string]store.ID{}
	for _, who := range []string{"ana", "bert"} {
		id := o.must(who, &write{Text: "by " + who}).Subject
		ids[who] = o.must("clerk", &submit{Paper: id}).Subject
	}
	mine := func(who string) (out []store.ID) {
		o.read(func(r store.Reader) error {
			for row, err := range approval.Mine(r, o.person(who), o.clock.Now()) {
				if err != nil {
					return err
				}
				out = append(out, row.ID)
			}
			return nil
		})
		return out
	}
	for who, want := range storetest.InOrder(map[string][]store.ID{
		"ana": {ids["bert"]}, "bert": {ids["ana"]}, "clerk": {ids["ana"], ids["bert"]},
	}) {
		if got := mine(who); !slices.Equal(got, want) {
			t.Errorf("%s may decide %v, want %v", who, got, want)
		}
	}
	for state, want := range storetest.InOrder(map[approval.State]int{"": 2, approval.Pending: 2, approval.Approved: 0}) {
		o.read(func(r store.Reader) error {
			n := 0
			for _, err := range approval.List(r, state) {
				if err != nil {
					return err
				}
				n++
			}
			if n != want {
				t.Errorf("%d requests are %q, want %d", n, state, want)
			}
			return nil
		})
	}
	if _, err := o.do("ana", &approval.SetPolicy{Mode: approval.Single}, "alone from now on"); err != nil {
		t.Fatal(err)
	}
	// What is asked already stays under the policy that it was asked under, until it is asked again.
	if got := mine("ana"); len(got) != 1 {
		t.Errorf("asked under four eyes, ana may decide %v", got)
	}
	o.must("clerk", &approval.Renew{Request: ids["ana"]})
	if got := mine("ana"); len(got) != 2 {
		t.Errorf("alone, ana may decide %v", got)
	}
}

// wantReason checks that a reason is asked for, and how one is given.
func wantReason(t *testing.T, err error, hint string) {
	t.Helper()
	var e *fault.Error
	if !errors.As(err, &e) || e.Code != "reason.missing" || !slices.Equal(e.Hints, []string{hint}) {
		t.Fatalf("got %v, want %s", err, hint)
	}
}

func TestLooseningNeedsAReason(t *testing.T) {
	o := newOffice(t)
	o.must("ana", &approval.SetPolicy{Mode: approval.FourEyes})
	_, err := o.do("ana", &approval.SetPolicy{Mode: approval.Single}, "")
	wantReason(t, err, `callout policy set single --reason "why"`)
	if _, err := o.do("ana", &approval.SetPolicy{Mode: "five-eyes"}, ""); fault.CodeOf(err) != "policy.unknown" {
		t.Fatalf("got %v", err)
	}
	rec, err := o.do("ana", &approval.SetPolicy{Mode: approval.Single}, "one of us left")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.do("ana", &store.Undo{Entry: rec.Seq}, ""); fault.CodeOf(err) != "undo.never" {
		t.Fatalf("undoing a policy: %v", err)
	}
}

// Whatever people write, edit, submit, decide and undo: under four eyes no text ever
// counts as approved that its approver wrote or was the last to edit.
func TestNoSequenceLetsAMakerApprove(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		o := newOffice(t)
		o.must("ana", &approval.SetPolicy{Mode: approval.FourEyes})
		person := rapid.SampledFrom([]string{"ana", "bert", "cora"})
		text := rapid.SampledFrom([]string{"x", "y"})
		id := o.must(person.Draw(rt, "author"), &write{Text: "x"}).Subject
		var undoable []uint64
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			who := person.Draw(rt, "who")
			var cmd store.Command
			switch rapid.IntRange(0, 4).Draw(rt, "step") {
			case 0:
				cmd = &write{Paper: id, Text: text.Draw(rt, "text")}
			case 1:
				cmd = &submit{Paper: id}
			case 2, 3:
				cmd = &decide{Paper: id, Yes: true}
			default:
				if len(undoable) == 0 {
					continue
				}
				cmd = &store.Undo{Entry: rapid.SampledFrom(undoable).Draw(rt, "entry")}
			}
			rec, err := o.do(who, cmd, "")
			if err == nil {
				if _, ok := cmd.(store.Undoable); ok {
					undoable = append(undoable, rec.Seq)
				}
			} else if k := fault.KindOf(err); k != fault.Refused && k != fault.Conflict {
				rt.Fatalf("%s by %s: %v", cmd.Name(), who, err)
			}
			q := o.granted(id)
			if q == nil {
				continue
			}
			o.read(func(r store.Reader) error {
				p, err := papers.Get(r, id)
				if err != nil {
					return err
				}
				if q.Decision.By == p.Author || q.Decision.By == p.Editor {
					rt.Fatalf("%s approved their own text", q.Decision.By)
				}
				return nil
			})
		}
		if found := o.audit(); found != nil {
			rt.Fatalf("the audit finds %v", found)
		}
	})
}

// A question that was taken back is not put back past the edits since: it would not know who made them. The
// case was found by TestNoSequenceLetsAMakerApprove: ana edits the text there and back, and could approve it.
func TestAQuestionIsNotPutBackPastAnEdit(t *testing.T) {
	o := newOffice(t)
	o.must("ana", &approval.SetPolicy{Mode: approval.FourEyes})
	id := o.must("cora", &write{Text: "x"}).Subject
	asked := o.must("ana", &submit{Paper: id}).Seq
	back := o.must("ana", &store.Undo{Entry: asked}).Seq
	o.must("cora", &write{Paper: id, Text: "y"})
	o.must("ana", &write{Paper: id, Text: "x"})
	if _, err := o.do("bert", &store.Undo{Entry: back}, ""); fault.CodeOf(err) != "undo.later" {
		t.Fatalf("got %v", err)
	}
	o.must("bert", &submit{Paper: id})
	if _, err := o.do("ana", &decide{Paper: id, Yes: true}, ""); !fault.Is(err, fault.Refused) {
		t.Fatalf("ana approved what she edited last: %v", err)
	}
}
