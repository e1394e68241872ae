package store

import (
	"runtime"
)

// pipelineChunk is how many pairs a worker takes at a time.
const pipelineChunk = 128

// pipeline scans a range of a space, up to a limit unless that is 0, has each pair worked
// on by as many goroutines as there are processors, and takes the results one by one in
// key order. Scan and take run on the caller's goroutine; work runs on others, on copies,
// and must not panic.
//
// Progress hears of each pair as it is read: if the next one kills the process, that is where.
func pipeline[T any](
	r Reader, space string, rng Range, limit int, progress func(Step),
	work func(key, value []byte) T, take func(key []byte, result T),
) error {
	type chunk struct {
		pairs   []Write
		results []T
		done    chan struct{}
	}
	jobs := make(chan *chunk)
	defer close(jobs)
	workers := runtime.GOMAXPROCS(0)
	for range workers {
		go func() {
			for c := range jobs {
				for i, w := range c.pairs {
					c.results[i] = work(w.Key, w.Value)
				}
				close(c.done)
			}
		}()
	}
	var waiting []*chunk
	finish := func(c *chunk) {
		<-c.done
		for i, w := range c.pairs {
			take(w.Key, c.results[i])
		}
	}
	c := &chunk{}
	var n int
	send := func() {
		c.results, c.done = make([]T, len(c.pairs)), make(chan struct{})
		if len(waiting) > workers {
			finish(waiting[0])
			waiting = waiting[1:]
		}
		jobs <- c
		waiting = append(waiting, c)
		c = &chunk{}
	}
	err := r.Scan(space, rng, func(key, value []byte) bool {
		progress(Step{Space: space, Key: key, Done: uint64(n)})
		n++
		// One copy for both: what a scan hands out is valid during this call only.
		both := append(append(make([]byte, 0, len(key)+len(value)), key...), value...)
		c.pairs = append(c.pairs, Write{Key: both[:len(key):len(key)], Value: both[len(key):]})
		if len(c.pairs) == pipelineChunk {
			send()
		}
		return n != limit
	})
	if len(c.pairs) > 0 {
		send()
	}
	for _, c := range waiting {
		finish(c)
	}
	return err
}
