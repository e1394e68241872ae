package server_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"callout/server"

	"github.com/getkin/kin-openapi/openapi3"
)

var update = flag.Bool("update", false, "write docs/openapi.json anew")

// descriptionFile is the document as it is checked in.
var descriptionFile = filepath.Join("..", "docs", "openapi.json")

// TestDescription: the document is the one that is checked in, and it is one by the rules of OpenAPI 3.1.
func TestDescription(t *testing.T) {
	h := newHouse(t)
	text, err := server.Describe(h.Store)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(descriptionFile, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(descriptionFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(kept, text) {
		t.Error("docs/openapi.json is not what the types say: go test ./server -run TestDescription -update")
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	if rep := h.user("Mia").ask("GET", "/v1/openapi.json", nil); !bytes.Equal(rep.body, text) {
		t.Error("the server describes itself otherwise")
	}
	for _, rt := range server.Routes() {
		path := strings.ReplaceAll(rt.Path, "{collection}", "customer")
		if item := doc.Paths.Value(path); item == nil || item.GetOperation(rt.Method) == nil {
			t.Errorf("%s %s is not described", rt.Method, rt.Path)
		}
	}
}

// document is the checked-in document, which all answers of all tests are held against.
var document = sync.OnceValues(func() (*openapi3.T, error) {
	return openapi3.NewLoader().LoadFromFile(descriptionFile)
})

// variable is a part of a path that stands for a value.
var variable = regexp.MustCompile(`\\\{[a-z0-9]+\\\}`)

// operationOf finds what the document says of a request: the path with the fewest variables counts.
func operationOf(doc *openapi3.T, method, path string) *openapi3.Operation {
	path, _, _ = strings.Cut(path, "?")
	if item := doc.Paths.Value(path); item != nil {
		return item.GetOperation(method)
	}
	for pattern, item := range doc.Paths.Map() {
		re := "^" + variable.ReplaceAllString(regexp.QuoteMeta(pattern), "[^/]+") + "$"
		if regexp.MustCompile(re).MatchString(path) {
			return item.GetOperation(method)
		}
	}
	return nil
}

// undescribed says what is not as the document says it, or nothing.
func undescribed(doc *openapi3.T, method, path string, status int, media string, body []byte) string {
	if status == http.StatusRequestHeaderFieldsTooLarge { // net/http says so before anything of ours is asked
		return ""
	}
	op := operationOf(doc, method, path)
	if op == nil {
		if status == http.StatusNotFound || status == http.StatusUnauthorized || status == http.StatusMethodNotAllowed {
			return ""
		}
		return "no such operation"
	}
	res := op.Responses.Status(status)
	if res == nil {
		res = op.Responses.Default()
	}
	if len(body) == 0 {
		return ""
	}
	media, _, _ = strings.Cut(media, ";")
	content := res.Value.Content[media]
	if content == nil {
		return "not as " + media
	}
	if !strings.HasSuffix(media, "json") {
		return ""
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		return err.Error()
	}
	if err := content.Schema.Value.VisitJSON(v, openapi3.EnableJSONSchema2020()); err != nil {
		return err.Error()
	}
	return ""
}

// heldAgainst fails the test where an answer is not as the document describes it.
func heldAgainst(t *testing.T, method, path string, res *http.Response, body []byte) {
	t.Helper()
	doc, err := document()
	if err != nil {
		t.Fatal(err)
	}
	if wrong := undescribed(doc, method, path, res.StatusCode, res.Header.Get("Content-Type"), body); wrong != "" {
		t.Errorf("%s %s: %d is not as described: %.600s", method, path, res.StatusCode, wrong)
	}
}

// TestDescriptionBites: what is not as described is noticed.
func TestDescriptionBites(t *testing.T) {
	doc, err := document()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		method, path string
		status       int
		media, body  string
		wrong        bool
	}{
		{"GET", "/healthz", 200, "application/json", `{"status": "alive", "version": "1"}`, false},
		{"GET", "/healthz", 200, "application/json", `{"status": "alive"}`, true},
		{"GET", "/healthz", 200, "application/json", `{"status": 7, "version": "1"}`, true},
		{"GET", "/healthz", 200, "application/json", `{"status": "alive", "version": "1", "more": 1}`, true},
		{"GET", "/healthz", 200, "text/html", `<p>`, true},
		{"GET", "/nowhere", 200, "application/json", `{}`, true},
		{"GET", "/v1/customer/x", 200, "application/json", `{"id": "cus_1", "name": "X"}`, false},
		{"GET", "/v1/customer/x", 200, "application/json", `{"id": "cus_1", "secret": "X"}`, true},
	} {
		if wrong := undescribed(doc, tt.method, tt.path, tt.status, tt.media, []byte(tt.body)); (wrong != "") != tt.wrong {
			t.Errorf("%+v: %q", tt, wrong)
		}
	}
}
