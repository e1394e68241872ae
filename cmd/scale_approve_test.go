package cmd

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"callout/billing"
	"callout/dispatch"
	"callout/shop"
	"callout/store"
	"callout/work"
)

// submitted makes n time entries of a new technician that wait for approval.
func (b *big) submitted(t *testing.B, n int) []string {
	t.Helper()
	ctx := context.Background()
	s, err := shop.Open(shop.Options{Path: b.path, StateDir: b.state, Version: "bench"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	ada := store.Actor{Name: "Ada", How: store.Asserted}
	do := func(cmds []store.Command) []string {
		intents := make([]store.Intent, len(cmds))
		for i, c := range cmds {
			intents[i] = store.Intent{Actor: ada, Cmd: c}
		}
		recs, err := s.Do(ctx, intents...)
		if err != nil {
			t.Fatal(err)
		}
		ids := make([]string, len(recs))
		for i, rec := range recs {
			if rec.Err != nil {
				t.Fatal(rec.Err)
			}
			ids[i] = string(rec.Subject)
		}
		return ids
	}
	var order store.ID
	if err := s.View(ctx, func(r store.Reader) error {
		order, err = work.WorkOrders.FindID(r, b.numbers[0])
		return err
	}); err != nil {
		t.Fatal(err)
	}
	tech := do([]store.Command{&dispatch.AddTechnician{Technician: fmt.Sprintf("tech %d", time.Now().UnixNano())}})[0]
	from := time.Now().Add(-400 * 24 * time.Hour).Truncate(time.Minute)
	var adds, submits []store.Command
	for i := range n {
		at := from.Add(time.Duration(2*i) * time.Minute)
		adds = append(adds, &billing.AddTime{Order: order, Technician: store.ID(tech), From: at, To: at.Add(time.Minute)})
	}
	ids := do(adds)
	for _, id := range ids {
		submits = append(submits, &billing.SubmitTime{Entry: store.ID(id)})
	}
	do(submits)
	return ids
}

// pipe runs the binary with ids on stdin as the approver.
func (b *big) pipe(t *testing.B, ids []string, args ...string) {
	cmd := exec.Command(b.exe, args...)
	cmd.Env = append(b.env(), "CALLOUT_AS=Mia")
	cmd.Stdin = strings.NewReader(strings.Join(ids, "\n"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("callout %v: %v\n%s", args, err, bytes.TrimSpace(out))
	}
}

func BenchmarkApproveOne(b *testing.B) {
	s := bigShop(b)
	ids := s.submitted(b, 500)
	beside(b, func(i int) {
		if i >= len(ids) {
			b.Skip("more rounds than entries; use -benchtime 100x")
		}
		s.pipe(b, nil, "time", "approve", ids[i])
	})
}

func BenchmarkApprove1000FromStdin(b *testing.B) {
	s := bigShop(b)
	var took time.Duration
	for b.Loop() {
		b.StopTimer()
		ids := s.submitted(b, 1000)
		b.StartTimer()
		began := time.Now()
		s.pipe(b, ids, "time", "approve", "-")
		took += time.Since(began)
	}
	b.ReportMetric(float64(took.Milliseconds())/float64(b.N), "ms/1000")
	b.ReportMetric(1000*float64(b.N)/took.Seconds(), "approvals/s")
}

// BenchmarkEightPipelines runs eight writers, each a process for every approval, beside a
// reader that polls, as `xargs -P 8` does. Any failure or lost approval fails it.
func BenchmarkEightPipelines(b *testing.B) {
	s := bigShop(b)
	const writers, each = 8, 25
	var took, slowest time.Duration
	polls := 0
	for b.Loop() {
		b.StopTimer()
		ids := s.submitted(b, writers*each)
		b.StartTimer()
		stop := make(chan struct{})
		var reader, all sync.WaitGroup
		reader.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				began := time.Now()
				s.run(b, "wo", "list", "--status", "new", "--limit", "60")
				slowest = max(slowest, time.Since(began))
				polls++
				time.Sleep(100 * time.Millisecond)
			}
		})
		began := time.Now()
		for w := range writers {
			all.Go(func() {
				for _, id := range ids[w*each : (w+1)*each] {
					s.pipe(b, nil, "time", "approve", id)
				}
			})
		}
		all.Wait()
		took += time.Since(began)
		close(stop)
		reader.Wait()
		s.mustBeApproved(b, ids)
	}
	b.ReportMetric(float64(b.N*writers*each)/took.Seconds(), "approvals/s")
	b.ReportMetric(float64(slowest.Milliseconds()), "slowest-poll-ms")
	b.ReportMetric(float64(polls)/float64(b.N), "polls")
}

func (b *big) mustBeApproved(t *testing.B, ids []string) {
	t.Helper()
	s, err := shop.Open(shop.Options{Path: b.path, StateDir: b.state, Version: "bench"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if err := s.View(context.Background(), func(r store.Reader) error {
		for _, id := range ids {
			e, err := billing.TimeEntries.Get(r, store.ID(id))
			if err != nil {
				return err
			}
			if e.Status != billing.TimeApproved {
				t.Errorf("%s was acknowledged and is %s", id, e.Status)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
