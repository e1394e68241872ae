//go:build unix

package cmd

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"testing"
	"time"

	"github.com/creack/pty"

	"callout/dispatch"
	"callout/shop"
	"callout/store"
	"callout/work"
)

// busyMonday is the day that the board of these benchmarks shows.
const busyMonday = "2030-03-04"

// BenchmarkColdBoard times the board as a cold process on a terminal of 200 columns and 60 rows, on the shop with many
// orders, 60 technicians and 600 visits on the day that is shown, beside /bin/true on the same terminal: until the first
// frame is written, until the lanes have their visits, and until the queue beside them has its rows. Target: the first
// frame in under 100 ms on 100,000 orders.
func BenchmarkColdBoard(b *testing.B) {
	s := bigShop(b)
	s.staff(b)
	shown := []struct{ what, text string }{{"frame", "stand-alone"}, {"day", "t000"}, {"queue", "WO-1002"}}
	var floor time.Duration
	sum, least := make([]time.Duration, len(shown)), make([]time.Duration, len(shown))
	for b.Loop() {
		floor += ended(b)
		for i, took := range s.opened(b, shown[0].text, shown[1].text, shown[2].text) {
			sum[i] += took
			if least[i] == 0 || took < least[i] {
				least[i] = took
			}
		}
	}
	ms := func(d time.Duration, n int) float64 { return float64(d) / float64(n) / float64(time.Millisecond) }
	b.ReportMetric(ms(floor, b.N), "true-ms")
	for i, at := range shown {
		b.ReportMetric(ms(sum[i], b.N), at.what+"-ms")
		b.ReportMetric(ms(least[i], 1), at.what+"-least-ms")
	}
}

// ended times /bin/true on a terminal.
func ended(b *testing.B) time.Duration {
	began := time.Now()
	tty, err := pty.Start(exec.Command("/bin/true"))
	if err != nil {
		b.Skip("there is no /bin/true here")
	}
	for buf := make([]byte, 1024); err == nil; {
		_, err = tty.Read(buf)
	}
	took := time.Since(began)
	_ = tty.Close()
	return took
}

// opened opens the board and times it until each text was written, in this order.
func (b *big) opened(tb *testing.B, texts ...string) []time.Duration {
	tb.Helper()
	cmd := exec.Command(b.exe, "board", "--day", busyMonday)
	cmd.Env = append(b.env(), "CALLOUT_AS=Ada", "TERM=xterm-256color")
	began := time.Now()
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 200, Rows: 60})
	if err != nil {
		tb.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = tty.Close()
	}()
	took := make([]time.Duration, 0, len(texts))
	var seen bytes.Buffer
	for buf := make([]byte, 1<<16); ; {
		n, err := tty.Read(buf)
		seen.Write(buf[:n])
		for len(took) < len(texts) && bytes.Contains(seen.Bytes(), []byte(texts[len(took)])) {
			took = append(took, time.Since(began))
		}
		if len(took) == len(texts) {
			return took
		}
		if err != nil {
			tb.Fatalf("the board ended before it showed %q:\n%q", texts[len(took)], seen.String())
		}
	}
}

// staff gives the shop 60 technicians with ten visits each on the day, unless it has them: its last 600 orders.
func (b *big) staff(tb *testing.B) {
	tb.Helper()
	ctx := context.Background()
	s, err := shop.Open(shop.Options{Path: b.path, StateDir: b.state, Version: "bench"})
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	var orders []store.ID
	there := false
	if err := s.View(ctx, func(r store.Reader) error {
		for range dispatch.Technicians.All(r) {
			there = true
		}
		for _, number := range b.numbers[len(b.numbers)-600:] {
			id, err := work.WorkOrders.FindID(r, number)
			if err != nil {
				return err
			}
			orders = append(orders, id)
		}
		return nil
	}); err != nil {
		tb.Fatal(err)
	}
	if there {
		return
	}
	do := func(cmds []store.Command) (ids []store.ID) {
		intents := make([]store.Intent, len(cmds))
		for i, c := range cmds {
			intents[i] = store.Intent{Cmd: c, Actor: store.Actor{Name: "Ada", How: store.Asserted}}
		}
		recs, err := s.Do(ctx, intents...)
		if err != nil {
			tb.Fatal(err)
		}
		for _, r := range recs {
			if r.Err != nil {
				tb.Fatal(r.Err)
			}
			ids = append(ids, r.Subject)
		}
		return ids
	}
	var cmds []store.Command
	for i := range 60 {
		cmds = append(cmds, &dispatch.AddTechnician{Technician: fmt.Sprintf("t%03d", i), Zone: "Europe/Vienna", Shift: "Mon-Fri 07:00-17:00"})
	}
	team := do(cmds)
	monday, err := time.Parse(time.DateOnly, busyMonday)
	if err != nil {
		tb.Fatal(err)
	}
	cmds = nil
	for i, order := range orders {
		start := monday.Add(6*time.Hour + time.Duration(i/60)*time.Hour)
		cmds = append(cmds, &dispatch.Schedule{Order: order, Technicians: []store.ID{team[i%60]}, Start: start, End: start.Add(45 * time.Minute)})
	}
	do(cmds)
}
