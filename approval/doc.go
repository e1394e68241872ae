// Package approval knows who may say yes: one person's decision on the hash of a
// subject. Whoever made or last edited a thing never approves it, unless the shop runs under
// the single-person policy, which every decision then records.
//
// It does not know what is approved: time entries, invoices and waivers ask for a
// decision here and act on it in their own rooms.
package approval
