// Package intake brings files of other systems into the shop: work orders, customers,
// sites, assets, technicians, parts and prices, row by row, as a mapping says.
//
// Each row becomes one command with an id made of where it came from, so that a file
// can be brought in again and again and nothing comes twice. A row's command runs the
// rooms' own commands; no rule of theirs is repeated here.
//
// It is not for exports, for files that callout itself has written (store backups), or
// for changing records that are there already: an import only adds.
package intake
