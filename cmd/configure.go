package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"callout/internal/fault"
)

func newConfigCmd(a *App) *cobra.Command {
	return a.Noun(Noun{
		Use:   "config",
		Short: "Settings: what they are and where they come from",
		Long: `A setting comes from a flag, else from the environment (CALLOUT_STORE for store), else from
the project file .callout.yaml in this folder or one above it, else from the user's file, else
it is the default.`,
	}, newConfigListCmd(a), newConfigGetCmd(a), newConfigSetCmd(a), newConfigPathCmd(a))
}

// settingList is how settings are printed. The origin shows when asked for.
func settingList(origin bool) List[setting] {
	return List[setting]{
		Key: func(s setting) string { return s.key },
		Columns: []Column[setting]{
			{Name: "key", Value: func(s setting) any { return s.key }},
			{Name: "value", Value: func(s setting) any { return s.value }},
			{Name: "origin", Detail: !origin, Value: func(s setting) any { return s.origin }},
		},
	}
}

func newConfigListCmd(a *App) *cobra.Command {
	var origin bool
	return a.Verb(Verb{
		Use:     "list",
		Short:   "List every setting",
		Example: "callout config list --show-origin",
		Fields:  settingList(true).Names(),
		Flags: func(f *pflag.FlagSet) {
			f.BoolVar(&origin, "show-origin", false, "say where each value comes from")
		},
		Run: func(context.Context, []string) error {
			return settingList(origin).Print(a, Rows(a.settings.list))
		},
	})
}

func newConfigGetCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use:     "get KEY",
		Short:   "Print one setting's value",
		Example: "callout config get store",
		Fields:  settingList(true).Names(),
		Run: func(_ context.Context, args []string) error {
			if _, err := findConfigKey(a.configKeys(), args[0]); err != nil {
				return err
			}
			for _, s := range a.settings.list {
				if s.key == args[0] {
					value := struct {
						Key    string `json:"key"`
						Value  string `json:"value"`
						Origin string `json:"origin"`
					}{s.key, s.value, s.origin}
					return a.Show(s.value, value, func(p *Page) { p.Line("%s", s.value) })
				}
			}
			return nil
		},
	})
}

func newConfigPathCmd(a *App) *cobra.Command {
	type file struct {
		kind, path string
		exists     bool
	}
	list := List[file]{
		Key: func(f file) string { return f.path },
		Columns: []Column[file]{
			{Name: "path", Value: func(f file) any { return f.path }},
			{Name: "kind", Value: func(f file) any { return f.kind }},
			{Name: "exists", Value: func(f file) any { return f.exists }},
		},
	}
	return a.Verb(Verb{
		Use:     "path",
		Short:   "Show where the settings files are",
		Example: "callout config path",
		Fields:  list.Names(),
		Raw:     true,
		Run: func(context.Context, []string) error {
			var files []file
			for _, f := range []file{{kind: "project", path: a.projectConfigPath()}, {kind: "user", path: a.userConfigPath()}} {
				if f.path == "" {
					continue
				}
				_, err := os.Stat(f.path)
				f.exists = err == nil
				files = append(files, f)
			}
			return list.Print(a, Rows(files))
		},
	})
}

func newConfigSetCmd(a *App) *cobra.Command {
	var project bool
	return a.Verb(Verb{
		Use:   "set KEY VALUE",
		Short: "Write a setting to the user's file",
		Long: `An empty value takes the setting out of the file, so that the next source counts again.
Settings are not part of the shop: they are not journaled and --at means nothing to them.`,
		Example: `callout config set tz Europe/Vienna
callout config set --project store ./shop.db
callout config set pager ""`,
		Writes: true,
		Raw:    true,
		Flags: func(f *pflag.FlagSet) {
			f.BoolVar(&project, "project", false, "write to the project file of this folder")
		},
		Run: func(_ context.Context, args []string) error {
			path := a.userConfigPath()
			if project {
				if path = a.projectConfigPath(); path == "" {
					path = filepath.Join(a.Dir, projectFile)
				}
			}
			return a.setConfig(configFile{path: path, project: project}, args[0], args[1])
		},
	})
}

// setConfig writes one value into a file and leaves its comments and order alone.
func (a *App) setConfig(file configFile, key, value string) error {
	k, kerr := findConfigKey(a.configKeys(), key)
	if kerr != nil {
		return kerr
	}
	if value != "" && k.check != nil {
		if err := k.check(value); err != nil {
			return blame(err, key, "the command line")
		}
	}
	if file.project && k.private {
		return fault.Invalidf(key, "is not read from a project file, which may come from somebody else").With("config.private").
			Hint("callout config set %s %q", key, value)
	}
	if file.path == "" {
		return fault.Invalidf("", "there is no home folder to keep settings in").With("config.home").Hint("set HOME or XDG_CONFIG_HOME")
	}
	before, err := os.ReadFile(file.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	after, err := editConfig(before, key, value)
	if err != nil {
		return fault.Invalidf("", "%s cannot be read: %v", file.path, err).With("config.file")
	}
	note := fmt.Sprintf("set to %s in %s", value, file.path)
	if value == "" {
		note = "taken out of " + file.path
	}
	if !a.DryRun() {
		if err := os.MkdirAll(filepath.Dir(file.path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(file.path, after, 0o600); err != nil {
			return err
		}
	}
	return a.Report(Result{ID: key, Note: note})
}

// editConfig sets or removes one key of a YAML mapping.
func editConfig(doc []byte, key, value string) ([]byte, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(doc, &root); err != nil {
		return nil, err
	}
	if root.Kind == 0 || root.Content[0].Tag == "!!null" {
		root = yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode}}}
	}
	m := root.Content[0]
	if m.Kind != yaml.MappingNode {
		return nil, errors.New("it is not a list of settings")
	}
	at := -1
	for i := 0; i < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			at = i
		}
	}
	switch {
	case at >= 0 && value == "":
		comment := m.Content[at].HeadComment
		m.Content = append(m.Content[:at], m.Content[at+2:]...)
		if at < len(m.Content) && m.Content[at].HeadComment == "" {
			m.Content[at].HeadComment = comment // it may be about the whole file
		}
	case at >= 0:
		setText(m.Content[at+1], value)
	case value != "":
		k, v := new(yaml.Node), new(yaml.Node)
		setText(k, key)
		setText(v, value)
		m.Content = append(m.Content, k, v)
	}
	if len(m.Content) == 0 {
		return nil, nil
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(&root); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// completeConfigKeys offers the keys with what they mean.
func (a *App) completeConfigKeys(context.Context, string) ([]Completion, error) {
	var found []Completion
	for _, k := range a.configKeys() {
		found = append(found, Completion{Value: k.name, Help: k.usage})
	}
	return found, nil
}
