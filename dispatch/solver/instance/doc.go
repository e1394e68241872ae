// Package instance makes problems for package solver out of public benchmark files, and says what a plan is worth
// by the conventions under which their best known values were published. It also lays
// out a made-up city of technicians on real addresses.
//
// It holds no files: a reader gets whatever the caller opened.
package instance
