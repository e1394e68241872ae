package shop

import (
	"slices"

	"callout/approval"
	"callout/party"
	"callout/store"
)

// Schema assembles the business from its rooms, lowest first. Derivations run in this
// order, so that effects go upward; then all checks run.
func Schema(version string) store.Schema {
	return store.Schema{
		App:         version,
		Prelude:     party.Meet,
		Collections: slices.Concat(party.Collections(), approval.Collections()),
		Commands:    slices.Concat(party.Commands(), approval.Commands()),
		Audits:      approval.Audits(),
	}
}
