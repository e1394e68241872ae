package cmd

import (
	"fmt"
	"strings"
)

// howMany is a number with its noun, whose plural ends in s, or in ies instead of a y.
func howMany[N int | int64 | uint64](n N, noun string) string {
	stem, y := strings.CutSuffix(noun, "y")
	switch {
	case n == 1:
	case y && !strings.HasSuffix(stem, "a"): // entry, but day
		noun = stem + "ies"
	default:
		noun += "s"
	}
	return fmt.Sprint(n) + " " + noun
}
