package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "module sums\n\ngo 1.26\n"

const source = `package sums

// Larger returns the larger number, and how much larger it is.
func Larger(a, b int) (int, int) {
	if a > b {
		return a, a - b
	}
	return b, b - a
}
`

const weak = `package sums

import "testing"

func TestLarger(t *testing.T) {
	if l, _ := Larger(3, 2); l != 3 {
		t.Fatal(l)
	}
}
`

const strong = `package sums

import "testing"

func TestLarger(t *testing.T) {
	for _, x := range [][4]int{{3, 2, 3, 1}, {2, 5, 5, 3}} {
		if l, by := Larger(x[0], x[1]); l != x[2] || by != x[3] {
			t.Fatal(x, l, by)
		}
	}
}
`

// Weak tests let faults pass, which are then named; strong ones let pass only what means the same.
func TestFaultsAreNoticedByStrongTests(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go command here")
	}
	for _, c := range []struct {
		name, tests string
		want        []string
	}{
		{"weak", weak, []string{"sums.go:6", "sums.go:8", "not noticed"}},
		// a >= b returns the same number, as then both are equal.
		{"strong", strong, []string{`sums.go:5: ">="`, "4 of 5 planted faults noticed"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range map[string]string{"go.mod": module, "sums.go": source, "sums_test.go": c.tests} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			t.Chdir(dir)
			var out strings.Builder
			if err := run(t.Context(), []string{"-n", "99", "."}, &out); err != nil {
				t.Fatal(err)
			}
			for _, want := range c.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("no %q in\n%s", want, out.String())
				}
			}
			if after, _ := os.ReadFile("sums.go"); string(after) != source {
				t.Error("the source was touched")
			}
			if c.name == "weak" {
				if err := run(t.Context(), []string{"-n", "99", "-least", "95", "."}, &out); err == nil {
					t.Error("too few were noticed, and it was content")
				}
			}
		})
	}
}

// A play that was called off goes on with a later fault of the same draw. Tests that take long are asked
// as well, though last: only they look at how much larger a is.
func TestPlayGoesOn(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go command here")
	}
	dir := t.TempDir()
	slow := strings.ReplaceAll(strong, "import \"testing\"", "import (\n\t\"testing\"\n\t\"time\"\n)") +
		"\nfunc TestSlow(t *testing.T) {\n\ttime.Sleep(400 * time.Millisecond)\n\tif l, by := Larger(3, 2); l-by != 2 {\n\t\tt.Fatal(l, by)\n\t}\n}\n"
	slow = strings.ReplaceAll(slow, "l != x[2] || by != x[3]", "l != x[2]")
	for name, text := range map[string]string{"go.mod": module, "sums.go": source, "sums_test.go": slow} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	var whole, rest strings.Builder
	if err := run(t.Context(), []string{"."}, &whole); err != nil {
		t.Fatal(err)
	}
	// Nobody looks at how much larger b is, and a >= b means the same.
	for _, want := range []string{`">="`, `b⟦-⟧ a`, "3 of 5 planted"} {
		if !strings.Contains(whole.String(), want) {
			t.Errorf("no %s in\n%s", want, whole.String())
		}
	}
	first, _, _ := strings.Cut(whole.String(), "\n")
	number, _, _ := strings.Cut(first, " ")
	n, err := strconv.Atoi(number)
	if err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), []string{"-from", strconv.Itoa(n + 1), "."}, &rest); err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("%d of %d planted", 4-n, 5-n); !strings.Contains(rest.String(), want) || strings.Contains(rest.String(), first) {
		t.Errorf("no %q after fault %d:\n%s\n%s", want, n, whole.String(), rest.String())
	}
}

// What changes nothing that anybody looks at is not planted.
func TestNoRuleIsNotPlanted(t *testing.T) {
	const source = `package sums

func first(list []int) (int, error) {
	n, err := count(list)
	if err != nil {
		return 0, err
	}
	if n == 0 {
		return 0, fault.Invalidf("list", "there is none").With("none")
	}
	room := make([]int, 0, 2)
	return len(room), err
}

func second() (int, error) {
	_, err := count(nil)
	return 7, err
}
`
	found, err := mutantsOf("sums.go", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range found {
		got = append(got, m.instead+" for "+m.was)
	}
	want := []string{
		"false &&  for if⟦⟧n == 0 {", "!= for if n⟦==⟧ 0 {", "1 for if n ==⟦0⟧ {",
		"1 for room := make([]int,⟦0⟧, 2)", "8 for return⟦7⟧, err",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Tests that fail by themselves would seem to notice everything.
func TestFailingTestsAreNoJudges(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go command here")
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": module, "sums.go": source, "sums_test.go": strings.ReplaceAll(weak, "l != 3", "l == 3"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	var out strings.Builder
	if err := run(t.Context(), []string{"."}, &out); err == nil || !strings.Contains(err.Error(), "without any fault") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// Faults lie in one another, in numbers with a sign, and in conditions that are not to be asked twice, and all stand in one
// build. What no test comes to is named before anything is planted.
func TestFaultsOfAllKindsStandTogether(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go command here")
	}
	const source = `package sums

type few int8

// Between gives what lies between two numbers and leads somewhere.
func Between(a, b int, found bool) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := range b {
			if i < a || found || i > 3 && i < 5 || i == 9 {
				continue
			}
			if !yield(i) {
				return
			}
		}
	}
}

// Low is the least of few, halved and taken three times.
func Low(x few) few { return max(-4, x) * 3 / 2 }
`
	const tests = `package sums

import (
	"slices"
	"testing"
)

func TestBetween(t *testing.T) {
	if got := slices.Collect(Between(2, 7, false)); !slices.Equal(got, []int{2, 3, 5, 6}) {
		t.Fatal(got)
	}
}

func TestLow(t *testing.T) {
	if got := Low(-9); got != -6 {
		t.Fatal(got)
	}
}
`
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": module, "sums.go": source, "sums_test.go": tests} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	var out strings.Builder
	if err := run(t.Context(), []string{"-all", "-j", "2", "."}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`changes no value in any test: sums.go:12: "false && " for`, // nobody stops early
		`not noticed by TestBetween: sums.go:9: "10" for`,
		"20 of 22 planted faults noticed",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if strings.Index(out.String(), "changes no value") > strings.Index(out.String(), "not noticed") {
		t.Errorf("what cannot be noticed is not named first:\n%s", out.String())
	}
	out.Reset()
	if err := run(t.Context(), []string{"-all", "-at", ":9$", "-run", "Low", "."}, &out); err != nil || !strings.Contains(out.String(), "0 of 15 planted") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// What was not told in time was not noticed, and not overlooked either.
func TestWhatTakesTooLongIsNotCounted(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go command here")
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": module, "sums.go": source, "sums_test.go": strong} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	o, err := parse([]string{"-timeout", "1ms", "."}, nil)
	if err != nil {
		t.Fatal(err)
	}
	all, err := mutants(places(o)[0])
	if err != nil {
		t.Fatal(err)
	}
	one := &shot{mutant: all[0], number: 1}
	var out strings.Builder
	noticed, planted, err := plantAll(t.Context(), o, []*shot{one}, dir, map[string]*judge{".": {pkg: ".", tests: "go", trials: []trial{{name: "Test", moves: map[int]bool{1: true}}}}}, &out)
	if err != nil || noticed != 0 || planted != 0 || !strings.Contains(out.String(), "1 takes too long: sums.go:5") {
		t.Errorf("%d of %d noticed, %v\n%s", noticed, planted, err, out.String())
	}
	if _, err := sound(t.Context(), o, []*shot{one}, dir, ""); err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Error(err)
	}
}

// Every kind of rule must have files to plant faults in, however they are renamed, and none may stand
// in two kinds. What is drawn takes them in turn.
func TestEveryKindOfRuleIsPlanted(t *testing.T) {
	t.Chdir(filepath.Join("..", ".."))
	areas := rules()
	all, err := draw(areas, rand.New(rand.NewPCG(1, 0)))
	if err != nil {
		t.Fatal(err)
	}
	in := map[string]string{}
	for _, a := range areas {
		found, err := mutants(a)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range found {
			if other := in[m.file]; other != "" && other != a.name {
				t.Fatalf("%s stands under %q and under %q", m.file, other, a.name)
			}
			in[m.file] = a.name
		}
	}
	for i := range 3 * len(areas) {
		if got := in[all[i].file]; got != areas[i%len(areas)].name {
			t.Errorf("fault %d is planted in %q", i, got)
		}
	}
}
