package dispatch

import (
	"encoding/json"

	"callout/internal/fault"
)

// ParseProposal reads a proposal that was printed as JSON under the name of a schema. What is none, or of another
// schema, is refused as Invalid, with the name of its file.
func ParseProposal(file, schema string, doc []byte) (*Proposal, error) {
	var p struct {
		Schema string `json:"schema"`
		Proposal
	}
	err := json.Unmarshal(doc, &p)
	if err != nil || p.Schema != schema || p.Read == nil {
		return nil, fault.Invalidf("file", "%s is no plan", file).Because(err).With("dispatch.file").
			Hint("callout dispatch optimize --day tomorrow -o json > plan.json")
	}
	return &p.Proposal, nil
}
