package memory_test

import (
	"testing"

	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Store(t, func(testing.TB) store.Engine { return memory.New() })
}

func TestBackup(t *testing.T) {
	storetest.Backup(t, func(testing.TB) store.Engine { return memory.New() })
}

func TestProperty(t *testing.T) {
	storetest.Property(t, func(testing.TB) store.Engine { return memory.New() }, nil)
}
