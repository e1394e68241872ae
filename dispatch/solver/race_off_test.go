//go:build !race

package solver_test

// tinyOnes is how many tiny problems of each kind are held against trying everything.
const tinyOnes = 250
