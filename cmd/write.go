package cmd

import (
	"time"

	"github.com/google/uuid"

	"callout/calendar"
	"callout/store"
)

// DryRun reports whether a writing verb only shows what it would do.
func (a *App) DryRun() bool { return a.write.dryRun }

// Reason is what --reason says.
func (a *App) Reason() string { return a.write.reason }

// At is when the thing happened: what --at says, or the zero time for now. Clock times are
// those of the place, unless another zone was asked for.
func (a *App) At(place calendar.Zone) (time.Time, error) {
	if a.write.at == "" {
		return time.Time{}, nil
	}
	return a.Time("at", a.write.at, place)
}

// CommandID is the id that makes repeating a command harmless, or uuid.Nil when --cmd-id was
// not given. A UUID is taken as it is and any other text is hashed. A verb that takes many
// ids passes the item, so that the same call gives every item the same id, however many
// there were; a verb that acts once passes "".
func (a *App) CommandID(item string) uuid.UUID {
	given := a.write.cmdID
	if given == "" {
		return uuid.Nil
	}
	if item == "" {
		if id, err := uuid.Parse(given); err == nil {
			return id
		}
	}
	return store.CommandIDFrom("cmd-id", given, item)
}
