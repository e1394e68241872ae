//go:build race

package cmd

// underRace says that the tests run with the race detector, under which a process takes some
// twenty times as long to begin.
const underRace = true
