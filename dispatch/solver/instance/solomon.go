package instance

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Solomon is a vehicle routing problem with time windows in the format of Solomon (1987), which Gehring
// and Homberger (1999) use too. Node 0 is the depot, and its window the planning horizon.
type Solomon struct {
	Name            string
	Fleet, Capacity int
	Nodes           []Node
}

// Node is a customer; the window bounds the start of the service.
type Node struct {
	X, Y, Demand, Ready, Due, Service int
}

// bound is more than any number of the public files, and keeps the squares and ticks of all that are read in range.
const bound = 20_000

// ReadSolomon reads a file by its numbers alone, since spacing and headers vary: the first line of two numbers is the
// fleet, and every line of seven a node.
func ReadSolomon(r io.Reader) (*Solomon, error) {
	s := &Solomon{}
	lines := bufio.NewScanner(r)
	for at := 1; lines.Scan(); at++ {
		text := strings.TrimSpace(lines.Text())
		if s.Name == "" {
			s.Name = strings.ToUpper(text)
			continue
		}
		row, ok := numbers(text)
		switch {
		case !ok:
		case len(row) == 2 && s.Fleet == 0:
			s.Fleet, s.Capacity = row[0], row[1]
		case len(row) == 7:
			if row[0] != len(s.Nodes) {
				return nil, fmt.Errorf("line %d: node %d where node %d was to come", at, row[0], len(s.Nodes))
			}
			s.Nodes = append(s.Nodes, Node{row[1], row[2], row[3], row[4], row[5], row[6]})
		default:
			return nil, fmt.Errorf("line %d: %d numbers", at, len(row))
		}
		for _, n := range row {
			if n < 0 || n > bound {
				return nil, fmt.Errorf("line %d: %d is not within 0 and %d", at, n, bound)
			}
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if s.Fleet == 0 || len(s.Nodes) < 2 {
		return nil, fmt.Errorf("%d vehicles and %d nodes are no problem", s.Fleet, len(s.Nodes))
	}
	return s, nil
}

// numbers are the whole numbers of a line which has nothing else.
func numbers(line string) ([]int, bool) {
	var row []int
	for _, field := range strings.Fields(line) {
		n, err := strconv.Atoi(field)
		if err != nil {
			return nil, false
		}
		row = append(row, n)
	}
	return row, len(row) > 0
}
