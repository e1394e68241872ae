//go:build unix

package main

import (
	"syscall"
	"time"
)

// clockName says what the limits are measured with.
const clockName = "CPU seconds a worker"

// cpu is the processor time that this process has used so far, by all its threads.
func cpu() time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		panic(err) // it fails only for arguments that are not these
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}
