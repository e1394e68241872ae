package server

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// TestMemory: what is the process's own is told apart from pages of files; what cannot be read is not told as nothing.
func TestMemory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "status")
	told := func() string {
		t.Helper()
		registry := prometheus.NewRegistry()
		registry.MustRegister(newMemory(path))
		answer := httptest.NewRecorder()
		promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		return answer.Body.String()
	}
	if got := told(); strings.Contains(got, "{") {
		t.Errorf("of nothing: %s", got)
	}
	status := "Name:\tcallout\nVmRSS:\t  634880 kB\nRssAnon:\t   61440 kB\nRssFile:\t  573440 kB\nRssShmem:\t       0 kB\nThreads:\t9\n"
	if err := os.WriteFile(path, []byte(status), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`{of="own"} 6.291456e+07`, `{of="mapped"} 5.8720256e+08`} {
		if got := told(); !strings.Contains(got, want) || strings.Count(got, "{") != 2 {
			t.Errorf("%s is not in %s", want, got)
		}
	}
}
