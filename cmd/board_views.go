package cmd

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"callout/tui"
)

// boardViews keeps a user's views of the queue in a file of the state directory, one for all shops.
type boardViews struct{ path string }

func (a *App) boardViews() boardViews {
	return boardViews{filepath.Join(a.stateDir(), "board-views.json")}
}

// Load implements tui.Views. Without a file there are none.
func (b boardViews) Load() ([]tui.View, error) {
	text, err := os.ReadFile(b.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var views []tui.View
	return views, json.Unmarshal(text, &views)
}

// Save implements tui.Views. A file that is half written never takes the place of a whole one.
func (b boardViews) Save(views []tui.View) error {
	text, err := json.MarshalIndent(views, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(b.path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(b.path), "board-views-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if _, err := f.Write(append(text, '\n')); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), b.path)
}
