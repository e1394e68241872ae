package cmd

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"callout/party"
	"callout/shop"
	"callout/store"
	"callout/work"
)

// These benchmarks time whole cold processes on a shop with many orders, each beside /bin/true
// started the same way in the same run: the difference is callout's own. The number of orders comes
// from CALLOUT_BENCH_ORDERS (1,000 when unset); CALLOUT_BENCH_DIR keeps the shop for the next run.
//
//	CALLOUT_BENCH_ORDERS=100000 go test ./cmd -run '^$' -bench Cold -benchtime 50x

// big is a built binary and a shop full of orders, made once for all benchmarks.
type big struct {
	exe, path, state string
	numbers          []string
	err              error
}

var makeBig = sync.OnceValue(func() *big {
	b := &big{}
	b.err = b.build()
	return b
})

func bigShop(b *testing.B) *big {
	b.Helper()
	s := makeBig()
	if s.err != nil {
		b.Fatal(s.err)
	}
	return s
}

func (b *big) build() error {
	orders := 1000
	if text := os.Getenv("CALLOUT_BENCH_ORDERS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			return err
		}
		orders = n
	}
	dir := os.Getenv("CALLOUT_BENCH_DIR")
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "callout-bench-"); err != nil {
			return err
		}
	}
	b.exe = filepath.Join(dir, "callout")
	if out, err := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", b.exe, "callout").CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	b.path, b.state = filepath.Join(dir, fmt.Sprintf("shop-%d.db", orders)), filepath.Join(dir, "state")
	for i := range orders {
		b.numbers = append(b.numbers, fmt.Sprintf("WO-%d", 1001+i))
	}
	if _, err := os.Stat(b.path); err == nil {
		return nil
	}
	return b.fill(orders)
}

// fill makes the shop through the same commands as the verbs do.
func (b *big) fill(orders int) error {
	ctx := context.Background()
	ada := store.Actor{Name: "Ada", How: store.Asserted}
	s, err := shop.Create(ctx, shop.Options{Path: b.path, StateDir: b.state, Version: "bench"}, shop.Found{
		Company: party.InitCompany{Company: "Bench", Code: "EUR", Zone: "Europe/Vienna"}, Actor: ada,
	})
	if err != nil {
		return err
	}
	one := func(cmd store.Command) (store.ID, error) {
		rec, err := s.One(ctx, store.Intent{Cmd: cmd, Actor: ada})
		return rec.Subject, err
	}
	customer, err := one(&work.AddCustomer{Customer: "Hotel Post"})
	if err != nil {
		return err
	}
	site, err := one(&work.AddSite{Customer: customer, Site: "Main house", Zone: "Europe/Vienna"})
	if err != nil {
		return err
	}
	began := time.Now()
	for done := 0; done < orders; {
		n := min(5000, orders-done)
		intents := make([]store.Intent, n)
		for i := range intents {
			intents[i] = store.Intent{Actor: ada, Cmd: &work.CreateWorkOrder{
				Customer: customer, Site: site, Title: fmt.Sprintf("Boiler %d does not heat", done+i),
				Description: "The customer called in the morning; the display shows an error and the circulation pump is silent.",
			}}
		}
		recs, err := s.Do(ctx, intents...)
		if err != nil {
			return err
		}
		for _, rec := range recs {
			if rec.Err != nil {
				return rec.Err
			}
		}
		done += n
	}
	fmt.Fprintf(os.Stderr, "%d orders made in %s\n", orders, time.Since(began).Round(time.Millisecond))
	return s.Close()
}

// env is the world that the binary is started in.
func (b *big) env() []string {
	return []string{"HOME=" + b.state, "CALLOUT_STORE=" + b.path, "CALLOUT_STATE=" + b.state, "NO_COLOR=1"}
}

// run starts the binary cold and waits for it.
func (b *big) run(t *testing.B, args ...string) {
	cmd := exec.Command(b.exe, args...)
	cmd.Env = append(b.env(), "CALLOUT_AS=Ada")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("callout %v: %v\n%s", args, err, out)
	}
}

// beside times fn and /bin/true in turn, and reports callout's own milliseconds.
func beside(b *testing.B, fn func(i int)) {
	var ours, floor time.Duration
	for i := 0; b.Loop(); i++ {
		began := time.Now()
		if err := exec.Command("/bin/true").Run(); err != nil {
			b.Skip("there is no /bin/true here")
		}
		floor += time.Since(began)
		began = time.Now()
		fn(i)
		ours += time.Since(began)
	}
	n := float64(b.N) * float64(time.Millisecond)
	b.ReportMetric(float64(ours)/n, "callout-ms")
	b.ReportMetric(float64(floor)/n, "true-ms")
	b.ReportMetric(float64(ours)/float64(floor), "x-true")
}

func BenchmarkColdVersion(b *testing.B) {
	s := bigShop(b)
	beside(b, func(int) { s.run(b, "--version") })
}

func BenchmarkColdList100(b *testing.B) {
	s := bigShop(b)
	beside(b, func(int) { s.run(b, "wo", "list", "--status", "new", "--limit", "100") })
}

func BenchmarkColdListAll(b *testing.B) {
	s := bigShop(b)
	beside(b, func(int) { s.run(b, "wo", "list", "--status", "new") })
}

func BenchmarkColdShow(b *testing.B) {
	s := bigShop(b)
	beside(b, func(i int) { s.run(b, "wo", "show", s.numbers[(i*7919)%len(s.numbers)]) })
}

func BenchmarkColdWrite(b *testing.B) {
	s := bigShop(b)
	beside(b, func(i int) {
		s.run(b, "wo", "edit", s.numbers[(i*7919)%len(s.numbers)], "--title", fmt.Sprintf("changed %d at %d", i, time.Now().UnixNano()))
	})
}
