package cmd

import (
	"bufio"
	"fmt"
	"io"
	"testing"
)

// BenchmarkList prints 10,000 rows in each format. The baseline writes the same cells with
// fmt and nothing around them.
func BenchmarkList(b *testing.B) {
	rows := make([]sample, 10_000)
	for i := range rows {
		rows[i] = samples()[i%2]
		rows[i].Number = fmt.Sprintf("WO-%d", i)
	}
	b.Run("baseline", func(b *testing.B) {
		for b.Loop() {
			w := bufio.NewWriter(io.Discard)
			for _, r := range rows {
				_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", r.Number, r.Title, r.Price, r.Start)
			}
			_ = w.Flush()
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(rows)), "ns/row")
	})
	for _, format := range outputFormats() {
		b.Run(format, func(b *testing.B) {
			a := newApp(nil, io.Discard, io.Discard)
			a.config.Output = format
			for b.Loop() {
				if err := sampleList().Print(a, Rows(rows)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(rows)), "ns/row")
		})
	}
}

// BenchmarkTree builds the whole command tree, which every run does. Its baseline is one verb.
func BenchmarkTree(b *testing.B) {
	b.Run("whole", func(b *testing.B) {
		for b.Loop() {
			newRootCmd(newApp(nil, io.Discard, io.Discard))
		}
	})
	b.Run("one verb", func(b *testing.B) {
		for b.Loop() {
			newVersionCmd(newApp(nil, io.Discard, io.Discard))
		}
	})
}
