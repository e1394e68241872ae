package cmd

import (
	"context"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// build is which callout this is. The Go tool stamps it; nothing is set by a linker flag.
type build struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
}

func readBuild() build {
	b := build{Version: "devel", Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.Version = v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			b.Commit = s.Value
		}
	}
	return b
}

func newVersionCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use:     "version",
		Short:   "Show which callout this is",
		Example: "callout version -o json",
		Fields:  []string{"version", "commit", "go", "os", "arch"},
		Raw:     true,
		Run: func(context.Context, []string) error {
			b := readBuild()
			return a.Show(b.Version, b, func(p *Page) {
				p.Line("callout %s", b.Version)
				p.Field("commit", b.Commit)
				p.Field("go", b.Go)
				p.Field("platform", b.OS+"/"+b.Arch)
			})
		},
	})
}
