// Package check judges a plan by the rules of the problem alone. It shares nothing with the search but
// the types of package solver: it walks the tours as they are written down, in whole
// ticks, and allows nothing to be off by one. It is there to be plain rather than fast.
//
// It does not judge whether a plan is good, and it does not repair one.
package check
