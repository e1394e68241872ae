package party

import (
	"strings"
	"time"

	"callout/internal/fault"
	"callout/store"
)

// Device is a machine that is linked to the server and keeps a copy of everything. Its code leads the
// numbers that it shows while it is offline (K7-12), and is nobody else's ever after.
type Device struct {
	store.Record
	Code     string    `json:"code"`
	N        int       `json:"n"` // the how manieth device it is
	Person   store.ID  `json:"person"`
	Host     string    `json:"host"` // what the machine calls itself
	Enrolled time.Time `json:"enrolled"`
	Revoked  time.Time `json:"revoked,omitzero"`
}

// DeviceRow is a device in a list.
type DeviceRow struct {
	ID       store.ID  `json:"id"`
	Code     string    `json:"code"`
	Person   store.ID  `json:"person"`
	Host     string    `json:"host"`
	Enrolled time.Time `json:"enrolled"`
	Revoked  time.Time `json:"revoked,omitzero"`
}

// Devices are all devices that were ever enrolled.
var Devices = store.Define(store.Def[Device, DeviceRow]{
	Name: "device", Prefix: "device", Title: "device", Lookup: "code", Fold: strings.ToUpper,
	Row: func(d *Device) DeviceRow {
		return DeviceRow{d.ID, d.Code, d.Person, d.Host, d.Enrolled, d.Revoked}
	},
	Indexes: []store.Index[Device]{
		{
			Name: "code", Unique: true,
			Keys:  func(d *Device) []store.Key { return []store.Key{store.K(d.Code)} },
			Clash: func(d *Device) string { return "there is already a device " + d.Code },
		},
		{Name: "n", Unique: true, Keys: func(d *Device) []store.Key { return []store.Key{store.K(d.N)} }},
		{Name: "person", Keys: func(d *Device) []store.Key { return []store.Key{store.K(d.Person, d.Enrolled)} }},
	},
})

// Codes are a letter and one or two more characters, of which at least the second is a digit: no series
// of human numbers looks like that. I, O, 0 and 1 are left out, because they are read for one another.
const (
	codeLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
	codeDigits  = "23456789"
)

// maxDevices is how many codes there are.
const maxDevices = len(codeLetters) * len(codeDigits) * (1 + len(codeLetters+codeDigits))

// DeviceCode is the code of the n-th device, counted from 1; "" where there is none left. Neighbours
// differ in letter and digit, so that a slip of the eye does not name the next one.
func DeviceCode(n int) string {
	const short = len(codeLetters) * len(codeDigits)
	if n < 1 || n > maxDevices {
		return ""
	}
	i := n - 1
	tail := ""
	if i >= short {
		more := codeLetters + codeDigits
		i -= short
		tail = string(more[i/short])
		i %= short
	}
	i = (i + 1) * 77 % short // 77 and 192 have no common factor: every code comes once, K7 first
	return string(codeLetters[i/len(codeDigits)]) + string(codeDigits[i%len(codeDigits)]) + tail
}

// EnrolDevice links a device. Only the authority gives codes.
type EnrolDevice struct {
	Person store.ID `json:"person"`
	Host   string   `json:"host"`
}

// Name implements store.Command.
func (c *EnrolDevice) Name() string { return "device.enrol.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *EnrolDevice) CountsWhenRecorded() {}

// DecidedByAuthority implements store.ForAuthority.
func (c *EnrolDevice) DecidedByAuthority() {}

// Do implements store.Command.
func (c *EnrolDevice) Do(tx *store.Tx) error {
	p, err := People.Get(tx, c.Person)
	if err != nil {
		return err
	}
	if err := mustKeep(tx, p.ID, "enrols the devices of others"); err != nil {
		return err
	}
	admins, err := Holders(tx, Admin)
	if err != nil {
		return err
	}
	if len(admins) > 0 && !p.SeesEverything() {
		return fault.Refusedf("a device keeps a copy of everything, which %s may not see", p.Name).With("device.partial").
			Hint("technicians work through the server: --server URL")
	}
	host, err := ParseName("host", "device", c.Host)
	if err != nil {
		return err
	}
	last := 0
	for row, err := range Devices.Rows(tx, "n", store.Range{Reverse: true}) {
		if err != nil {
			return err
		}
		d, err := Devices.Get(tx, row.ID)
		if err != nil {
			return err
		}
		last = d.N
		break
	}
	d := &Device{N: last + 1, Code: DeviceCode(last + 1), Person: p.ID, Host: host, Enrolled: tx.Env.RecordedAt}
	if d.Code == "" {
		return fault.Refusedf("all %d device codes have been given", maxDevices).With("device.codes")
	}
	d.ID = Devices.NewID(tx, "")
	tx.Returns(d.ID, d.Code)
	return Devices.Put(tx, d)
}

// RevokeDevice unlinks a device. What it showed keeps its code.
type RevokeDevice struct {
	Device store.ID `json:"device"`
}

// Name implements store.Command.
func (c *RevokeDevice) Name() string { return "device.revoke.v1" }

// CountsWhenRecorded implements store.Undated.
func (c *RevokeDevice) CountsWhenRecorded() {}

// DecidedByAuthority implements store.ForAuthority.
func (c *RevokeDevice) DecidedByAuthority() {}

// QuietWhenDone implements store.Repeatable.
func (c *RevokeDevice) QuietWhenDone() {}

// Do implements store.Command.
func (c *RevokeDevice) Do(tx *store.Tx) error {
	d, err := Devices.Get(tx, c.Device)
	if err != nil {
		return err
	}
	if err := mustKeep(tx, d.Person, "unlinks the devices of others"); err != nil {
		return err
	}
	tx.Returns(d.ID, d.Code)
	if d.Revoked.IsZero() {
		d.Revoked = tx.Env.RecordedAt
	}
	return Devices.Put(tx, d)
}
