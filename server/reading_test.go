package server_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"callout/party"
	"callout/server"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func TestListsComeInPages(t *testing.T) {
	h := newHouse(t)
	mia := h.user("Mia", party.Clerk)
	for i := range 25 {
		mia.command("customer.add.v1", customer(fmt.Sprintf("Customer %02d", i)))
	}
	mia.command("customer.add.v1", customer("Other"))
	names := func(query string) (got []string) {
		t.Helper()
		cursor := ""
		for range 30 {
			var page server.Records
			rep := mia.ask("GET", "/v1/customer?"+query+"&cursor="+cursor, nil)
			if rep.status != 200 {
				t.Fatalf("%s: %d %s", query, rep.status, rep.body)
			}
			rep.into(t, &page)
			for _, doc := range page.Items {
				var c struct{ Name string }
				reply{body: doc}.into(t, &c)
				got = append(got, c.Name)
			}
			if cursor = page.Next; cursor == "" {
				return got
			}
		}
		t.Fatal("the list does not end")
		return nil
	}
	for query, want := range map[string]string{
		"index=name&limit=10":                       "26 Customer 00 Other",
		"index=name&limit=7&order=desc":             "26 Other Customer 00",
		"index=name&limit=10&prefix=customer%201":   "10 Customer 10 Customer 19",
		"index=name&limit=3&prefix=cust&order=desc": "25 Customer 24 Customer 00",
		"index=name&key=other":                      "1 Other Other",
		"index=name&key=text:other":                 "1 Other Other",
		"limit=9":                                   "26 Customer 00 Other",
		"limit=9&order=desc&prefix=cus_":            "26 Other Customer 00",
	} {
		got := names(query)
		if s := fmt.Sprintf("%d %s %s", len(got), got[0], got[len(got)-1]); s != want {
			t.Errorf("%s: %s, want %s", query, s, want)
		}
	}
	var page server.Records
	mia.ask("GET", "/v1/customer?index=name&limit=5", nil).into(t, &page)
	for query, code := range map[string]string{
		"index=nothing":       "index.unknown",
		"limit=1001":          "query.number",
		"limit=-1":            "query.number",
		"limit=many":          "query.number",
		"cursor=AAAA":         "query.cursor",
		"cursor=%21":          "query.cursor",
		"cursor=" + page.Next: "query.cursor", // of another index
		"index=name&order=desc&cursor=" + page.Next: "query.cursor",
		"index=name&prefix=x&cursor=" + page.Next:   "query.cursor",
		"key=x":                         "query.index",
		"index=name&key=int:x":          "query.key",
		"index=name&key=time:yesterday": "query.key",
	} {
		if p := mia.ask("GET", "/v1/customer?"+query, nil).problem(t); p.Code != code {
			t.Errorf("%s: %+v, want %s", query, p, code)
		}
	}
	if p := mia.ask("GET", "/v1/nothing/at/all", nil).problem(t); p.Code != "route.unknown" || p.Status != 404 {
		t.Errorf("no route: %+v", p)
	}
	for _, tt := range []struct{ method, path, allow string }{
		{"GET", "/v1/commands", "POST"},
		{"DELETE", "/v1/commands", "POST"},
		{"POST", "/healthz", "GET, HEAD"},
		{"POST", "/v1/customer", "GET, HEAD"},
		{"PATCH", "/v1/work_order/WO-1001", "GET, HEAD"},
		{"POST", "/v1/files/" + strings.Repeat("0", 64), "GET, HEAD, PUT"},
		{"OPTIONS", "/v1/journal", "GET, HEAD"},
	} {
		rep := mia.ask(tt.method, tt.path, nil)
		if got := rep.header.Get("Allow"); rep.status != http.StatusMethodNotAllowed || got != tt.allow {
			t.Errorf("%s %s: %d, Allow %q; want 405, %q", tt.method, tt.path, rep.status, got, tt.allow)
		}
		if p := rep.problem(t); p.Code != "route.method" {
			t.Errorf("%s %s: %+v", tt.method, tt.path, p)
		}
	}
	if p := mia.ask("GET", "/v1/nothing", nil).problem(t); p.Code != "collection.unknown" || p.Status != 404 {
		t.Errorf("no such collection: %+v", p)
	}
	if got := mia.ask("GET", "/v1/customer/"+url.PathEscape("customer 03"), nil); got.status != 200 || !strings.Contains(string(got.body), "Customer 03") {
		t.Errorf("one by name: %d %s", got.status, got.body)
	}
	var all server.Collections
	mia.ask("GET", "/v1/collections", nil).into(t, &all)
	if len(all.Items) != len(h.Shapes()) {
		t.Errorf("%d collections", len(all.Items))
	}
}

func TestAnswersHaveTags(t *testing.T) {
	h := newHouse(t)
	mia := h.user("Mia", party.Clerk)
	id := string(mia.command("customer.add.v1", customer("Grand Hotel")).Subject)
	for _, path := range []string{"/v1/customer/" + id, "/v1/customer"} {
		tag := mia.ask("GET", path, nil).header.Get("ETag")
		if rep := mia.ask("GET", path, nil, "If-None-Match: "+tag); tag == "" || rep.status != 304 || len(rep.body) > 0 {
			t.Errorf("%s, which I have: %d %s", path, rep.status, rep.body)
		}
		mia.command("customer.edit.v1", map[string]any{"id": id, "address": "Graz " + path})
		if rep := mia.ask("GET", path, nil, "If-None-Match: "+tag); rep.status != 200 {
			t.Errorf("%s, which has changed: %d", path, rep.status)
		}
	}
}

// TestReadingWhatOneHasWritten: a read that names an entry waits for it, and not for ever.
func TestReadingWhatOneHasWritten(t *testing.T) {
	h := newHouse(t)
	mia := h.user("Mia", party.Clerk)
	next := h.size() + 1
	got := make(chan reply, 1)
	go func() { got <- mia.ask("GET", fmt.Sprintf("/v1/customer?at-least=%d", next), nil) }()
	mia.command("customer.add.v1", customer("Grand Hotel"))
	if rep := <-got; rep.status != 200 || !strings.Contains(string(rep.body), "Grand Hotel") {
		t.Errorf("%d %s", rep.status, rep.body)
	}
}

func TestTheJournalIsRead(t *testing.T) {
	h := newHouse(t)
	rex := h.user("Rex", party.Auditor)
	mia := h.user("Mia", party.Clerk)
	done := mia.command("customer.add.v1", customer("Grand Hotel"))
	mia.try("customer.add.v1", customer("")) // refused, and journaled
	var page server.Journal
	rex.ask("GET", "/v1/journal?limit=3", nil).into(t, &page)
	if len(page.Entries) != 3 || page.Next != 3 || page.Size != h.size() || page.Entries[0].Name != "store.init.v1" {
		t.Errorf("the first page: %d entries, next %d, size %d", len(page.Entries), page.Next, page.Size)
	}
	page = server.Journal{}
	rex.ask("GET", fmt.Sprintf("/v1/journal?after=%d", done.Entry-1), nil).into(t, &page)
	e := page.Entries[0]
	if e.Name != "customer.add.v1" || e.Actor.Name != "Mia" || e.ID != done.ID || len(e.Records) != 1 || e.Records[0].ID != done.Subject || string(e.Args) != `{"name":"Grand Hotel"}` {
		t.Errorf("the entry is %+v", e)
	}
	if last := page.Entries[1]; last.Refused == nil || last.Refused.Code != "text.missing" || len(last.Records) != 0 {
		t.Errorf("the refusal is %+v", last)
	}
	// A long poll comes back as soon as there is news.
	got := make(chan reply, 1)
	go func() { got <- rex.ask("GET", fmt.Sprintf("/v1/journal?wait=30s&after=%d", page.Size), nil) }()
	mia.command("customer.add.v1", customer("Villa"))
	page = server.Journal{}
	(<-got).into(t, &page)
	if len(page.Entries) == 0 || page.Entries[0].Name != "customer.add.v1" {
		t.Errorf("the news are %+v", page)
	}
	rep := rex.ask("GET", fmt.Sprintf("/v1/journal?wait=10ms&after=%d", h.size()), nil)
	page = server.Journal{}
	rep.into(t, &page)
	if rep.status != 200 || len(page.Entries) != 0 {
		t.Errorf("no news: %d %s", rep.status, rep.body)
	}
	for _, query := range []string{"wait=2h", "wait=soon", "after=x", "limit=5000"} {
		if rep := rex.ask("GET", "/v1/journal?"+query, nil); rep.status != 400 {
			t.Errorf("%s: %d", query, rep.status)
		}
	}
}

// TestTheJournalStreams: entries come as they are made, one can go on from any, and the stream ends with the token.
func TestTheJournalStreams(t *testing.T) {
	h := newHouse(t)
	rex := h.user("Rex", party.Auditor)
	mia := h.user("Mia", party.Clerk)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.url+"/v1/journal/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+rex.token)
	req.Header.Set("Last-Event-ID", fmt.Sprint(h.size()))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if got := res.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Fatalf("the stream is %q", got)
	}
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	seen := 0
	for want := range 3 {
		done := mia.command("customer.add.v1", customer(fmt.Sprint("Customer ", want)))
		for lines.Scan() && lines.Text() != fmt.Sprintf("id: %d", done.Entry) {
		}
		if lines.Scan() && lines.Text() == "event: entry" && lines.Scan() && strings.Contains(lines.Text(), fmt.Sprintf("Customer %d", want)) {
			seen++
		}
	}
	if seen != 3 {
		t.Errorf("%d of 3 entries came", seen)
	}
	h.do(&party.ChangeRoles{Person: rex.id, Revoke: []party.Role{party.Auditor}})
	mia.command("customer.add.v1", customer("Secret"))
	for lines.Scan() {
		if strings.Contains(lines.Text(), "Secret") {
			t.Error("the stream goes on after the role was taken away")
		}
	}
}

// TestTheJournalIsProved checks what the server says of its journal with the library of Go's checksum database.
func TestTheJournalIsProved(t *testing.T) {
	h := newHouse(t)
	rex := h.user("Rex", party.Auditor)
	var first, last server.Head
	rex.ask("GET", "/v1/head", nil).into(t, &first)
	for i := range 5 {
		h.user(fmt.Sprint("Person ", i))
	}
	rex.ask("GET", "/v1/head", nil).into(t, &last)
	var keys []note.Verifier
	for _, k := range last.Keys {
		v, err := note.NewVerifier(k)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, v)
	}
	signed, err := note.Open([]byte(last.Note), note.VerifierList(keys...))
	if err != nil || !strings.Contains(signed.Text, fmt.Sprintf("\n%d\n%s\n", last.Size, last.Root)) {
		t.Errorf("the head %q: %v", last.Note, err)
	}
	hash := func(text string) tlog.Hash {
		v, err := tlog.ParseHash(text)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	hashes := func(texts []string) (out []tlog.Hash) {
		for _, text := range texts {
			out = append(out, hash(text))
		}
		return out
	}
	var grown server.GrowthProof
	rex.ask("GET", fmt.Sprintf("/v1/consistency?from=%d", first.Size), nil).into(t, &grown)
	if err := tlog.CheckTree(hashes(grown.Hashes), int64(last.Size), hash(last.Root), int64(first.Size), hash(first.Root)); err != nil {
		t.Errorf("the journal's growth: %v", err)
	}
	for seq := uint64(1); seq <= last.Size; seq++ {
		var p server.EntryProof
		rex.ask("GET", fmt.Sprintf("/v1/proof/%d", seq), nil).into(t, &p)
		leaf := tlog.Hash(sha256.Sum256(append([]byte{0}, p.Leaf...)))
		if err := tlog.CheckRecord(hashes(p.Hashes), int64(last.Size), hash(last.Root), int64(seq-1), leaf); err != nil || p.Note != last.Note {
			t.Errorf("entry %d: %v", seq, err)
		}
		if err := tlog.CheckRecord(hashes(p.Hashes), int64(last.Size), hash(last.Root), int64(seq%last.Size), leaf); err == nil && last.Size > 1 {
			t.Errorf("entry %d is proved at another place", seq)
		}
	}
	for _, path := range []string{"/v1/proof/0", "/v1/proof/99", "/v1/proof/1?size=99", "/v1/consistency?from=99", "/v1/consistency", "/v1/consistency?from=5&to=3"} {
		if rep := rex.ask("GET", path, nil); rep.status != 404 {
			t.Errorf("%s: %d %s", path, rep.status, rep.body)
		}
	}
	if rep := rex.ask("GET", "/v1/proof/x", nil); rep.status != 400 {
		t.Errorf("/v1/proof/x: %d", rep.status)
	}
}
