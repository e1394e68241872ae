package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"
)

// partly is an engine some of whose spaces cannot be read.
type partly struct {
	store.Engine
	broken map[string]error // by the beginning of the space's name
}

func (p *partly) View(ctx context.Context, fn func(store.Reader) error) error {
	return p.Engine.View(ctx, func(r store.Reader) error { return fn(&partlyReader{r, p.broken}) })
}

type partlyReader struct {
	store.Reader
	broken map[string]error
}

func (p *partlyReader) Scan(space string, rg store.Range, yield func(key, value []byte) bool) error {
	for prefix, err := range p.broken {
		if strings.HasPrefix(space, prefix) {
			return err
		}
	}
	return p.Reader.Scan(space, rg, yield)
}

// Things that cannot be read are one finding for each reason: equal ones are counted, others are kept apart.
func TestFindingsByReason(t *testing.T) {
	e := &partly{Engine: memory.New(), broken: map[string]error{}}
	s := storetest.NewShop(t, e)
	s.Busy()
	e.broken = map[string]error{"x/": errors.New("page 5 is torn"), "n": errors.New("page 9 is torn")}
	told := 0
	rep, err := s.Verify(t.Context(), store.VerifyOptions{Found: func(store.Finding) { told++ }})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, f := range rep.Findings {
		for _, reason := range []string{"page 5", "page 9"} {
			if strings.Contains(f.Message, reason) {
				got[reason] += max(1, f.Count)
				if f.Count > 1 && len(f.Parts) != f.Count-1 {
					t.Errorf("%+v", f)
				}
			}
		}
	}
	// The indexes of the suite's business and its audits, which read through them.
	if got["page 5"] < 4 || got["page 9"] != 1 || len(rep.Findings) > 4 || told != len(rep.Findings) {
		t.Errorf("%v, told %d: %v", got, told, rep.Findings)
	}
}

func TestFindingAsLine(t *testing.T) {
	for want, f := range map[string]store.Finding{
		"TK-1: is missing":                                            {Subject: "TK-1", Seq: 4, Message: "is missing"},
		"journal entry 4: is torn":                                    {Seq: 4, Message: "is torn"},
		"a is torn; for the same reason: b, c":                        {Message: "a is torn", Count: 3, Parts: []string{"b", "c"}},
		"a is torn; for the same reason 5 others: b, c, d and 2 more": {Message: "a is torn", Count: 6, Parts: []string{"b", "c", "d", "e", "f"}},
	} {
		if got := f.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
