package main

const (
	// variable names, in the environment of a run, the fault that is there.
	variable = "CALLOUT_PLANTED"
	// notes names the file in which a run without a fault writes the number of each that would have changed a value.
	notes = "CALLOUT_MOVED"
)

// switches is the file that is laid beside the others of a room. A fault changes a value where what stands there and what
// it would put there differ, or where it cannot be worked out what it would.
const switches = `package %s

import (
	"os"
	"strconv"
	"sync"
)

var (
	plantedNumber, _ = strconv.Atoi(os.Getenv("` + variable + `"))
	plantedNotes     *os.File
	plantedMoved     = map[int]bool{}
	plantedLock      sync.Mutex
)

func init() {
	if name := os.Getenv("` + notes + `"); name != "" {
		plantedNotes, _ = os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	}
}

func plantedOn(n int) bool { return n == plantedNumber }

func plantedMove(n int, moves func() bool) {
	plantedLock.Lock()
	known := plantedMoved[n]
	plantedLock.Unlock()
	if known {
		return
	}
	moved := true
	func() {
		defer func() { _ = recover() }()
		moved = moves()
	}()
	if !moved {
		return
	}
	plantedLock.Lock()
	defer plantedLock.Unlock()
	if !plantedMoved[n] {
		plantedMoved[n] = true
		_, _ = plantedNotes.WriteString(strconv.Itoa(n) + "\n")
	}
}

func plantedOf[T any](n int, was, is T) T {
	if n == plantedNumber {
		return is
	}
	if plantedNotes != nil {
		plantedMove(n, func() bool { return any(was) != any(is) })
	}
	return was
}

func plantedBy[T any](n int, was T, is func() T) T {
	if n == plantedNumber {
		return is()
	}
	if plantedNotes != nil {
		plantedMove(n, func() bool { return any(was) != any(is()) })
	}
	return was
}

func plantedWas(n int, was bool, is func() bool) bool {
	if plantedNotes != nil {
		plantedMove(n, func() bool { return is == nil || was != is() })
	}
	return was
}
`
