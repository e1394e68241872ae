package bolt

import (
	"testing"

	"callout/store"
	"callout/store/storetest"
)

func TestEngine(t *testing.T) {
	storetest.Engine(t, func(t *testing.T) store.Engine { return fresh(t) })
}
