package storetest

import (
	"path/filepath"
	"testing"

	"callout/internal/fault"
	"callout/store"
)

type named string

func (n named) Name() string         { return string(n) }
func (n named) Do(_ *store.Tx) error { return nil }

// lived is the digest of a test with stores in each of which commands went as told: done, or refused with a hint.
func lived(stores ...[]error) string {
	p := &page{}
	for _, list := range stores {
		l := &Life{}
		for _, err := range list {
			l.Command(named("test.v1"), store.Receipt{}, err)
		}
		p.lives = append(p.lives, l)
	}
	return p.digest()
}

func hinted(hint string) error { return fault.Refusedf("no").Hint("callout %s", hint) }

// A diary notices one word of a hint, and which of two things came first; of two stores it may be either.
func TestADiaryNoticesWords(t *testing.T) {
	was := lived([]error{nil, hinted("one")}, []error{nil})
	for name, c := range map[string]struct {
		now  string
		same bool
	}{
		"the same":              {lived([]error{nil, hinted("one")}, []error{nil}), true},
		"the other store first": {lived([]error{nil}, []error{nil, hinted("one")}), true},
		"another hint":          {lived([]error{nil, hinted("two")}, []error{nil}), false},
		"another order":         {lived([]error{hinted("one"), nil}, []error{nil}), false},
		"less":                  {lived([]error{nil, hinted("one")}), false},
	} {
		if (c.now == was) != c.same {
			t.Errorf("%s: the same is %v", name, !c.same)
		}
	}
}

// What is kept is kept on purpose only; what came to two things in one run is left out from then on.
func TestADiaryIsKept(t *testing.T) {
	update := false
	d := NewDiary(filepath.Join(t.TempDir(), "kept", "tests.txt"), &update)
	d.kept = map[string]string{"TestA": "1", "TestB": "1"}
	if d.differs("TestA", "1") || !d.differs("TestA", "2") || d.kept["TestA"] != "1" || !d.differs("TestNew", "1") {
		t.Errorf("it keeps %v", d.kept)
	}
	update = true
	if !d.differs("TestA", "2") || d.kept["TestA"] != "2" || d.differs("TestA", "2") || !d.differs("TestA", "3") || d.kept["TestA"] != varies {
		t.Errorf("asked to keep what is new it keeps %v", d.kept)
	}
	d.write(t)
	if got := d.read(t); got["TestA"] != varies || got["TestB"] != "1" || len(got) != 2 {
		t.Errorf("it is read again as %v", got)
	}
}
