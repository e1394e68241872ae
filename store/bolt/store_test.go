package bolt

import (
	"testing"

	"callout/store"
	"callout/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Store(t, func(tb testing.TB) store.Engine { return fresh(tb) })
}

var _ store.Inspector = (*Engine)(nil)

func TestBackup(t *testing.T) {
	storetest.Backup(t, func(tb testing.TB) store.Engine { return fresh(tb) })
}
