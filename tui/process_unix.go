//go:build unix

package tui

import (
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// suspension is the signal by which a terminal asks a program to stop.
var suspension os.Signal = syscall.SIGTSTP

// shellBehind reports whether a shell started the board as a job, and so can wake it again. A program that leads its
// session, as under `ssh -t host callout board`, would sleep for ever.
func shellBehind() bool {
	session, err := unix.Getsid(0)
	return err == nil && session != syscall.Getpgrp()
}

// stopProcess stops the whole job, as the terminal would. It is not done by the signal that the terminal sends: once a
// program has asked to be told of that one, Go takes it and stops nothing.
func stopProcess() error {
	if err := syscall.Kill(0, syscall.SIGSTOP); err != nil {
		return err
	}
	time.Sleep(10 * time.Millisecond) // another thread may be the one that takes the signal: not a step before it has
	return nil
}
