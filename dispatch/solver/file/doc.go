// Package file keeps problems of package solver in files: a versioned JSON document with one technician,
// visit or row of ways on a line, that says everything a search depends on. People are identifiers
// and places are numbers in it, so that a day can be handed to somebody else without saying who and where.
//
// It is strict. What it does not know, what is missing and what makes no sense is refused with the path to it, as
// visits[3].windows[0].to; what it accepts, a search can plan.
package file
