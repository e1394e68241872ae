//go:build !unix

package main

import "time"

// clockName says what the limits are measured with.
const clockName = "seconds of wall time"

var begun = time.Now() //nolint:forbidigo // a bench measures

// cpu stands in for processor time by the time that passes.
func cpu() time.Duration { return time.Since(begun) } //nolint:forbidigo // a bench measures
