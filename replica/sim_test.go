package replica_test

import (
	"flag"
	"slices"
	"testing"
)

var (
	seeds = flag.Uint64("seeds", 0, "how many worlds the simulation lives through on each engine; a few when 0")
	first = flag.Uint64("first", 1, "the seed of the first")
)

// live runs one world to its end and returns what was wrong with it.
func live(t *testing.T, seed uint64, f planted, k kind) string {
	t.Helper()
	w, err := newWorld(t, seed, f, k)
	if err != nil {
		t.Fatal(err)
	}
	defer w.end()
	for range 150 {
		w.step()
	}
	w.settle()
	return w.report()
}

// Nothing that a device has acknowledged is lost, whatever the network, the machines and the clocks do, and when the authority is put
// back from a backup; nothing is done twice; no legal number is given for a second thing; all come to the same state; every
// refusal is shown to its author, once. Many worlds, on every engine:
//
//	CALLOUT_LONG=1 go test ./replica -run Simulation -timeout 60m -v
//	go test ./replica -run Simulation/memory -seeds 20000
func TestSimulation(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			many := k.seeds
			if *seeds > 0 {
				many = *seeds
			}
			for seed := *first; seed < *first+many; seed++ {
				if wrong := live(t, seed, "", k); wrong != "" {
					t.Fatalf("seed %d (go test ./replica -run Simulation/%s -first %d -seeds 1):\n%s", seed, k.name, seed, wrong)
				}
			}
			t.Logf("%d worlds", many)
		})
	}
}

// The simulation finds each planted fault within a few worlds.
func TestSimulationFindsFaults(t *testing.T) {
	for _, f := range slices.Concat(faults, recoveryFaults) {
		t.Run(string(f), func(t *testing.T) {
			for seed := range uint64(24) {
				if wrong := live(t, seed, f, kinds[0]); wrong != "" {
					t.Logf("seed %d: %s", seed, wrong)
					return
				}
			}
			t.Error("twenty-four worlds with this fault were found sound")
		})
	}
}
