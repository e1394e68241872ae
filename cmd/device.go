package cmd

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/party"
	"callout/store"
)

func newDeviceCmd(a *App) *cobra.Command {
	return a.Noun(Noun{
		Use: "device", Short: "The machines that are linked to the server", Group: GroupData,
		Long: "A device has a code, which the server gives when it is linked: its offline numbers begin with it (K7-12), and it is nobody\n" +
			"else's ever after.",
	}, newDeviceListCmd(a), newDeviceShowCmd(a), newDeviceRevokeCmd(a))
}

// deviceRow is a device in a list, with the name of its person.
type deviceRow struct {
	party.DeviceRow
	Who string `json:"user"`
}

func (d deviceRow) state() string {
	if d.Revoked.IsZero() {
		return "linked"
	}
	return "revoked"
}

func deviceList() List[deviceRow] {
	return List[deviceRow]{
		Key:   func(d deviceRow) string { return d.Code },
		Empty: "no device is linked",
		Columns: []Column[deviceRow]{
			{Name: "code", Value: func(d deviceRow) any { return d.Code }},
			{Name: "user", Value: func(d deviceRow) any { return d.Who }},
			{Name: "host", Value: func(d deviceRow) any { return d.Host }},
			{Name: "enrolled", Value: func(d deviceRow) any { return d.Enrolled }},
			{Name: "state", Value: func(d deviceRow) any { return d.state() }},
			{Name: "id", Detail: true, Value: func(d deviceRow) any { return string(d.ID) }},
		},
	}
}

func newDeviceListCmd(a *App) *cobra.Command {
	var gone bool
	return a.Verb(Verb{
		Use: "list", Short: "List the linked devices",
		Example: "callout device list\ncallout device list --all",
		Fields:  deviceList().Names(),
		Flags:   func(f *pflag.FlagSet) { f.BoolVar(&gone, "all", false, "those that were revoked, too") },
		Run: func(ctx context.Context, _ []string) error {
			var rows []deviceRow
			err := a.View(ctx, func(r store.Reader) error {
				n := namesOf(r)
				for d, err := range party.Devices.Rows(r, "code", store.Range{}) {
					if err != nil {
						return err
					}
					if gone || d.Revoked.IsZero() {
						rows = append(rows, deviceRow{d, n.of(d.Person)})
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			return deviceList().Print(a, Rows(rows))
		},
	})
}

func findDevice(r store.Reader, ref string) (store.ID, error) {
	return hinted(party.Devices.FindID, "callout device list")(r, ref)
}

func newDeviceShowCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "show DEVICE", Short: "Show a device",
		Example: "callout device show K7",
		Fields:  []string{"id", "code", "person", "host", "enrolled", "revoked", "user"},
		Run: func(ctx context.Context, args []string) error {
			var v deviceRow
			err := a.View(ctx, func(r store.Reader) error {
				id, err := findDevice(r, args[0])
				if err != nil {
					return err
				}
				d, err := party.Devices.Get(r, id)
				if err != nil {
					return err
				}
				v.DeviceRow = party.DeviceRow{ID: d.ID, Code: d.Code, Person: d.Person, Host: d.Host, Enrolled: d.Enrolled, Revoked: d.Revoked}
				v.Who, err = party.NameOf(r, d.Person)
				return err
			})
			if err != nil {
				return err
			}
			return a.Show(v.Code, v, func(p *Page) {
				p.Title("%s", v.Code)
				p.Field("User", v.Who)
				p.Field("Host", v.Host)
				p.Field("Enrolled", v.Enrolled)
				p.Field("State", v.state())
				p.Field("Id", string(v.ID))
			})
		},
	})
}

func newDeviceRevokeCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "revoke DEVICE...", Short: "Unlink devices, lost ones above all", Writes: true,
		Long:    "The server takes nothing from a revoked device any more and gives it nothing. What it has copied, it has.",
		Example: "callout device revoke K7 --reason stolen",
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, Action{
				Build: func(r store.Reader, item string) (store.Command, error) {
					id, err := findDevice(r, item)
					return &party.RevokeDevice{Device: id}, err
				},
				Note: func(store.Receipt) string { return "revoked" },
			})
		},
	})
}

// completeDevices offers the devices that are linked.
func (a *App) completeDevices(ctx context.Context, _ string) (found []Completion, err error) {
	err = a.View(ctx, func(r store.Reader) error {
		for d, err := range party.Devices.Rows(r, "code", store.Range{}) {
			if err != nil {
				return err
			}
			if d.Revoked.IsZero() {
				found = append(found, Completion{Value: d.Code, Help: d.Host})
			}
		}
		return nil
	})
	return found, err
}
