package server_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"callout/party"
	"callout/server"
	"callout/shop"
	"callout/store/storetest"
)

// BenchmarkCommands is how many commands a second a server takes from many clients at once, each waiting for
// its answer, beside a probe of the disk: how long it takes to make one small write durable.
//
//	go test -run - -bench Commands -benchtime 5s ./server
func BenchmarkCommands(b *testing.B) {
	for _, clients := range []int{1, 16, 64, 256} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			url, token, dir := onFile(b)
			load(b, clients, []string{url}, token, dir)
		})
	}
}

// BenchmarkReplicas is the same of one and of three servers of a shop in a PostgreSQL database that is durable, all on this machine. Clients
// keep to one server each.
//
//	go test -run - -bench Replicas -benchtime 5s ./server
func BenchmarkReplicas(b *testing.B) {
	for _, servers := range []int{1, 3} {
		for _, clients := range []int{16, 64, 256} {
			b.Run(fmt.Sprintf("servers=%d/clients=%d", servers, clients), func(b *testing.B) {
				f := newFleet(b, true)
				for range servers {
					f.here()
				}
				load(b, clients, f.at, f.token, f.dir)
			})
		}
	}
}

// onFile opens a server of a shop in a file.
func onFile(b *testing.B) (url, token, dir string) {
	dir = b.TempDir()
	o := shop.Options{Path: filepath.Join(dir, "shop.db"), StateDir: filepath.Join(dir, "state"), Version: "bench", AllowNetwork: true}
	made, err := shop.Create(b.Context(), o, shop.Found{Company: party.InitCompany{Company: "Brix", Code: "EUR", Zone: "Europe/Vienna"}, Actor: owner})
	if err != nil {
		b.Fatal(err)
	}
	if err := made.Close(); err != nil {
		b.Fatal(err)
	}
	o.Serves = "http://localhost:1"
	s, err := shop.Open(o)
	if err != nil {
		b.Fatal(err)
	}
	admin, err := s.EnsureAdmin(b.Context(), "Ada", time.Now(), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	srv := server.New(server.Options{Shop: s, Version: "bench", URL: "http://localhost:1"})
	front := httptest.NewServer(srv.Handler())
	b.Cleanup(func() {
		front.Close()
		_, _ = srv.Close(), s.Close()
	})
	return front.URL, admin.Token.Text(), dir
}

// load has clients send commands, each the next when the last was answered.
func load(b *testing.B, clients int, urls []string, token, dir string) {
	way := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients, MaxConnsPerHost: clients}}
	var next atomic.Int64
	var all sync.WaitGroup
	var mu sync.Mutex
	var took []time.Duration
	b.ResetTimer()
	for c := range clients {
		all.Go(func() {
			web := urls[c%len(urls)]
			var mine []time.Duration
			for {
				n := next.Add(1)
				if n > int64(b.N) {
					break
				}
				began := time.Now()
				body := fmt.Sprintf(`{"name": "customer.add.v1", "args": {"name": "Customer %d"}}`, n)
				req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, web+"/v1/commands", bytes.NewReader([]byte(body)))
				if err != nil {
					b.Error(err)
					return
				}
				req.Header.Set("Content-Type", "application/json")
				req.Header.Set("Authorization", "Bearer "+token)
				res, err := way.Do(req)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, res.Body)
				_ = res.Body.Close()
				if res.StatusCode != http.StatusOK {
					b.Errorf("status %d", res.StatusCode)
					return
				}
				mine = append(mine, time.Since(began))
			}
			mu.Lock()
			took = append(took, mine...)
			mu.Unlock()
		})
	}
	all.Wait()
	b.StopTimer()
	slices.Sort(took)
	if len(took) > 0 {
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commands/s")
	}
	b.ReportMetric(float64(storetest.SyncTime(b, dir).Microseconds())/1000, "fsync-ms")
}
