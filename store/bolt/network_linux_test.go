package bolt

import "testing"

// The numbers are those of statfs(2) and linux/magic.h.
func TestMagicNumbers(t *testing.T) {
	for magic, kind := range map[uint32]string{
		0x6969: "nfs", 0x517B: "smb", 0xFF534D42: "cifs", 0xFE534D42: "smb2", 0x01021997: "9p",
		0x5346414F: "afs", 0x73757245: "coda", 0x00C36400: "ceph",
		0xEF53: "", 0x9123683E: "", 0x58465342: "", 0x01021994: "", 0x65735546: "",
	} {
		if have := magicName(magic); have != kind || have != "" && !network[have] {
			t.Errorf("%#x is %q, want %q", magic, have, kind)
		}
	}
}
