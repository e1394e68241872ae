package shop_test

import (
	"slices"
	"testing"

	"callout/shop"
	"callout/store"
)

// What gives a legal number, closes the books or says who may do what is decided by the authority alone. Everything
// else works without a network: whatever joins this list takes work away from those who are offline.
func TestForAuthority(t *testing.T) {
	want := []string{
		"approval.add_step.v1", "approval.set_policy.v1",
		"device.enrol.v1", "device.revoke.v1",
		"identity.bind.v1", "identity.unbind.v1",
		"invoice.release.v1", "ledger.cut_batch.v1",
		"period.close.v1", "period.reopen.v1", "person.change_roles.v1",
		"ssh_key.add.v1", "ssh_key.remove.v1", "token.issue.v1", "token.revoke.v1", "user.add.v1",
	}
	var got []string
	for _, mk := range shop.Schema("test").Commands {
		cmd := mk()
		if _, yes := cmd.(store.ForAuthority); yes {
			got = append(got, cmd.Name())
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
