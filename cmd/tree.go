package cmd

import (
	"context"
	"time"

	"github.com/spf13/cobra"
)

// tree lists the commands that do the shop's work. A new noun or verb is added here, and
// nowhere else.
func tree(a *App) []*cobra.Command {
	return nil
}

// completers says how each placeholder is completed that stands for something live.
func completers(a *App) map[string]Completer {
	return map[string]Completer{
		"KEY":     a.completeConfigKeys,
		"ZONE":    completeZones,
		"USER":    func(context.Context, string) ([]Completion, error) { return nil, nil },
		"COMMAND": a.completeHelp,
	}
}

// completeZones offers a few zones to begin with, the machine's own first.
func completeZones(context.Context, string) ([]Completion, error) {
	found := []Completion{{Value: "UTC"}}
	if name := time.Local.String(); name != "Local" && name != "UTC" {
		found = append([]Completion{{Value: name, Help: "this machine"}}, found...)
	}
	for _, z := range []string{"Europe/Vienna", "Europe/Berlin", "Europe/London", "Europe/Lisbon", "America/New_York",
		"America/Chicago", "America/Denver", "America/Los_Angeles", "Asia/Tokyo", "Australia/Sydney"} {
		found = append(found, Completion{Value: z})
	}
	return found, nil
}
