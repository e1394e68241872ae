package billing_test

import (
	"testing"

	. "callout/billing"
	"callout/internal/fault"
)

// TestUnitsAreCodesOfRecommendation20 takes words and codes of two and three characters, in any case: E4 (gross kilogram), 2N
// (decibel), MTK (square metre), MTQ (cubic metre) of UN/ECE Recommendation 20.
func TestUnitsAreCodesOfRecommendation20(t *testing.T) {
	for text, want := range map[string]Unit{
		"": "", "h": "HUR", "Min": "MIN", "E4": "E4", "2n": "2N", "mtk": "MTK", "MTQ": "MTQ",
	} {
		if got, err := ParseUnit("unit", text); err != nil || got != want {
			t.Errorf("%q is %q, %v; want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"x", "9", "MTKX", "m-k", "m²x", "e 4", "box of ten"} {
		if got, err := ParseUnit("unit", text); fault.CodeOf(err) != "unit.unknown" {
			t.Errorf("%q is %q, %v; want unit.unknown", text, got, err)
		}
	}
}
