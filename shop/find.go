package shop

import (
	"callout/dispatch"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/work"
)

// Find turns whatever names a thing into its id: a human number, an id, or a name that is
// unique among customers, technicians, branches and people together.
func Find(r store.Reader, ref string) (store.ID, error) {
	id, err := store.Resolve(r, ref)
	if err != nil || id != "" {
		return id, err
	}
	var found []store.ID
	var titles []string
	for _, look := range []struct {
		title string
		find  func(store.Reader, string) (store.ID, error)
	}{
		{"customer", work.Customers.FindID},
		{"technician", dispatch.Technicians.FindID},
		{"branch", party.Branches.FindID},
		{"person", party.People.FindID},
	} {
		id, err := look.find(r, ref)
		switch {
		case err == nil:
			found, titles = append(found, id), append(titles, look.title)
		case !fault.Is(err, fault.NotFound):
			return "", err
		}
	}
	switch len(found) {
	case 0:
		return "", fault.NotFoundf("nothing is called %q", ref).Hint("callout log   (lists every entry with what it was about)")
	case 1:
		return found[0], nil
	}
	return "", fault.Conflictf("%q is the name of a %s and of a %s", ref, titles[0], titles[1]).
		With("name.ambiguous").Hint("callout log %s", found[0]).Hint("callout log %s", found[1])
}
