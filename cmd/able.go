package cmd

import (
	"slices"

	"callout/billing"
	"callout/dispatch"
	"callout/work"
)

// A standing is how a thing stands that a verb may act on, as far as that decides whether the verb
// can be done with it: its status and, where things of several kinds have one table, its kind.
type standing struct{ status, kind string }

// An able reports whether a verb can be done with a thing. Completion offers only such; the answer
// comes from the same tables that refuse the others.
type able func(standing) bool

// can reports whether a verb can be done: anything is possible where no verb is at work.
func (f able) can(status, kind string) bool { return f == nil || f(standing{status, kind}) }

// byTable is for a verb that takes things through a table of transitions by one of these actions.
func byTable[S ~string, A comparable](table map[S]map[A]S, actions ...A) able {
	return func(s standing) bool {
		return slices.ContainsFunc(actions, func(a A) bool { _, ok := table[S(s.status)][a]; return ok })
	}
}

// ableOrder is for verbs on work orders.
func ableOrder(actions ...work.Action) able { return byTable(work.Transitions(), actions...) }

// ableTask is for verbs on tasks.
func ableTask(a work.TaskAction) able { return byTable(work.TaskTransitions(), a) }

// ableTime is for verbs on time entries.
func ableTime(action string) able { return byTable(billing.TimeTransitions(), action) }

// ableInvoice is for verbs on documents.
func ableInvoice(action string) able { return byTable(billing.InvoiceTransitions(), action) }

// ableOwed is for verbs on what customers may owe.
func ableOwed(s standing) bool {
	return billing.Owable(billing.InvoiceKind(s.kind), billing.InvoiceStatus(s.status))
}

// ableVisit is for verbs on appointments.
func ableVisit(actions ...dispatch.Action) able {
	return func(s standing) bool {
		return slices.ContainsFunc(actions, func(a dispatch.Action) bool { _, ok := dispatch.Next(dispatch.Status(s.status), a); return ok })
	}
}

// whereStatus is for verbs on things with this status, where there is no table.
func whereStatus(status string) able { return func(s standing) bool { return s.status == status } }
