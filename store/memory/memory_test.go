package memory_test

import (
	"testing"

	"callout/store"
	"callout/store/memory"
	"callout/store/storetest"
)

func TestEngine(t *testing.T) {
	storetest.Engine(t, func(*testing.T) store.Engine { return memory.New() })
}
