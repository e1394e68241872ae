package server

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"time"

	"callout/internal/fault"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are the figures by which the server is watched. They name routes and kinds, never people or records.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
	commands *prometheus.CounterVec
	logins   *prometheus.CounterVec
	batch    prometheus.Histogram
	commit   prometheus.Histogram
}

func newMetrics(s *Server) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "callout_requests_total", Help: "Requests answered, by route and status.",
		}, []string{"method", "route", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "callout_request_seconds", Help: "How long requests took, by route.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"method", "route"}),
		commands: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "callout_commands_total", Help: "Commands decided, by what became of them.",
		}, []string{"outcome"}),
		logins: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "callout_logins_total", Help: "Logins tried, by the way and by what became of them: done, or the code of the refusal.",
		}, []string{"by", "outcome"}),
		batch: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "callout_commit_commands", Help: "How many commands one transaction carried.",
			Buckets: prometheus.ExponentialBuckets(1, 2, 10),
		}),
		commit: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "callout_commit_seconds", Help: "How long a transaction took.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5},
		}),
	}
	m.registry.MustRegister(m.requests, m.took, m.commands, m.logins, m.batch, m.commit,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "callout_queue_commands", Help: "Commands that wait or are being decided.",
		}, func() float64 { return float64(s.queue.waiting.Load()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "callout_journal_entries", Help: "Entries of the journal.",
		}, func() float64 {
			n, err := s.size(context.Background())
			if err != nil {
				return -1
			}
			return float64(n)
		}),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), newMemory("/proc/self/status"))
	return m
}

func (m *metrics) answered(rt route, status int, took time.Duration) {
	m.requests.WithLabelValues(rt.method, rt.path, strconv.Itoa(status)).Inc()
	m.took.WithLabelValues(rt.method, rt.path).Observe(took.Seconds())
}

// counted counts the logins of a route by what became of them.
func counted(by string, login func(s *Server, w http.ResponseWriter, c *call) error) func(s *Server, w http.ResponseWriter, c *call) error {
	return func(s *Server, w http.ResponseWriter, c *call) error {
		err := login(s, w, c)
		s.metrics.logins.WithLabelValues(by, cmp.Or(fault.CodeOf(err), string(fault.KindOf(err)), "done")).Inc()
		return err
	}
}

func (m *metrics) committed(n int, took time.Duration) {
	m.batch.Observe(float64(n))
	m.commit.Observe(took.Seconds())
}

// showMetrics answers in the text format of Prometheus.
func showMetrics(s *Server, w http.ResponseWriter, c *call) error {
	promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{DisableCompression: true}).ServeHTTP(w, c.Request)
	return nil
}
