package server

import (
	"bufio"
	"bytes"
	"os"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
)

// memory tells apart what the process has made for itself and the pages of files that it looks into. The file of a store is
// mapped: the more of it is read, the more of it counts as resident, and the system takes the pages back when somebody needs room. What is not
// given back, and so may be too much, is the process's own.
type memory struct {
	status string // a file in the form of Linux's /proc/self/status; where there is none, nothing is told
	about  *prometheus.Desc
}

func newMemory(status string) memory {
	return memory{status, prometheus.NewDesc("callout_resident_bytes",
		"Memory that the process has resident: its own, or pages of mapped files, above all the store's.", []string{"of"}, nil)}
}

// Describe implements prometheus.Collector.
func (m memory) Describe(out chan<- *prometheus.Desc) { out <- m.about }

// Collect implements prometheus.Collector.
func (m memory) Collect(out chan<- prometheus.Metric) {
	text, err := os.ReadFile(m.status)
	if err != nil {
		return
	}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		name, rest, _ := strings.Cut(lines.Text(), ":")
		of := map[string]string{"RssAnon": "own", "RssFile": "mapped"}[name]
		kilobytes, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
		if of != "" && err == nil {
			out <- prometheus.MustNewConstMetric(m.about, prometheus.GaugeValue, kilobytes*1024, of)
		}
	}
}
