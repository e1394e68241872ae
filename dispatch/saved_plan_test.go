package dispatch_test

import (
	"encoding/json"
	"testing"

	"callout/dispatch"
	"callout/internal/fault"
)

// FuzzParseProposal reads anything as a saved plan: it is refused as no plan, or becomes a command that
// says the same when it is written and read once more.
func FuzzParseProposal(f *testing.F) {
	f.Add([]byte(`{"schema":"callout/v1","from":"2026-03-02T00:00:00Z","until":"2026-03-03T00:00:00Z","changes":[{"order":"wo_1","what":"placed",
"technicians":["tech_1"],"start":"2026-03-02T08:00:00Z","end":"2026-03-02T09:00:00Z"}],"kept":1,"read":{"tech_1":"00ff"}}`))
	f.Add([]byte(`{"schema":"callout/v1","read":{}}`))
	f.Add([]byte(`{"schema":"callout/v0","read":{}}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		p, err := dispatch.ParseProposal("plan.json", "callout/v1", doc)
		if err != nil {
			if fault.CodeOf(err) != "dispatch.file" || p != nil {
				t.Errorf("refused so: %v", err)
			}
			return
		}
		c := p.Command()
		if len(c.Bookings) != len(p.Changes) {
			t.Errorf("%d bookings of %d changes", len(c.Bookings), len(p.Changes))
		}
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var again dispatch.ApplyPlan
		if err := json.Unmarshal(text, &again); err != nil {
			t.Errorf("%v: %s", err, text)
		}
	})
}
