//go:build unix

package tui

import (
	"os"
	"os/signal"
	"syscall"

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

// stopProcess stops the whole job, as the terminal would, until somebody wakes it. It is not done by the signal that the terminal
// sends: once a program has asked to be told of that one, Go takes it and stops nothing. Another thread may be the one
// that takes the signal, and late: who goes on before the job is woken takes the terminal from the shell.
func stopProcess() error {
	woken := make(chan os.Signal, 1)
	signal.Notify(woken, syscall.SIGCONT)
	defer signal.Stop(woken)
	if err := syscall.Kill(0, syscall.SIGSTOP); err != nil {
		return err
	}
	<-woken
	return nil
}
