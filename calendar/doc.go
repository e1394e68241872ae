// Package calendar is time as a service business reads it: IANA zones with their own
// embedded data, civil dates, local clock readings and what they mean when clocks
// change, half-open intervals of instants, weekly opening hours, holidays, working
// time, and the ways in which people write times and durations.
//
// Instants are UTC and zones are named; a local reading becomes an instant only
// through a [Zone], and the two readings that need care have one rule each. A reading
// that the clock skips and one that it shows twice are refused where a person states
// them ([Zone.Instant], [ParseWhen]). As a boundary of opening hours or of a day, a
// skipped reading means the moment of the jump and a repeated one its first
// occurrence, so that adjacent windows always touch and a day's pieces always add up
// to its 23, 24 or 25 hours.
//
// The package has no clock of its own: what "now" is, the caller says. It is not for
// shifts, absences, appointments or SLA policies, which dispatch and work build on it.
package calendar
