package cmd

import (
	"context"
	"slices"

	"callout/shop"
	"callout/store"
	"callout/work"
)

// attachment is a file that a command attaches. It was looked at; its bytes are kept when the command
// is accepted, so that what is refused, and a dry run, leave nothing behind.
type attachment struct {
	path string
	file shop.File
}

func lookAt(path string) (attachment, error) {
	f, err := shop.LookAt(path)
	return attachment{path, f}, err
}

// evidence is the command that records the file.
func (t attachment) evidence() *work.AddEvidence {
	return &work.AddEvidence{
		File: t.file.Name, SHA256: t.file.SHA256, Bytes: t.file.Bytes, MediaType: t.file.MediaType, Kept: true,
	}
}

// keepAttached keeps the files of the intents that the rules accept, and returns those; the others
// have their error in results. Somebody else's command may come in between and have one refused after all: its
// bytes stay, because by then they may be somebody else's evidence, too.
func (a *App) keepAttached(ctx context.Context, s *shop.Shop, items []string, intents []store.Intent, at []int, act Action, results []Result) (
	accepted []store.Intent, of []int, err error,
) {
	if !slices.ContainsFunc(at, func(i int) bool { return len(act.Attach(items[i])) > 0 }) {
		return intents, at, nil
	}
	if err := a.local(); err != nil {
		return nil, nil, err
	}
	recs, err := s.Preview(ctx, intents...)
	if err != nil {
		return nil, nil, err
	}
	for i, rec := range recs {
		item := items[at[i]]
		for _, t := range act.Attach(item) {
			if rec.Err == nil {
				rec.Err = s.Evidence.Keep(t.path, t.file.SHA256)
			}
			if rec.Err == nil && a.linked != nil {
				rec.Err = s.Evidence.Owe(t.file.SHA256)
			}
		}
		if rec.Err != nil {
			results[at[i]] = a.resultOf(item, rec, act)
			continue
		}
		accepted, of = append(accepted, intents[i]), append(of, at[i])
	}
	return accepted, of, nil
}
