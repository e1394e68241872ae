package bolt

import (
	"testing"

	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Store(t, func(tb testing.TB) store.Engine { return fresh(tb) })
}

func TestProperty(t *testing.T) {
	open := func(tb testing.TB) store.Engine { return fresh(tb) }
	storetest.Property(t, open, func(testing.TB) store.Engine { return memory.New() })
}

var _ store.Inspector = (*Engine)(nil)

func TestBackup(t *testing.T) {
	storetest.Backup(t, func(tb testing.TB) store.Engine { return fresh(tb) })
}
