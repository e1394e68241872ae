// Package completions holds the completion scripts of the shells as files, for packages that
// install them. They are what `callout completion` prints, and a test keeps them so; run
// `go generate ./completions` after an update of cobra.
//
// It is not for completion itself: the scripts ask callout, and package cmd answers.
package completions

//go:generate go test . -update
