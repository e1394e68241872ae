package replica_test

import (
	"flag"
	"testing"
)

var (
	seeds = flag.Uint64("seeds", 40, "how many worlds the simulation lives through")
	first = flag.Uint64("first", 1, "the seed of the first")
)

// live runs one world to its end and returns what was wrong with it.
func live(t *testing.T, seed uint64, f planted) string {
	t.Helper()
	w, err := newWorld(seed, f)
	if err != nil {
		t.Fatal(err)
	}
	for range 150 {
		w.step()
	}
	w.settle()
	return w.report()
}

// Nothing that a device has acknowledged is lost, whatever the network, the machines and the clocks do; nothing is done
// twice; all come to the same state; every refusal is shown to its author, once. Many worlds:
//
//	go test ./replica -run Simulation -seeds 20000
func TestSimulation(t *testing.T) {
	for seed := *first; seed < *first+*seeds; seed++ {
		if wrong := live(t, seed, ""); wrong != "" {
			t.Fatalf("seed %d (go test ./replica -run Simulation -first %d -seeds 1):\n%s", seed, seed, wrong)
		}
	}
}

// The simulation finds each planted fault within a few worlds.
func TestSimulationFindsFaults(t *testing.T) {
	for _, f := range faults {
		t.Run(string(f), func(t *testing.T) {
			for seed := range uint64(12) {
				if wrong := live(t, seed, f); wrong != "" {
					t.Logf("seed %d: %s", seed, wrong)
					return
				}
			}
			t.Error("twelve worlds with this fault were found sound")
		})
	}
}
