package cmd

import (
	"time"

	"github.com/spf13/pflag"

	"callout/calendar"
)

// Time reads an instant as people write it. Clock times are those of the place, unless --tz
// or the configuration names another zone. field is the flag that is blamed.
func (a *App) Time(field, s string, place calendar.Zone) (time.Time, error) {
	zone, err := a.zoneOr(place)
	if err != nil {
		return time.Time{}, err
	}
	return calendar.ParseWhen(field, s, a.Now(), zone)
}

// Date reads a date.
func (a *App) Date(field, s string) (calendar.Date, error) { return calendar.ParseDate(field, s) }

// zoneOr is the zone that was asked for, or else the place's.
func (a *App) zoneOr(place calendar.Zone) (calendar.Zone, error) {
	if a.config.TZ == "" {
		return place, nil
	}
	return calendar.LoadZone("tz", a.config.TZ)
}

// durationFlag is a flag value such as 90m, 1h30m or 2d.
type durationFlag struct{ to *time.Duration }

// durationVar declares a flag that takes a duration.
func durationVar(f *pflag.FlagSet, to *time.Duration, name string, initial time.Duration, usage string) {
	*to = initial
	f.Var(durationFlag{to: to}, name, usage)
}

func (d durationFlag) Type() string { return "duration" }

func (d durationFlag) String() string {
	if d.to == nil || *d.to == 0 {
		return ""
	}
	return calendar.FormatDuration(*d.to)
}

func (d durationFlag) Set(s string) (err error) {
	*d.to, err = calendar.ParseDuration("", s)
	return err
}

// timeOrDay reads an instant, or a date alone as the beginning of that day.
func (a *App) timeOrDay(field, s string, place calendar.Zone) (time.Time, error) {
	if d, err := calendar.ParseDate(field, s); err == nil {
		zone, err := a.zoneOr(place)
		return zone.Day(d).Start, err
	}
	return a.Time(field, s, place)
}
