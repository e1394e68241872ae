package cmd

import (
	"context"
	"strconv"
	"strings"
	"time"

	"callout/internal/fault"
	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newTaskCmd(a *App) *cobra.Command {
	return a.Noun(Noun{
		Use: "task", Short: "Pieces of a work order", Group: GroupWork,
		Long: "A task is named by its work order and its number within it: WO-1042/2.",
	},
		newTaskAddCmd(a), newTaskEditCmd(a), newTaskListCmd(a), newTaskDoneCmd(a), newTaskSkipCmd(a), newTaskReopenCmd(a))
}

// taskFlags are what a task asks for.
type taskFlags struct {
	persons                      int
	title                        string
	skills, checklists, evidence []string
	estimate                     time.Duration
	optional                     bool
}

func (t *taskFlags) add(f *pflag.FlagSet) {
	f.StringArrayVar(&t.skills, "skill", nil, "a skill that it takes, as `SKILL` or SKILL:LEVEL")
	durationVar(f, &t.estimate, "estimate", 0, "how long it takes, as `DURATION`")
	f.StringArrayVar(&t.evidence, "evidence", nil, "what must be attached, as `KIND` or KIND:COUNT, such as photo:2")
	f.BoolVar(&t.optional, "optional", false, "the order can be completed without it")
	f.IntVar(&t.persons, "persons", 0, "it takes at least `N` people")
}

// needs reads the flags that have a number behind a colon.
func (t *taskFlags) needs() (skills []work.SkillNeed, evidence []work.EvidenceNeed, err error) {
	for _, s := range t.skills {
		name, n, err := counted("skill", s)
		if err != nil {
			return nil, nil, err
		}
		skills = append(skills, work.SkillNeed{Skill: name, Level: n})
	}
	for _, s := range t.evidence {
		name, n, err := counted("evidence", s)
		if err != nil {
			return nil, nil, err
		}
		evidence = append(evidence, work.EvidenceNeed{Kind: work.EvidenceKind(name), Count: n})
	}
	return skills, evidence, nil
}

// counted reads WORD or WORD:NUMBER.
func counted(flag, s string) (string, int, error) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, 0, nil
	}
	n, err := strconv.Atoi(s[i+1:])
	if err != nil || n < 1 {
		return "", 0, fault.Invalidf(flag, "%q does not end in a number of 1 or more", s)
	}
	return s[:i], n, nil
}

func newTaskAddCmd(a *App) *cobra.Command {
	var t taskFlags
	return a.Verb(Verb{
		Use: "add WO TITLE", Short: "Add a task to a work order", Writes: true,
		Example: `callout task add WO-1001 "Replace the pump" --skill hydraulics:2 --estimate 90m --evidence photo:2`,
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			t.add(f)
			f.StringArrayVar(&t.checklists, "checklist", nil, "a `CHECKLIST` to be answered with it")
		},
		Run: func(ctx context.Context, args []string) error {
			skills, evidence, err := t.needs()
			if err != nil {
				return err
			}
			minutes, err := wholeMinutes("estimate", t.estimate)
			if err != nil {
				return err
			}
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				id, err := findOrder(r, args[0])
				return &work.AddTask{
					Order: id, Title: args[1], Skills: skills, Minutes: minutes,
					Checklists: t.checklists, Evidence: evidence, Persons: t.persons, Optional: t.optional,
				}, err
			}})
		},
	})
}

func newTaskEditCmd(a *App) *cobra.Command {
	var t taskFlags
	var flags *pflag.FlagSet
	return a.Verb(Verb{
		Use: "edit TASK", Short: "Change what an open task is and asks for", Writes: true,
		Long:    "--skill and --evidence replace what was asked for before; an empty one takes it away.",
		Example: "callout task edit WO-1001/2 --optional\ncallout task edit WO-1001/2 --optional=false --estimate 2h",
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			flags = f
			f.StringVar(&t.title, "title", "", "what is to be done, as `TEXT`")
			t.add(f)
		},
		Run: func(ctx context.Context, args []string) error {
			t.skills, t.evidence = given(t.skills), given(t.evidence)
			skills, evidence, err := t.needs()
			if err != nil {
				return err
			}
			minutes, err := wholeMinutes("estimate", t.estimate)
			if err != nil {
				return err
			}
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				id, err := work.FindTask(r, args[0])
				return &work.EditTask{
					ID: id, Title: edited(flags, "title", t.title), Skills: edited(flags, "skill", skills),
					Minutes: edited(flags, "estimate", minutes), Evidence: edited(flags, "evidence", evidence),
					Persons: edited(flags, "persons", t.persons), Optional: edited(flags, "optional", t.optional),
				}, err
			}})
		},
	})
}

// given leaves out empty words, so that --skill "" means none.
func given(words []string) []string {
	var out []string
	for _, w := range words {
		if w != "" {
			out = append(out, w)
		}
	}
	return out
}

// taskRow is a task with the name of its order.
type taskRow struct {
	*work.Task
	ref, order, doneBy string
}

func taskList() List[taskRow] {
	return List[taskRow]{
		Key:   func(t taskRow) string { return t.ref },
		Empty: "the work order has no tasks",
		Columns: []Column[taskRow]{
			{Name: "ref", Value: func(t taskRow) any { return t.ref }},
			{Name: "title", Least: 24, Value: func(t taskRow) any { return t.Title }},
			{Name: "status", Value: func(t taskRow) any { return string(t.Status) }},
			{Name: "estimate", Drop: 1, Value: func(t taskRow) any { return estimate(t.Minutes) }},
			{Name: "skills", Drop: 2, Value: func(t taskRow) any {
				out := []string{}
				for _, s := range t.Skills {
					out = append(out, skillText(s))
				}
				return out
			}},
			{Name: "optional", Drop: 3, Value: func(t taskRow) any { return t.Optional }},
			{Name: "done_by", Title: "DONE BY", Value: func(t taskRow) any { return t.doneBy }},
			{Name: "done_at", Title: "DONE AT", Value: func(t taskRow) any { return t.DoneAt }},
			{Name: "work_order", Detail: true, Value: func(t taskRow) any { return t.order }},
			{Name: "n", Detail: true, Value: func(t taskRow) any { return t.N }},
			{Name: "id", Detail: true, Value: func(t taskRow) any { return string(t.ID) }},
		},
	}
}

func newTaskListCmd(a *App) *cobra.Command {
	var status []string
	return a.Verb(Verb{
		Use: "list WO...", Short: "List the tasks of work orders",
		Example: "callout task list WO-1001\ncallout task list WO-1001 --status open -o name | callout task done -",
		Fields:  taskList().Names(),
		Flags: func(f *pflag.FlagSet) {
			choicesVar(f, &status, "status", []string{string(work.TaskOpen), string(work.TaskDone), string(work.TaskSkipped)},
				"only those with one of these statuses")
		},
		Run: func(ctx context.Context, args []string) error {
			orders, err := a.IDs(ctx, args)
			if err != nil {
				return err
			}
			var rows []taskRow
			err = a.View(ctx, func(r store.Reader) error {
				for _, ref := range orders {
					if rows, err = appendTasks(r, rows, ref, status); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			return taskList().Print(a, Rows(rows))
		},
	})
}

func appendTasks(r store.Reader, rows []taskRow, ref string, status []string) ([]taskRow, error) {
	id, err := findOrder(r, ref)
	if err != nil {
		return nil, err
	}
	w, err := work.WorkOrders.Get(r, id)
	if err != nil {
		return nil, err
	}
	n := namesOf(r)
	for t, err := range work.Tasks.By(r, "order", store.K(id)) {
		if err != nil {
			return nil, err
		}
		if len(status) > 0 && oneOf(string(t.Status), status) != nil {
			continue
		}
		t.DoneAt = local(t.DoneAt, w.Zone)
		rows = append(rows, taskRow{t, t.Ref(w), w.Number, n.of(t.DoneBy)})
	}
	return rows, nil
}

// taskVerb is a verb that does one thing to each of the tasks that are named.
func taskVerb(a *App, v Verb, note string, make func(store.ID) store.Command) *cobra.Command {
	v.Writes, v.Danger = true, Bulk
	v.Each = func(ctx context.Context, items []string) []Result {
		return a.ActEach(ctx, items, Action{
			Build: func(r store.Reader, item string) (store.Command, error) {
				id, err := work.FindTask(r, item)
				return make(id), err
			},
			Note: func(store.Receipt) string { return note },
		})
	}
	return a.Verb(v)
}

func newTaskDoneCmd(a *App) *cobra.Command {
	return taskVerb(a, Verb{
		Use: "done TASK...", Able: ableTask(work.DoTask), Short: "Record that tasks are done",
		Long: "A task is refused while its safety papers, required answers or evidence are missing. Doing the first task of an order\n" +
			"begins the work on it.",
		Example: "callout task done WO-1001/1 WO-1001/2\ncallout task list WO-1001 --status open -o name | callout task done -",
	}, "done", func(id store.ID) store.Command { return &work.MarkTaskDone{ID: id} })
}

func newTaskSkipCmd(a *App) *cobra.Command {
	return taskVerb(a, Verb{
		Use: "skip TASK...", Able: ableTask(work.LeaveTask), Short: "Leave optional tasks out",
		Example: `callout task skip WO-1001/3 --reason "nothing to polish"`,
	}, "skipped", func(id store.ID) store.Command { return &work.SkipTask{ID: id} })
}

func newTaskReopenCmd(a *App) *cobra.Command {
	return taskVerb(a, Verb{
		Use: "reopen TASK...", Able: ableTask(work.ReopenTask), Short: "Open tasks that were done or skipped again",
		Example: "callout task reopen WO-1001/2",
	}, "open again", func(id store.ID) store.Command { return &work.TakeTaskUp{ID: id} })
}
