package billing_test

import (
	"testing"

	. "callout/billing"
	"callout/money"
)

// TestTheRateStandsBesideTheRuleThatGaveIt: of several multipliers it is not the last one that was looked at.
func TestTheRateStandsBesideTheRuleThatGaveIt(t *testing.T) {
	k := priced(t, "100", Rules{Surcharges: Surcharges{
		Windows:  []Window{{Name: "night", When: Within, Hours: weekly("daily 22:00-06:00"), Factor: factor("1.75")}},
		Overtime: []Overtime{{Name: "overtime", Per: PerDay, After: 0, Factor: factor("1.25")}},
	}})
	o := k.order()
	k.worked(o, local("2026-02-26 23:00"), local("2026-02-26 23:30"))
	var rate *money.Price
	for _, s := range k.charges(o)[0].Trace {
		if s.Level != "surcharge" {
			continue
		}
		if s.Verdict == "taken" {
			rate = s.Price
		} else if s.Price != nil {
			t.Errorf("%s: %s beside %q", s.Rule, s.Price, s.Verdict)
		}
	}
	if rate == nil || !rate.Equal(price("175")) {
		t.Errorf("the night costs %v", rate)
	}
}
