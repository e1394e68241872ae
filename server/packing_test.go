package server_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"testing"

	"callout/party"
	"callout/replica"
	"callout/work"
)

// packed posts a body, and returns the answer as it came over the wire.
func (c *client) packed(path string, body any) []byte {
	t := c.h.t
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.h.url+path, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Accept-Encoding", "gzip") // asked for by hand, it is not undone by the client
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if e := res.Header.Get("Content-Encoding"); e != "gzip" {
		t.Fatalf("it came as %q", e)
	}
	content, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// TestADeviceTakesTheJournalPacked: who takes gzip gets the journal so, in less than half of the bytes, and the same.
func TestADeviceTakesTheJournalPacked(t *testing.T) {
	h := newHouse(t)
	mia := h.user("Mia", party.Manager)
	for i := range 50 {
		h.do(&work.AddCustomer{Customer: fmt.Sprint("Customer ", i)})
	}
	var in replica.Enrolled
	mia.ask("POST", "/v1/enrol", replica.Enrolment{Host: "laptop"}).into(t, &in)
	q := replica.Request{Tenant: in.Tenant, Device: in.Device}
	packed := mia.packed("/v1/sync", q)
	plain := mia.ask("POST", "/v1/sync", q, "Accept-Encoding: identity")
	if e := plain.header.Get("Content-Encoding"); e != "" {
		t.Fatalf("who cannot unpack got %q", e)
	}
	if 2*len(packed) > len(plain.body) {
		t.Errorf("%d bytes in place of %d", len(packed), len(plain.body))
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	var one, other replica.Response
	if err := json.Unmarshal(text, &one); err != nil {
		t.Fatal(err)
	}
	plain.into(t, &other)
	one.Head, other.Head = "", "" // each is signed when it is asked for
	if len(one.Entries) < 50 || !reflect.DeepEqual(one, other) {
		t.Errorf("packed it says something else: %d entries, and %d", len(one.Entries), len(other.Entries))
	}
}
