package cmd

import (
	"path/filepath"
	"slices"
	"strings"

	"callout/internal/fault"
	"callout/shop"
)

// settlePlace decides on what the command works where more than one of --store, --database and --server are set somewhere: a flag counts
// before what stands in the environment or a file. A server that is being started is not asked of another one.
func (a *App) settlePlace(path string) error {
	c := &a.config
	if p := a.placed; p != nil {
		c.Store, c.Database, c.Tenant, c.Server = p.Store, p.Database, p.Tenant, p.Server
		return nil
	}
	flags := map[string]string{"--store": a.shared.store, "--database": a.shared.database, "--server": a.shared.server}
	var named []string
	for _, name := range []string{"--store", "--database", "--server"} {
		if flags[name] != "" {
			named = append(named, name)
		}
	}
	if len(named) > 1 {
		return usagef("%s are %s places; name one", strings.Join(named, " and "), []string{"two", "three"}[len(named)-2])
	}
	if strings.HasSuffix(path, " serve") && a.shared.server == "" {
		c.Server = ""
	}
	switch {
	case slices.Contains(named, "--store"):
		c.Server, c.Database = "", ""
	case slices.Contains(named, "--database"):
		c.Server = ""
	case slices.Contains(named, "--server"):
		c.Database = ""
	case c.Server != "" && c.Database != "":
		return usagef("both a server and a database are set (%s, %s)", a.originOf("server"), a.originOf("database")).
			Hint("--server URL").Hint("callout config list --show-origin")
	}
	return a.database().Check()
}

// originOf is where a setting comes from.
func (a *App) originOf(key string) string {
	for _, s := range a.settings.list {
		if s.key == key {
			return s.origin
		}
	}
	return ""
}

// database is the database that the shop lies in, if it lies in one.
func (a *App) database() shop.Database {
	if a.config.Database == "" {
		return shop.Database{}
	}
	return shop.Database{URL: a.config.Database, Tenant: a.config.Tenant}
}

// where is the place of the shop as people are told it.
func (a *App) where() string {
	if a.config.Database != "" {
		return a.database().Place()
	}
	return a.config.Store
}

// evidenceDir is where the evidence of a shop in a database lies, unless it is said.
func (a *App) evidenceDir() string {
	if a.config.EvidenceDir != "" {
		return a.config.EvidenceDir
	}
	return filepath.Join(filepath.Dir(a.defaultStore()), "evidence")
}

// onDevices are the commands that are about a machine's own store, in a file.
func onDevices() []string { return []string{"login", "sync", "conflict", "demo"} }

// inFile refuses a command that cannot work on a shop in a database.
func (a *App) inFile(path string) error {
	words := strings.Fields(path)
	if a.config.Database == "" || len(words) < 2 || !slices.Contains(onDevices(), words[1]) {
		return nil
	}
	return fault.Refusedf("this is about a store in a file, and %s names a database", a.originOf("database")).With("database.file").
		Hint("--store PATH").Hint("callout serve   (answers for the shop in the database; laptops link to that)")
}
