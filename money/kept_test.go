package money_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	. "callout/money"
)

// The store takes these types at their word and does not read back what it has written.
func TestWhatIsSaidToBeKeptIsReadBackTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value, places := rapid.Int64().Draw(t, "value"), rapid.Int32Range(-3, 6)
		r := record{
			Quantity: NewQuantity(value, places.Draw(t, "places")), Price: NewPrice(value, places.Draw(t, "places")).Add(NewPrice(1, 2)),
			Percent: NewPercent(value, places.Draw(t, "places")), Factor: NewFactor(value, places.Draw(t, "places")),
		}
		for _, v := range []any{r.Quantity, r.Price, r.Percent, r.Factor} {
			if _, ok := v.(interface{ KeptByJSON() }); !ok {
				t.Fatalf("%T says nothing of that", v)
			}
		}
		var back record
		if err := json.Unmarshal(must(json.Marshal(r)), &back); err != nil || !reflect.DeepEqual(back, r) {
			t.Fatalf("%+v is read back as %+v, %v", r, back, err)
		}
	})
}
