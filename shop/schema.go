package shop

import (
	"slices"

	"callout/approval"
	"callout/billing"
	"callout/billing/ledger"
	"callout/dispatch"
	"callout/party"
	"callout/shop/intake"
	"callout/store"
	"callout/work"
)

// Schema assembles the business from its rooms, lowest first. Derivations run in this
// order, so that effects go upward; then all checks run.
func Schema(version string) store.Schema {
	return store.Schema{
		App:     version,
		Prelude: party.Meet, Permit: permit, Permitted: permitted,
		Collections: slices.Concat(
			party.Collections(), approval.Collections(), work.Collections(),
			dispatch.Collections(), billing.Collections(), ledger.Collections(), intake.Collections(),
		),
		Commands: slices.Concat(
			party.Commands(), approval.Commands(), work.Commands(),
			dispatch.Commands(), billing.Commands(), ledger.Commands(), intake.Commands(),
		),
		Derivations: slices.Concat(work.Derivations(), dispatch.Derivations(), billing.Derivations()),
		Checks:      slices.Concat(work.Checks(), dispatch.Checks(), billing.Checks(), ledger.Checks()),
		Audits:      slices.Concat(approval.Audits(), work.Audits(), dispatch.Audits(), billing.Audits()),
	}
}
