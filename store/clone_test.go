package store

import (
	"reflect"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// branch leads back to itself, and points to things in every way that records do.
type branch struct {
	Name  string
	At    time.Time
	Sum   decimal.Decimal
	Price *decimal.Decimal
	Pins  map[string][]int
	Steps []*branch
	Any   map[string]any
	hid   []int
}

func drawBranch(t *rapid.T, depth int) *branch {
	b := &branch{Name: rapid.StringN(0, 3, -1).Draw(t, "name"), At: time.Unix(rapid.Int64Range(0, 1e9).Draw(t, "at"), 0)}
	b.Sum = decimal.New(rapid.Int64().Draw(t, "sum"), -2)
	if rapid.Bool().Draw(t, "priced") {
		p := decimal.New(rapid.Int64().Draw(t, "price"), -2)
		b.Price = &p
	}
	if rapid.Bool().Draw(t, "pinned") {
		b.Pins = map[string][]int{"a": {1, 2}, "b": nil}
		b.Any = map[string]any{"list": []any{"x", map[string]any{"y": 1.0}}, "nothing": nil}
	}
	for range rapid.IntRange(0, depth).Draw(t, "steps") {
		b.Steps = append(b.Steps, drawBranch(t, depth-1))
	}
	return b
}

// spoil changes everything that can be reached.
func (b *branch) spoil() {
	if b.Price != nil {
		*b.Price = decimal.New(99, 0)
	}
	for k := range b.Pins {
		if len(b.Pins[k]) > 0 {
			b.Pins[k][0] = 99
		}
		b.Pins[k+"!"] = nil
		break
	}
	if b.Any != nil {
		b.Any["list"].([]any)[1].(map[string]any)["y"] = "spoiled"
	}
	for i, s := range b.Steps {
		s.spoil()
		b.Steps[i] = nil
	}
	b.Name = "spoiled"
}

func TestCloneSharesNothingThatCanBeSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		orig := drawBranch(t, 3)
		first := clone(orig)
		second := clone(orig)
		if !reflect.DeepEqual(orig, first) {
			t.Fatalf("the copy is %+v, not %+v", first, orig)
		}
		first.spoil()
		if !reflect.DeepEqual(orig, second) {
			t.Fatalf("spoiling a copy changed the original: %+v, was %+v", orig, second)
		}
	})
}

func TestCloneLeavesUnexportedFieldsShared(t *testing.T) {
	orig := &branch{hid: []int{1}}
	if c := clone(orig); &c.hid[0] != &orig.hid[0] {
		t.Fatal("an unexported field was copied, which only reflection on unexported fields can do")
	}
}
