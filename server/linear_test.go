package server_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// What somebody does with an order in these histories, and what they are told.
type (
	step struct{ what, order string } // hold, resume or read
	told string                       // "done" or "refused" of a command, the status of a read
)

// ofOneOrder is what an order does on its own: a hold is done where it is not on hold and refused where it is, resuming the other way
// round, and a read tells which. Orders are nothing to one another, so that each has a history of its own.
var ofOneOrder = porcupine.Model{
	Partition: func(all []porcupine.Operation) (parts [][]porcupine.Operation) {
		at := map[string]int{}
		for _, op := range all {
			order := op.Input.(step).order
			i, known := at[order]
			if !known {
				i = len(parts)
				at[order], parts = i, append(parts, nil)
			}
			parts[i] = append(parts[i], op)
		}
		return parts
	},
	Init: func() any { return "new" },
	Step: func(state, input, output any) (bool, any) {
		from, to := "new", "on-hold"
		switch input.(step).what {
		case "read":
			return output.(told) == told(state.(string)), state
		case "resume":
			from, to = to, from
		}
		if state == from {
			return output.(told) == "done", to
		}
		return output.(told) == "refused", state
	},
	DescribeOperation: func(input, output any) string { return fmt.Sprint(input, " → ", output) },
}

// history has clients hold, resume and read a few orders at whichever server pick names, and returns what each was told, and when. A request
// without an answer is sent again, to another one: it lasts until there is one.
func history(t *testing.T, token string, pick func() string, orders []string, clients, each int) []porcupine.Operation {
	t.Helper()
	var clock atomic.Int64
	var mu sync.Mutex
	var all []porcupine.Operation
	var work sync.WaitGroup
	run := rand.IntN(1 << 20)
	for c := range clients {
		who, dice := newCaller(token), rand.New(rand.NewPCG(7, uint64(c))) //nolint:gosec // any will do
		work.Go(func() {
			var mine []porcupine.Operation
			for n := range each {
				in := step{[]string{"hold", "resume", "read", "read"}[dice.IntN(4)], orders[dice.IntN(len(orders))]}
				call := clock.Add(1)
				out, err := ask(who, pick, in, uuidOf(run<<24+c<<16+n))
				if err != nil {
					t.Error(err)
					return
				}
				mine = append(mine, porcupine.Operation{ClientId: c, Input: in, Call: call, Output: out, Return: clock.Add(1)})
			}
			mu.Lock()
			all = append(all, mine...)
			mu.Unlock()
		})
	}
	work.Wait()
	return all
}

func ask(who *caller, pick func() string, in step, id string) (told, error) {
	if in.what == "read" {
		for {
			status, text := who.ask(pick(), "GET", "/v1/work_order/"+in.order, nil)
			if unsettled(status) {
				time.Sleep(5 * time.Millisecond)
				continue
			}
			var rec struct{ Status told }
			if err := json.Unmarshal(text, &rec); err != nil || status != http.StatusOK || rec.Status == "" {
				return "", fmt.Errorf("reading: %d %.300s, %w", status, text, err)
			}
			return rec.Status, nil
		}
	}
	for {
		status, text := who.ask(pick(), "POST", "/v1/commands", map[string]any{
			"id": id, "name": "work_order." + in.what + ".v1", "args": map[string]any{"id": in.order}, "reason": "a part is missing",
		})
		switch {
		case status == http.StatusOK:
			return "done", nil
		case status == http.StatusUnprocessableEntity:
			return "refused", nil
		case !unsettled(status):
			return "", fmt.Errorf("%s: %d %.300s", in.what, status, text)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// ordersAt makes a few orders.
func ordersAt(t *testing.T, token, url string, n int) (orders []string) {
	t.Helper()
	who := newCaller(token)
	cust := who.mustDo(t, url, "customer.add.v1", map[string]any{"name": "Hotel"})
	site := who.mustDo(t, url, "site.add.v1", map[string]any{"customer": cust, "name": "Ring 1", "address": "Ring 1"})
	for range n {
		orders = append(orders, who.mustDo(t, url, "work_order.create.v1", map[string]any{"customer": cust, "site": site, "title": "Leak"}))
	}
	return orders
}

func linear(t *testing.T, all []porcupine.Operation) porcupine.CheckResult {
	t.Helper()
	began := time.Now()
	res := porcupine.CheckOperationsTimeout(ofOneOrder, all, 2*time.Minute)
	t.Logf("%d operations: %s, in %s", len(all), res, time.Since(began).Round(time.Millisecond))
	return res
}

// TestLinearizable: what clients are told by a server on a file is what they could have been told one after the other.
func TestLinearizable(t *testing.T) {
	h := newHouse(t)
	ada := h.token(h.person("Ada"), time.Hour, "sync", "admin")
	at := func() string { return h.url }
	orders := ordersAt(t, ada.token, h.url, 6)
	if res := linear(t, history(t, ada.token, at, orders, 8, budget(40, 4000))); res != porcupine.Ok {
		t.Error(res)
	}
}

// TestLinearizableReplicas: the same of three servers on PostgreSQL, whichever of them is asked, while they are killed.
func TestLinearizableReplicas(t *testing.T) {
	f := newFleet(t, true)
	for n := range 3 {
		f.start(n)
	}
	orders := ordersAt(t, f.token, f.at[0], 6)
	var at sync.RWMutex
	pick := func() string {
		at.RLock()
		defer at.RUnlock()
		return f.at[rand.IntN(len(f.at))]
	}
	over := make(chan struct{})
	var killing sync.WaitGroup
	killing.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-over:
				return
			case <-time.After(500 * time.Millisecond): // how often one dies, not what is waited for
			}
			f.kill(n % 3)
			at.Lock()
			f.start(n % 3)
			at.Unlock()
		}
	})
	all := history(t, f.token, pick, orders, 8, budget(40, 4000))
	close(over)
	killing.Wait()
	if res := linear(t, all); res != porcupine.Ok {
		t.Error(res)
	}
	f.verified()
}

// TestLinearizableFinds plants what must not be, in front of a server: the check has to see it.
func TestLinearizableFinds(t *testing.T) {
	h := newHouse(t)
	ada := h.token(h.person("Ada"), time.Hour, "sync", "admin")
	orders := ordersAt(t, ada.token, h.url, 3)
	to, err := url.Parse(h.url)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	for name, fault := range map[string]http.HandlerFunc{
		"a replica that answers reads from what it has read before": outdated(proxy),
		"a server that answers before it has done anything":         hasty(proxy),
	} {
		t.Run(name, func(t *testing.T) {
			front := httptest.NewServer(fault)
			defer front.Close()
			at := func() string { return front.URL }
			if res := linear(t, history(t, ada.token, at, orders, 6, 60)); res != porcupine.Illegal {
				t.Errorf("%s: it was not found", res)
			}
		})
		for _, order := range orders { // each history begins with orders that are not on hold
			_, _ = newCaller(ada.token).ask(h.url, "POST", "/v1/commands", map[string]any{"name": "work_order.resume.v1", "args": map[string]any{"id": order}})
		}
	}
}

// outdated answers every second read from the last one of the same thing.
func outdated(next http.Handler) http.HandlerFunc {
	var mu sync.Mutex
	seen, asked := map[string][]byte{}, 0
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			next.ServeHTTP(w, r)
			return
		}
		mu.Lock()
		old := seen[r.URL.Path]
		asked++
		use := asked%2 == 0 && old != nil
		mu.Unlock()
		if use {
			_, _ = w.Write(old)
			return
		}
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		mu.Lock()
		seen[r.URL.Path] = rec.Body.Bytes()
		mu.Unlock()
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes())
	}
}

// hasty makes every tenth command a dry run, and says that it is done.
func hasty(next http.Handler) http.HandlerFunc {
	var n atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && n.Add(1)%10 == 0 {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			text := strings.Replace(string(body), "{", `{"dry_run":true,`, 1)
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
		}
		next.ServeHTTP(w, r)
	}
}
