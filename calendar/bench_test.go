package calendar_test

import (
	"testing"
	"time"

	. "callout/calendar"
)

// A board resolves the zone of every row: loading one must cost less than the package
// time takes, which reads a file each time.
func BenchmarkLoadZone(b *testing.B) {
	b.Run("callout", func(b *testing.B) {
		for b.Loop() {
			_, _ = LoadZone("zone", "Europe/Vienna")
		}
	})
	b.Run("time.LoadLocation", func(b *testing.B) {
		for b.Loop() {
			_, _ = time.LoadLocation("Europe/Vienna")
		}
	})
}

// Resolving a reading against time.Date, which does not say when a reading is skipped
// or comes twice.
func BenchmarkResolve(b *testing.B) {
	z, d := zone("Europe/Vienna"), date("2026-11-23")
	b.Run("Zone.Resolve", func(b *testing.B) {
		for b.Loop() {
			_ = z.Resolve(d, ClockAt(9, 0))
		}
	})
	b.Run("time.Date", func(b *testing.B) {
		for b.Loop() {
			_ = time.Date(2026, time.November, 23, 9, 0, 0, 0, z.Location())
		}
	})
}

// The due time of an SLA of forty working hours.
func BenchmarkWorkingTimeAdd(b *testing.B) {
	w := WorkingTime{Hours: hours("Mon-Fri 08:00-12:00 13:00-17:00"), Zone: zone("Europe/Vienna"), Holidays: []Date{date("2026-12-08")}}
	for b.Loop() {
		_, _ = w.Add(now, 40*time.Hour)
	}
}
