package cmd

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"callout/calendar"
	"callout/internal/fault"
	"callout/shop"
	"callout/store"
)

// diagnosis is everything that somebody who helps from afar asks first. It holds no secrets.
type diagnosis struct {
	Version    string   `json:"version"`
	Platform   string   `json:"platform"`
	Go         string   `json:"go"`
	TZData     string   `json:"tz_data"`
	Store      string   `json:"store"`
	StoreBytes int64    `json:"store_bytes"`
	Evidence   string   `json:"evidence"`
	StateDir   string   `json:"state_dir"`
	UserConfig string   `json:"user_config"`
	Project    string   `json:"project_config"`
	Terminal   string   `json:"terminal"`
	Tenant     string   `json:"tenant"`
	Head       string   `json:"head"`
	Problems   []string `json:"problems"`
}

func newDoctorCmd(a *App) *cobra.Command {
	return GroupData.In(a.Verb(Verb{
		Use:     "doctor",
		Short:   "Show every path and version in use, and what is wrong with them",
		Long:    "Nothing secret is shown, so that the output can be sent to whoever helps. Exit code 1 means that something is wrong.",
		Example: "callout doctor\ncallout doctor -o json",
		Fields: []string{"version", "platform", "go", "tz_data", "store", "store_bytes", "evidence", "state_dir",
			"user_config", "project_config", "terminal", "tenant", "head", "problems"},
		Run: func(ctx context.Context, _ []string) error {
			d := a.diagnose(ctx)
			err := a.Show(d.Version, d, func(p *Page) { d.draw(p) })
			if err == nil && len(d.Problems) > 0 {
				err = fault.Internalf("%s found", howMany(len(d.Problems), "problem")).With("doctor.problems")
			}
			return err
		},
	}))
}

func (d diagnosis) draw(p *Page) {
	p.Field("callout", d.Version+" "+d.Platform+" "+d.Go)
	p.Field("Time zones", d.TZData)
	p.Field("Store", d.Store)
	p.Field("Size", d.StoreBytes)
	p.Field("Evidence", d.Evidence)
	p.Field("Keys, heads", d.StateDir)
	p.Field("Settings", d.UserConfig)
	p.Field("Project", d.Project)
	p.Field("Terminal", d.Terminal)
	p.Field("Tenant", d.Tenant)
	p.Field("Journal head", d.Head)
	for _, problem := range d.Problems {
		p.Field("Problem", problem)
	}
}

func (a *App) diagnose(ctx context.Context) diagnosis {
	b := readBuild()
	d := diagnosis{
		Version: b.Version, Platform: b.OS + "/" + b.Arch, Go: b.Go, TZData: calendar.TZVersion,
		Store: a.where(), Evidence: string(a.shopOptions().Evidence()), StateDir: a.stateDir(),
		UserConfig: a.userConfigPath(), Project: a.projectConfigPath(), Terminal: a.env("TERM"), Problems: []string{},
	}
	blame := func(err error) {
		if err != nil {
			d.Problems = append(d.Problems, err.Error())
		}
	}
	if st, err := os.Stat(a.config.Store); err == nil && a.config.Database == "" {
		d.StoreBytes = st.Size()
	}
	blame(a.WithShop(func(s *shop.Shop) error {
		return s.View(ctx, func(r store.Reader) error {
			m, err := store.ReadMeta(r)
			if err != nil {
				return err
			}
			d.Tenant = m.Tenant
			head, err := store.CurrentHead(r)
			d.Head = head.Short()
			return err
		})
	}))
	return d
}
