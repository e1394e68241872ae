package cmd

import "time"

// DryRun reports whether a writing verb only shows what it would do.
func (a *App) DryRun() bool { return a.write.dryRun }

// Reason is what --reason says.
func (a *App) Reason() string { return a.write.reason }

// At is when the thing happened: what --at says, or now.
func (a *App) At() (time.Time, error) {
	if a.write.at == "" {
		return a.Now(), nil
	}
	return a.Time("at", a.write.at, nil)
}

// CommandID is the id that makes repeating a command harmless: --cmd-id, and behind it
// the item of a verb that takes many, so that the same call gives every item the same id
// however many there were. It is empty when none was given.
func (a *App) CommandID(item string) string {
	if a.write.cmdID == "" || item == "" {
		return a.write.cmdID
	}
	return a.write.cmdID + "/" + item
}
