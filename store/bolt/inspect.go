package bolt

import (
	"context"
	"fmt"
	"io"
	"os"

	"callout/internal/fault"

	"go.etcd.io/bbolt"
)

// Preload reads the file once from beginning to end. bbolt maps it for random access,
// which turns off the kernel's reading ahead: a whole scan of a large file that is not
// in memory would take four times as long.
func (e *Engine) Preload(ctx context.Context) error {
	f, err := os.Open(e.path)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return openFault(e.path, err)
	}
	defer f.Close()
	buf := make([]byte, 1<<20)
	for ctx.Err() == nil {
		if _, err := f.Read(buf); err == io.EOF {
			return nil
		} else if err != nil {
			return fault.Internalf("the store's file cannot be read").Because(err)
		}
	}
	return ctx.Err()
}

// Spaces lists the buckets of the file.
func (e *Engine) Spaces(ctx context.Context) ([]string, error) {
	var out []string
	err := e.inspect(ctx, func(f *file) error {
		return f.tx.ForEach(func(name []byte, _ *bbolt.Bucket) error {
			out = append(out, string(name))
			return nil
		})
	})
	return out, err
}

// Check has bbolt check its pages. A file that is damaged in the wrong place makes that hang, or kills
// the process: it is for a process that may die.
func (e *Engine) Check(ctx context.Context, report func(problem string)) error {
	return e.inspect(ctx, func(f *file) error {
		var last error
		for err := range f.tx.Check() {
			if last == nil || err.Error() != last.Error() {
				report(err.Error())
			}
			last = err
		}
		return nil
	})
}

// inspect runs fn on the file, held shared. It writes nothing: a missing file has no
// spaces and no damage.
func (e *Engine) inspect(ctx context.Context, fn func(*file) error) error {
	there, err := e.exists()
	if err != nil || !there {
		return err
	}
	p, err := e.enterShared(ctx)
	if err != nil {
		return err
	}
	defer p.leave()
	f, err := openFile(e.path, shared)
	if err != nil {
		return err
	}
	defer f.close()
	return withMapping(func() error {
		return try(func() error {
			if err := fn(f); err != nil {
				return fmt.Errorf("%s: %w", e.path, err)
			}
			return nil
		})
	})
}
