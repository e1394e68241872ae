package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// read reads a file of the data folder. An error names the file.
func read[T any](s settings, parse func(io.Reader) (T, error), path ...string) (out T, err error) {
	file, err := os.Open(filepath.Join(append([]string{s.data}, path...)...))
	if err != nil {
		return out, err
	}
	out, err = parse(file)
	_ = file.Close()
	if err != nil {
		return out, fmt.Errorf("%s: %w", file.Name(), err)
	}
	return out, nil
}
