package cmd

import "strings"

// closest returns the candidate that a mistyped word most probably means, or "". A
// candidate counts when it begins with the word, or is at most a third of the word's
// letters (and at least one, at most three) away.
func closest(word string, candidates []string) string {
	word = strings.ToLower(word)
	limit := min(max(len([]rune(word))/3, 1), 3)
	best, bestDistance := "", limit+1
	for _, c := range candidates {
		d := editDistance(word, strings.ToLower(c))
		if len(word) > 1 && strings.HasPrefix(strings.ToLower(c), word) {
			d = min(d, 1)
		}
		if d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// editDistance counts insertions, deletions, replacements and swaps of neighbours (optimal
// string alignment).
func editDistance(a, b string) int {
	s, t := []rune(a), []rune(b)
	before, row := make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(s); i++ {
		next := make([]int, len(t)+1)
		next[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row = row, next
	}
	return row[len(t)]
}
