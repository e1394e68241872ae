package approval

import (
	"fmt"
	"slices"

	"callout/store"
)

// Collections lists what this room keeps.
func Collections() []store.AnyCollection { return []store.AnyCollection{Requests} }

// Commands lists what can be done in this room. Deciding a request is a command of the
// room that owns its subject.
func Commands() []func() store.Command {
	return []func() store.Command{func() store.Command { return &SetPolicy{} }}
}

// Audits looks for decisions that could not have been made.
func Audits() []store.Audit {
	return []store.Audit{{Name: "approvals", Run: func(r store.Reader, report func(store.ID, string)) error {
		for q, err := range Requests.All(r) {
			if err != nil {
				return err
			}
			if why := q.broken(); why != "" {
				report(q.ID, why)
			}
		}
		return nil
	}}}
}

// broken says which promise a request breaks, or "".
func (q *Request) broken() string {
	d := q.Decision
	switch {
	case !slices.Contains(States(), q.State):
		return fmt.Sprintf("is in no known state (%q)", q.State)
	case q.Hash == "" || q.Subject == "" || len(q.Makers) == 0 && q.AskedBy != "":
		return "does not say what it is about and who made that"
	case d == nil && (q.State == Approved || q.State == Rejected):
		return fmt.Sprintf("is %s and nobody decided so", q.State)
	case d != nil && q.State == Pending:
		return "is pending and decided"
	case d != nil && d.Self != slices.Contains(q.Makers, d.By):
		return "does not say truly whether its maker decided"
	case q.State == Approved && !(Policy{Mode: d.Mode}).Allows(q.Makers, d.By):
		return "was approved by its maker under the four-eyes policy"
	}
	return ""
}
