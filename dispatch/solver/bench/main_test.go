package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// folder has two tiny problems of customers on a line, and what is known about them.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	nodes := "VEHICLE\nNUMBER CAPACITY\n2 10\nCUSTOMER\n0 0 0 0 0 1000 0\n1 10 0 5 0 900 10\n2 20 0 5 0 900 10\n"
	for path, text := range map[string]string{
		"vrptw/tiny/R1_1.txt": "r1_1\n" + nodes,
		"vrptw/tiny/C1_1.txt": "c1_1\n" + nodes,
		"vrptw/bks.csv":       "instance,vehicles,distance,convention\r\nR1_1,1,40.0,dimacs_trunc1\r\nC1_1,1,32.0,dimacs_trunc1\r\nR1_1,1,40,hier_double\r\n",
	} {
		path = filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRoutingTable(t *testing.T) {
	var out, notes bytes.Buffer
	err := run(t.Context(), []string{"vrptw", "-data", folder(t), "-set", "tiny", "-iterations", "50", "-seeds", "1,2"}, &out, &notes)
	if err != nil {
		t.Fatal(err, notes.String())
	}
	for _, line := range []string{"R1_1 40.00 40.00 0.000 1.0", "C1_1 32.00 40.00 25.000 1.0", "all 2 12.500 12.500 25.000 2 of 4"} {
		if !strings.Contains(strings.Join(strings.Fields(out.String()), " "), line) {
			t.Errorf("%s is not in\n%s", line, out.String())
		}
	}
}

func TestPatternAndObjective(t *testing.T) {
	var out, notes bytes.Buffer
	err := run(t.Context(), []string{"vrptw", "-data", folder(t), "-set", "tiny", "-iterations", "50", "-only", "R*", "-objective", "vehicles"}, &out, &notes)
	if err != nil {
		t.Fatal(err, notes.String())
	}
	if strings.Contains(out.String(), "C1_1") || !strings.Contains(out.String(), "1 of 1") {
		t.Error(out.String())
	}
}

// TestFile plans a problem of a file, and prints the tours on its clock.
func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "day.json")
	text := `{"schema": "callout.dispatch-problem/v1", "clock": {"zero": "2026-03-02T07:00:00Z", "zone": "Europe/Vienna"}, "weights": {"travel": 1},
"technicians": [{"id": "ana", "shifts": [{"from": 0, "until": 3600, "start": 0, "end": 0}]}],
"visits": [{"id": "pipe", "place": 1, "duration": 600, "prize": 9000}, {"id": "far", "place": 1, "duration": 3600, "prize": 9000}],
"travel": {"matrix": [[0, 120], [120, 0]]}}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, notes bytes.Buffer
	if err := run(t.Context(), []string{"file", path, "-iterations", "20", "-tours"}, &out, &notes); err != nil {
		t.Fatal(err, notes.String())
	}
	got := strings.Join(strings.Fields(out.String()), " ")
	for _, line := range []string{
		"day.json: 1 technicians, 2 visits, 0 links", "20 iterations 1 9240 1 9000 0 240", "ana pipe 0 Mon 2026-03-02 08:02:00 Mon 2026-03-02 08:12:00", "left out far",
	} {
		if !strings.Contains(got, line) {
			t.Errorf("%s is not in\n%s", line, out.String())
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, args := range []string{
		"", "knapsack", "vrptw -data nowhere", "vrptw -seconds 0", "vrptw -seconds x", "vrptw -iterations -1", "vrptw -seeds x", "vrptw -only [",
		"vrptw more", "file", "file nowhere.json", "file FOLDER/vrptw/bks.csv", "vrptw -objective fun", "city -set village", "replan -set one", "vrptw -data FOLDER -set tiny -only Z*", "homecare -data FOLDER",
	} {
		args = strings.ReplaceAll(args, "FOLDER", folder(t))
		var out, notes bytes.Buffer
		if err := run(t.Context(), strings.Fields(args), &out, &notes); err == nil {
			t.Errorf("%q is taken", args)
		}
	}
}
