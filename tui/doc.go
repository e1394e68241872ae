// Package tui is the dispatch board: the screen on which a dispatcher works all day.
//
// It shows what the rooms say and turns keys into command lines, the very ones that a shell would run
// ([Shell]), so that the board can do nothing that a script cannot, and can show how. It holds no rule: what
// may be done, what stands against it and in which words is said by the rooms.
//
// The parts: [Model] is the one Bubble Tea model; a pane is a part of the screen with keys of its own; a
// dialog lies over the panes and has the keys while it is open. What panes show is read in the background
// from a snapshot of the shop ([Shop]) and put in place by Update, which itself never reads, writes or waits.
// Every key is a binding of one table (keys.go).
package tui

//go:generate go test . -run TestPictures -update
