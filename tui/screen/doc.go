// Package screen is the sheet that the board is drawn on: cells, rectangles, roles of text and the
// themes that dress them, and the same sheet as plain text or as a picture.
//
// It is not for deciding what is shown, nor for keys or the terminal itself. It is the only package that
// knows the cell library: everybody else says "this text, there, in this role".
package screen
