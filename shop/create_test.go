package shop

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/store/bolt"

	"github.com/google/uuid"
)

// What was left by a process that was killed while it made a shop is made whole by the next one; a shop is never touched.
func TestCreateGoesOn(t *testing.T) {
	actor := store.Actor{Name: "Ada", How: store.Asserted}
	for about, leave := range map[string]func(t *testing.T, o Options){
		"nothing":  func(*testing.T, Options) {},
		"no bytes": func(t *testing.T, o Options) { wrote(t, os.WriteFile(o.Path, nil, 0o600)) },
		"a file that nothing was committed to": func(t *testing.T, o Options) {
			e, err := bolt.Open(o.Path, bolt.Options{Create: true, AllowNetwork: true})
			wrote(t, err)
			wrote(t, e.Commit(t.Context(), func(store.Reader) (store.Batch, error) {
				return store.Batch{{Space: "m", Key: []byte("x"), Value: []byte("y")}}, nil
			}))
			wrote(t, e.Commit(t.Context(), func(store.Reader) (store.Batch, error) {
				return store.Batch{{Space: "m", Key: []byte("x")}}, nil
			}))
		},
		"a store without its company, of an earlier version": func(t *testing.T, o Options) {
			s, err := open(o, true)
			wrote(t, err)
			wrote(t, s.Init(t.Context(), uuid.New(), actor))
			wrote(t, s.Close())
		},
	} {
		t.Run(about, func(t *testing.T) {
			dir := t.TempDir()
			o := Options{Path: filepath.Join(dir, "shop.db"), StateDir: filepath.Join(dir, "state"), Version: "test", AllowNetwork: true}
			leave(t, o)
			if whole, err := There(t.Context(), o); whole || err != nil {
				t.Fatalf("there is a shop: %v, %v", whole, err)
			}
			f := Found{Company: party.InitCompany{Company: "Pumps", Code: "EUR", Zone: "Europe/Vienna"}, Actor: actor}
			s, err := Create(t.Context(), o, f)
			wrote(t, err)
			wrote(t, s.View(t.Context(), func(r store.Reader) error {
				c, err := party.TheCompany(r)
				if err == nil && c.Name != "Pumps" {
					t.Errorf("the company is %q", c.Name)
				}
				return err
			}))
			if rep, err := s.Verify(context.Background(), store.VerifyOptions{}); err != nil || !rep.OK() {
				t.Errorf("%+v, %v", rep, err)
			}
			wrote(t, s.Close())
			if whole, err := There(t.Context(), o); !whole || err != nil {
				t.Errorf("there is no shop: %v", err)
			}
			if _, err := Create(t.Context(), o, f); fault.CodeOf(err) != "store.exists" {
				t.Errorf("a shop was made where there is one: %v", err)
			}
		})
	}
}

func wrote(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
