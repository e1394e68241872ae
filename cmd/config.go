package cmd

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/viper"

	"callout/calendar"
	"callout/internal/fault"
	"callout/shop"
	"callout/tui"
	"callout/tui/screen"
)

// Config is what the flags, the environment and the files come to. Nothing outside this
// file and configure.go knows that viper exists.
type Config struct {
	Store      string        `mapstructure:"store"`      // the path of the shop's store
	Server     string        `mapstructure:"server"`     // the server to work on, instead of a store; "" for the store
	Database   string        `mapstructure:"database"`   // the URL of the database that the shop lies in, instead of a file; it may hold a password
	Tenant     string        `mapstructure:"tenant"`     // the shop's name in the database
	As         string        `mapstructure:"as"`         // who acts, in a stand-alone shop
	Output     string        `mapstructure:"output"`     // the default of -o
	TZ         string        `mapstructure:"tz"`         // the zone that text shows and reads times in; "" for the zone of the place
	Color      string        `mapstructure:"color"`      // auto, always or never
	Pager      string        `mapstructure:"pager"`      // the command that long text goes through, on a terminal
	LockWait   time.Duration `mapstructure:"lock-wait"`  // how long to wait for the store before giving up with exit code 7
	NoInput    bool          `mapstructure:"no-input"`   // never ask
	Accessible bool          `mapstructure:"accessible"` // linear text for screen readers
	Theme      string        `mapstructure:"theme"`      // how the board is dressed
	Keys       string        `mapstructure:"keys"`       // the board's keys that the user chose
	ASCII      bool          `mapstructure:"ascii"`      // the board draws with ASCII signs only
	Mouse      bool          `mapstructure:"mouse"`      // the board takes the mouse

	EvidenceDir string `mapstructure:"evidence-dir"` // where evidence lies of a shop in a database
	KeyFile     string `mapstructure:"key-file"`     // the signing key's file; "" for this machine's own
}

// configKey is one key: its default, how a value is checked, and where it may come from.
type configKey struct {
	name     string
	initial  string // the default; "" where there is none
	usage    string
	check    func(string) error
	fallback string              // an environment variable of wider use, which loses to the files
	private  bool                // not read from a project file: such a file comes with somebody else's folder
	path     bool                // relative values are relative to the file they stand in
	show     func(string) string // what may be shown of a value that holds a secret; nil shows all of it
}

// configKeys lists every key there is.
func (a *App) configKeys() []configKey {
	return []configKey{
		{name: "accessible", initial: "false", fallback: "ACCESSIBLE", check: checkBool, usage: "linear text for screen readers: no alignment, no repainting, no pager"},
		{name: "ascii", initial: "false", check: checkBool, usage: "the board draws with ASCII signs only"},
		{name: "as", usage: "who acts, in a stand-alone shop"},
		{name: "color", initial: "auto", check: checkChoice(colorChoices()), usage: "colours in text: auto, always, never"},
		{name: "database", private: true, show: shop.ShowDatabase, usage: "the URL of the PostgreSQL database that the shop lies in, instead of a store in a file"},
		{name: "evidence-dir", private: true, path: true, usage: "the folder for the evidence files of a shop in a database, which all who serve it share"},
		{name: "key-file", private: true, path: true, usage: "the file with the key that signs the journal's heads; empty for this machine's own"},
		{name: "keys", check: checkKeys, usage: "the board's keys, such as visit.pick-up=m,M undo=f5; see callout help keys"},
		{name: "lock-wait", initial: "10s", check: checkDuration, usage: "how long to wait for a busy store before giving up (exit code 7)"},
		{name: "mouse", initial: "true", check: checkBool, usage: "the board takes the mouse; text is then selected with shift held"},
		{name: "no-input", initial: "false", check: checkBool, usage: "never ask; fail where an answer is needed"},
		{name: "output", initial: "auto", check: checkChoice(append([]string{"auto"}, outputFormats()...)), usage: "the default of -o"},
		{name: "pager", fallback: "PAGER", private: true, usage: "the command that long text goes through, on a terminal"},
		{name: "server", private: true, usage: "the address of the server to work on, instead of a store (the token is in CALLOUT_TOKEN)"},
		{name: "store", initial: a.defaultStore(), path: true, usage: "the path of the shop's store"},
		{name: "tenant", initial: "shop", check: shop.CheckTenant, usage: "the shop's name in the database, which may have several"},
		{name: "theme", check: checkChoice(screen.Themes()), usage: "how the board is dressed: " + strings.Join(screen.Themes(), ", ")},
		{name: "tz", check: checkZone, usage: "the IANA zone that text shows and reads times in; empty for the zone of the place"},
	}
}

func colorChoices() []string { return []string{"auto", "always", "never"} }

// checkKeys checks the keys of the board.
func checkKeys(text string) error {
	_, err := tui.ParseKeys(text)
	return err
}

// envName is the environment variable of a key.
func envName(key string) string {
	return "CALLOUT_" + strings.ToUpper(strings.ReplaceAll(key, "-", "_"))
}

// setting is one key with its value, as far as it may be shown, and where that came from.
type setting struct{ key, value, origin string }

// settings is every key's setting, and the viper instance that holds them.
type settings struct {
	list []setting
	v    *viper.Viper
}

// loadSettings layers flag over environment over project file over user file over default.
func (a *App) loadSettings(raw bool, flags map[string]string) (settings, error) {
	v := viper.New()
	keys := a.configKeys()
	origin := make(map[string]string, len(keys))
	for _, k := range keys {
		v.SetDefault(k.name, k.initial)
		origin[k.name] = "default"
		if val := a.env(k.fallback); k.fallback != "" && val != "" {
			v.SetDefault(k.name, val)
			origin[k.name] = "env " + k.fallback
		}
	}
	if !raw {
		for _, file := range []configFile{{path: a.userConfigPath()}, {path: a.projectConfigPath(), project: true}} {
			values, err := a.readConfig(file, keys)
			if err != nil {
				return settings{}, err
			}
			if err := v.MergeConfigMap(values); err != nil {
				return settings{}, fmt.Errorf("%s: %w", file.path, err)
			}
			for name := range values {
				origin[name] = file.path
			}
		}
	}
	s := settings{v: v}
	for _, k := range keys {
		if val := a.env(envName(k.name)); val != "" {
			v.Set(k.name, val)
			origin[k.name] = "env " + envName(k.name)
		}
		if val, ok := flags[k.name]; ok {
			v.Set(k.name, val)
			origin[k.name] = "flag --" + k.name
		}
		val := v.GetString(k.name)
		if k.check != nil && val != "" {
			if err := k.check(val); err != nil {
				return settings{}, blame(err, k.name, origin[k.name])
			}
		}
		if k.show != nil {
			val = k.show(val)
		}
		s.list = append(s.list, setting{key: k.name, value: val, origin: origin[k.name]})
	}
	return s, nil
}

// blame names the key and the place that a wrong value came from, and keeps the hints.
func blame(err error, key, origin string) error {
	why := err.Error()
	var f *fault.Error
	known := errors.As(err, &f)
	if known && f.Field == key {
		why = strings.TrimPrefix(why, key+": ")
	}
	out := fault.Invalidf(key, "%s (from %s)", why, origin).With("config.value")
	if known {
		out.Hints = f.Hints
	}
	return out
}

// config is the settings with types.
func (s settings) config() (Config, error) {
	var c Config
	if err := s.v.UnmarshalExact(&c); err != nil {
		return Config{}, fault.Invalidf("", "the configuration cannot be read: %v", err).With("config.value")
	}
	return c, nil
}

// configFile is one YAML file of settings.
type configFile struct {
	path    string
	project bool
}

// readConfig returns a file's values. A file that does not exist has none; a key that does
// not exist is an error.
func (a *App) readConfig(f configFile, keys []configKey) (map[string]any, error) {
	if f.path == "" {
		return nil, nil
	}
	if _, err := os.Stat(f.path); os.IsNotExist(err) {
		return nil, nil
	}
	v := viper.New()
	v.SetConfigFile(f.path)
	v.SetConfigType("yaml")
	if err := v.ReadInConfig(); err != nil {
		return nil, fault.Invalidf("", "%s cannot be read: %v", f.path, err).With("config.file")
	}
	values := make(map[string]any)
	for _, name := range v.AllKeys() {
		k, err := findConfigKey(keys, name)
		if err != nil {
			err.Msg += " in " + f.path
			return nil, err
		}
		if f.project && k.private {
			return nil, fault.Invalidf(name, "not taken from a project file, which may come from somebody else: %s", f.path).
				With("config.private").Hint("callout config set %s VALUE", name)
		}
		val := v.GetString(name)
		if k.path {
			val = a.resolvePath(val, filepath.Dir(f.path))
		}
		values[name] = val
	}
	return values, nil
}

// findConfigKey finds a key by name, or says which one was probably meant.
func findConfigKey(keys []configKey, name string) (configKey, *fault.Error) {
	names := make([]string, len(keys))
	for i, k := range keys {
		if k.name == name {
			return k, nil
		}
		names[i] = k.name
	}
	err := fault.Invalidf("", "unknown key %q", name).With("config.key")
	if best := closest(name, names); best != "" {
		return configKey{}, err.Hint("did you mean %q? All keys: callout config list", best)
	}
	return configKey{}, err.Hint("callout config list")
}

// userConfigPath is where a person's own settings live.
func (a *App) userConfigPath() string {
	if dir := a.baseDir("XDG_CONFIG_HOME", "AppData", ".config"); dir != "" {
		return filepath.Join(dir, "callout", "config.yaml")
	}
	return ""
}

// defaultStore is where the shop's store lives when nobody says otherwise.
func (a *App) defaultStore() string {
	if dir := a.baseDir("XDG_DATA_HOME", "LocalAppData", filepath.Join(".local", "share")); dir != "" {
		return filepath.Join(dir, "callout", "shop.db")
	}
	return ""
}

// baseDir follows the XDG base directory specification, on macOS too; on Windows the
// system's own folder is the default.
func (a *App) baseDir(xdg, windows, underHome string) string {
	if dir := a.env(xdg); filepath.IsAbs(dir) {
		return dir
	}
	if runtime.GOOS == "windows" {
		return a.env(windows)
	}
	if home := a.home(); home != "" {
		return filepath.Join(home, underHome)
	}
	return ""
}

func (a *App) home() string {
	if runtime.GOOS == "windows" {
		return a.env("USERPROFILE")
	}
	return a.env("HOME")
}

// projectFile is the name of a file with settings for one folder and those below it.
const projectFile = ".callout.yaml"

// projectConfigPath looks for a project file, from the working directory upwards.
func (a *App) projectConfigPath() string {
	for dir := a.Dir; dir != ""; {
		path := filepath.Join(dir, projectFile)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	return ""
}

// resolvePath makes a path from a file absolute. The shell that would expand "~" is not there.
func (a *App) resolvePath(path, dir string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		return filepath.Join(a.home(), rest)
	}
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

func checkBool(s string) error {
	if s != "true" && s != "false" && s != "1" && s != "0" {
		return fmt.Errorf("%q is neither true nor false", s)
	}
	return nil
}

func checkDuration(s string) error {
	if d, err := time.ParseDuration(s); err != nil || d <= 0 {
		return fmt.Errorf("%q is no duration such as 10s or 2m", s)
	}
	return nil
}

func checkZone(s string) error {
	_, err := calendar.LoadZone("", s)
	return err
}

func checkChoice(choices []string) func(string) error {
	return func(s string) error {
		if !slices.Contains(choices, s) {
			return fmt.Errorf("%q is none of %s", s, strings.Join(choices, ", "))
		}
		return nil
	}
}
