//go:build !unix

package tui

import "os"

// suspension is the signal by which a terminal asks a program to stop: there is none here.
var suspension os.Signal

// shellBehind reports whether a shell can wake a program that stops: nobody can here.
func shellBehind() bool { return false }

func stopProcess() error { return nil }
