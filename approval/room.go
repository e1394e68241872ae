package approval

import (
	"fmt"
	"slices"

	"callout/store"
)

// Collections lists what this room keeps.
func Collections() []store.AnyCollection {
	return []store.AnyCollection{Requests, Contents, Delegations, Exceptions}
}

// Commands lists what can be done in this room. Deciding a request is a command of the
// room that owns its subject.
func Commands() []func() store.Command {
	return []func() store.Command{
		func() store.Command { return &SetPolicy{} },
		func() store.Command { return &AddStep{} },
		func() store.Command { return &Renew{} },
		func() store.Command { return &Delegate{} },
		func() store.Command { return &RevokeDelegation{} },
		func() store.Command { return &GrantException{} },
		func() store.Command { return &RefuseException{} },
	}
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
			if err := auditContent(r, q, report); err != nil {
				return err
			}
		}
		return nil
	}}}
}

// auditContent holds what is kept of a subject against the hash that people decided on.
func auditContent(r store.Reader, q *Request, report func(store.ID, string)) error {
	kept, err := ContentOf(r, q.Hash)
	if err != nil || kept == nil {
		return err
	}
	if hash, err := Hash(kept); err != nil || hash != q.Hash {
		report(q.ID, "the content that is kept of it is not what was decided on")
	}
	return nil
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
	}
	var spent []store.ID
	for _, d := range q.Decisions() {
		if d.Self != slices.Contains(q.Makers, d.By) {
			return "does not say truly whether its maker decided"
		}
	}
	for _, d := range q.yes() {
		if !(Policy{Mode: d.Mode}).Allows(q.Makers, d.By) || d.For != "" && !(Policy{Mode: d.Mode}).Allows(q.Makers, d.For) {
			return "was approved by its maker under the four-eyes policy"
		}
		for _, id := range people([]store.ID{d.By, d.For}) {
			if slices.Contains(spent, id) {
				return "was approved twice by one person"
			}
			spent = append(spent, id)
		}
	}
	if given, needed := q.Progress(); q.State == Approved && given != needed {
		return fmt.Sprintf("is approved by %d people, and takes %d", given, needed)
	}
	if q.State == Approved {
		for _, s := range q.unmet(q.Decisions()) {
			return fmt.Sprintf("is approved, and its step %d is not met", s.N)
		}
	}
	return ""
}
