package shop

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"callout/party"
)

// Operations beside the commands, which are called by their wire names.
const (
	OpRead    = "read"    // look at records; technicians see their own work
	OpJournal = "journal" // look at the journal, which has everything in it
	OpProof   = "proof"   // the journal's head and proofs, which say nothing of what is in it
	OpSync    = "sync"    // keep a copy of everything
	OpMetrics = "metrics" // how the server is doing
)

// grant says which roles may do some operations.
type grant struct {
	roles []party.Role
	ops   string
}

var (
	anybody    = party.Roles()
	everything = []party.Role{party.Dispatcher, party.Clerk, party.Approver, party.Manager, party.Auditor, party.Admin}
	office     = []party.Role{party.Dispatcher, party.Clerk, party.Manager, party.Admin}
	field      = []party.Role{party.Worker, party.Dispatcher, party.Clerk, party.Manager, party.Admin}
	planners   = []party.Role{party.Dispatcher, party.Manager, party.Admin}
	billers    = []party.Role{party.Clerk, party.Manager, party.Admin}
	deciders   = []party.Role{party.Approver, party.Manager, party.Admin}
	managers   = []party.Role{party.Manager, party.Admin}
	admins     = []party.Role{party.Admin}
)

// grants is who may do what through a login. It is the first of two questions: the rules of the commands are
// the second, and no role answers that. An operation that stands nowhere is the product's own.
var grants = []grant{
	{everything, OpRead + " " + OpJournal + " " + OpProof + " " + OpSync},
	{[]party.Role{party.Worker}, OpRead + " " + OpProof},
	{[]party.Role{party.Auditor, party.Manager, party.Admin}, OpMetrics},

	// What one acts with is one's own; the commands say that what others act with is an administrator's.
	{anybody, "token.issue.v1 token.revoke.v1 ssh_key.add.v1 ssh_key.remove.v1 identity.unbind.v1"},
	{everything, "device.enrol.v1 device.revoke.v1"},
	{admins, "user.add.v1 identity.bind.v1 person.change_roles.v1 company.edit.v1"},

	{field, `appointment.travel.v1 appointment.start.v1 appointment.pause.v1 appointment.resume.v1 appointment.finish.v1
		checklist.answer.v1 checklist.acknowledge.v1 task.done.v1 evidence.add.v1
		time.add.v1 time.edit.v1 time.start.v1 time.stop.v1 time.submit.v1 time.withdraw.v1
		item.add.v1 item.edit.v1 item.remove.v1 signoff.record.v1 signoff.refuse.v1 store.undo.v1`},
	{office, `customer.add.v1 customer.edit.v1 site.add.v1 site.edit.v1 asset.add.v1 asset.warranty.v1
		work_order.create.v1 work_order.edit.v1 work_order.hold.v1 work_order.resume.v1 work_order.start.v1
		work_order.complete.v1 work_order.close.v1 work_order.reopen.v1 work_order.cancel.v1 work_order.link.v1
		work_order.unlink.v1 work_order.agreement.v1 work_order.repin.v1
		task.add.v1 task.edit.v1 task.skip.v1 task.reopen.v1 deliverable.add.v1 deliverable.waive.v1 signoff.request.v1
		change_order.request.v1 change_order.accept.v1 cover.set.v1 trip.set.v1 part.add.v1 part.edit.v1
		agreement.add.v1 agreement.end.v1 agreement.skip.v1 agreement.generate.v1 purchase_order.add.v1 purchase_order.edit.v1
		import.stage.v1 import.discard.v1`},
	{planners, `appointment.schedule.v1 appointment.assign.v1 appointment.move.v1 appointment.swap.v1 appointment.split.v1
		appointment.rebook.v1 appointment.cancel.v1 appointment.dispatch.v1 appointment.lock.v1 dispatch.apply_plan.v1
		absence.add.v1 absence.remove.v1 crew.add.v1 crew.edit.v1 crew.remove.v1 territory.add.v1 territory.edit.v1
		technician.add.v1 technician.edit.v1 visit_terms.set.v1`},
	{billers, `contract.add.v1 contract.edit.v1 contract.end.v1 contract.set_clause.v1 contract.drop_clause.v1
		price.add_book.v1 price.set.v1 price.name.v1 price.repin.v1 price.reprice.v1 cap.set.v1
		milestone.add.v1 milestone.cancel.v1 milestone.terms.v1 position.add.v1 position.measure.v1 progress.row.v1
		progress.apply.v1 purchase_order.require.v1 retainer.open.v1 retainer.pay.v1 tax.set_status.v1 billing.correct.v1
		invoice.propose.v1 invoice.propose_deposit.v1 invoice.propose_retainage.v1 invoice.rebill.v1 invoice.discard.v1
		invoice.release.v1 invoice.credit.v1 gate.waive.v1 payment.add.v1 payment.apply.v1 payment.divide.v1
		payment.refund.v1 payment.reverse.v1 payment.write_off.v1 period.close.v1 ledger.cut_batch.v1 ledger.set_account.v1`},
	{slices.Concat(deciders, []party.Role{party.Clerk}), "time.approve.v1 time.reject.v1"},
	{deciders, `invoice.approve.v1 invoice.reject.v1 change_order.approve.v1 change_order.reject.v1
		deliverable.grant_waiver.v1 deliverable.refuse_waiver.v1 gate.grant_waiver.v1 gate.refuse_waiver.v1
		exception.grant.v1 exception.refuse.v1 approval.delegate.v1 approval.revoke_delegation.v1 approval.renew.v1`},
	{managers, `branch.add.v1 branch.edit.v1 holiday.add.v1 holiday.remove.v1 approval.set_policy.v1 approval.add_step.v1
		dispatch.set_policy.v1 margin.set_floor.v1 billing.set_rules.v1 sla.add.v1 checklist.add.v1
		work_type.add.v1 tax.set.v1 tax.set_rounding.v1 work_order.repin_all.v1 period.reopen.v1
		import.publish.v1 import.publish_for_good.v1 customer.import.v1 site.import.v1 asset.import.v1 part.import.v1
		price.import.v1 technician.import.v1 work_order.import.v1`},
}

// Ours are the commands that only the product gives itself: nobody's login opens them.
func Ours() []string {
	return strings.Fields(`store.init.v1 store.add_key.v1 store.accept_regression.v1 company.init.v1 clock.tick.v1 evidence.received.v1`)
}

// granted is grants by operation.
var granted = sync.OnceValue(func() map[string][]party.Role {
	out := map[string][]party.Role{}
	for _, g := range grants {
		for op := range strings.FieldsSeq(g.ops) {
			out[op] = append(out[op], g.roles...)
		}
	}
	return out
})

// Operations lists everything that somebody may do, sorted.
func Operations() []string { return slices.Sorted(maps.Keys(granted())) }

// May reports whether somebody with these roles may do an operation at all. It says nothing of which
// records: for whoever is a technician and nothing else that is answered record by record.
func May(roles []party.Role, op string) bool {
	return slices.ContainsFunc(granted()[op], func(r party.Role) bool { return slices.Contains(roles, r) })
}
