package party_test

import (
	"regexp"
	"testing"

	"callout/party"
	"callout/store"
)

func TestDeviceCodes(t *testing.T) {
	shape := regexp.MustCompile(`^[A-HJ-NP-Z][2-9][A-HJ-NP-Z2-9]?$`)
	seen := map[string]int{}
	n := 1
	for ; ; n++ {
		code := party.DeviceCode(n)
		if code == "" {
			break
		}
		if seen[code] != 0 || !shape.MatchString(code) || len(code) == 3 && n <= 192 {
			t.Fatalf("device %d is %q, which is also that of %d", n, code, seen[code])
		}
		seen[code] = n
	}
	if n-1 != 24*8*(1+32) || seen["K7"] != 1 || party.DeviceCode(0) != "" || party.DeviceCode(-1) != "" {
		t.Errorf("there are %d codes, and K7 is the code of device %d", n-1, seen["K7"])
	}
}

func TestDevices(t *testing.T) {
	h := closed(t)
	bert, cora := h.person("bert"), h.person("cora")
	h.refused("bert", &party.EnrolDevice{Person: bert, Host: "phone"}, "device.partial")
	h.refused("bert", &party.EnrolDevice{Person: cora, Host: "phone"}, "role.admin")
	h.refused("cora", &party.EnrolDevice{Person: cora}, "name.missing")
	first := h.refused("cora", &party.EnrolDevice{Person: cora, Host: "laptop"}, "")
	h.refused("bert", &party.RevokeDevice{Device: first.Subject}, "role.admin")
	h.refused("cora", &party.RevokeDevice{Device: first.Subject}, "")
	h.refused("cora", &party.RevokeDevice{Device: first.Subject}, "")
	second := h.refused("ana", &party.EnrolDevice{Person: cora, Host: "laptop"}, "")
	if first.Number != "K7" || second.Number != party.DeviceCode(2) {
		t.Errorf("the devices are %q and %q", first.Number, second.Number)
	}
	h.read(func(r store.Reader) error {
		d, err := party.Devices.Find(r, "k7") // for ever
		if err == nil && (d.ID != first.Subject || d.Revoked.IsZero() || d.Host != "laptop") {
			t.Errorf("K7 is %+v", d)
		}
		return err
	})
	// In a shop without administrators roles open nothing, and close nothing.
	open := newTownHall(t)
	open.must(vienna())
	open.must(&party.EnrolDevice{Person: open.person("ana"), Host: "desk"})
}
