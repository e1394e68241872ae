package bolt

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"

	"callout/internal/fault"

	berrors "go.etcd.io/bbolt/errors"
)

func missing(path string) error {
	return fault.NotFoundf("there is no store at %s", path).With("store.missing").
		Hint("callout init --company NAME --currency EUR --tz Europe/Vienna").
		Hint("callout --store PATH ...   (if it is somewhere else)")
}

func damaged(because any) *fault.Error {
	if _, ok := because.(runtime.Error); ok {
		// bbolt followed a page number into nothing; its words for that tell nobody anything.
		because = "the file ends too early, or its pages lead nowhere"
	}
	return fault.Internalf("the store is damaged").With("store.damaged").
		Hint("callout audit verify").Because(fmt.Errorf("%v", because))
}

func unknown(because error) error {
	return fault.Unknownf("it is not known whether the change reached the disk").With("store.unknown").
		Hint("repeat the command with the same --cmd-id: it takes effect once").Because(because)
}

// openFault says what an error of opening the file means.
func openFault(path string, err error) error {
	switch {
	case err == nil:
		return nil
	case os.IsNotExist(err):
		return missing(path)
	case os.IsPermission(err):
		return forbidden(path, err)
	case errors.Is(err, berrors.ErrTimeout):
		return fault.Busyf("another program, not callout, holds %s", path).With("store.busy").Because(err)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrVersionMismatch), errors.Is(err, berrors.ErrChecksum):
		return fault.Internalf("%s is no store, or is damaged", path).With("store.damaged").
			Hint("callout audit verify").Because(err)
	}
	var f *fault.Error
	if errors.As(err, &f) {
		return err
	}
	return fault.Internalf("the store cannot be opened").Because(err)
}

// forbidden names what may not be used: the store, a file beside it, or the folder in which that would be made.
func forbidden(path string, err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		path = at.Path
	}
	rights := "u+rw"
	if _, gone := os.Lstat(path); os.IsNotExist(gone) {
		path, rights = filepath.Dir(path), "u+rwx"
	}
	word := path
	if strings.ContainsAny(word, " '\"$&;()") {
		word = strconv.Quote(word)
	}
	return fault.Internalf("no permission to use %s", path).With("store.permission").Because(err).
		Hint("chmod %s %s   (as its owner)", rights, word).
		Hint("--store PATH   (or CALLOUT_STORE: a store in a folder that is yours)")
}

// guard turns a panic of bbolt, which is how it answers a damaged page, into an error.
// Use it deferred, around calls of bbolt only.
func guard(err *error) {
	if p := recover(); p != nil {
		*err = damaged(p)
	}
}

// try runs a piece of bbolt under guard, and where the mapped file may end too early.
func try(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer guard(&err)
	return fn()
}

// withMapping runs fn, which may touch slices of the mapped file. Where the file has
// become shorter than it says, that is a fault of memory: it becomes an error. Any
// other panic is fn's own.
func withMapping(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if _, isFault := p.(interface{ Addr() uintptr }); !isFault {
			panic(p)
		}
		err = damaged(p)
	}()
	return fn()
}
