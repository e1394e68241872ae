package billing

import (
	"slices"

	"callout/calendar"
	"callout/internal/fault"
	"callout/store"
)

// checkContracts holds that no two contracts of a customer agree the same at the same level for
// the same site on one day, and that no two bring billing rules.
func checkContracts(tx *store.Tx) error {
	changed, err := Contracts.Changed(tx)
	if err != nil {
		return err
	}
	for _, ch := range changed {
		if ch.After == nil {
			continue
		}
		for other, err := range Contracts.By(tx, "customer", store.K(ch.After.Customer)) {
			if err != nil {
				return err
			}
			if other.ID == ch.ID || !meet(&other.Terms, &ch.After.Terms) {
				continue
			}
			if err := compatible(tx, ch.After, other); err != nil {
				return err
			}
		}
	}
	return nil
}

// auditContracts looks for contracts that agree the same at once.
func auditContracts(r store.Reader, report func(store.ID, string)) error {
	for c, err := range Contracts.All(r) {
		if err != nil {
			return err
		}
		for other, err := range Contracts.By(r, "customer", store.K(c.Customer)) {
			if err != nil {
				return err
			}
			if other.ID <= c.ID || !meet(&c.Terms, &other.Terms) {
				continue
			}
			err := compatible(r, c, other)
			if fault.CodeOf(err) == "contract.overlap" {
				report(c.ID, err.Error())
			} else if err != nil {
				return err
			}
		}
	}
	return nil
}

// meet reports whether there is a site and a day on which both terms count.
func meet(a, b *ContractTerms) bool {
	if !a.Valid.Overlaps(b.Valid) {
		return false
	}
	return len(a.Sites) == 0 || slices.ContainsFunc(a.Sites, b.Covers)
}

// together reports whether there is a day on which all of them hold. Of ranges on one line, it is enough
// that each two have one in common.
func together(vs ...calendar.Validity) bool {
	for i, v := range vs {
		for _, o := range vs[i+1:] {
			if !v.Overlaps(o) {
				return false
			}
		}
	}
	return true
}

// compatible refuses two contracts that meet and agree the same.
func compatible(r store.Reader, a, b *Contract) error {
	if a.Terms.Rules.ID != "" && b.Terms.Rules.ID != "" {
		return fault.Conflictf("%s and %s would both bring billing rules", a.Name, b.Name).With("contract.overlap").
			Hint("callout contract edit %q --shop-rules", a.Name)
	}
	mine, err := ClausesOf(r, a.ID)
	if err != nil {
		return err
	}
	theirs, err := ClausesOf(r, b.ID)
	if err != nil {
		return err
	}
	type slot struct {
		key     string
		site    store.ID
		formula bool
	}
	taken := map[slot][]ClauseRow{}
	for _, c := range theirs {
		at := slot{foldKey(c.Key), c.Site, c.Formula != nil}
		taken[at] = append(taken[at], c)
	}
	for _, c := range mine {
		for _, o := range taken[slot{foldKey(c.Key), c.Site, c.Formula != nil}] {
			if together(c.Valid, o.Valid, a.Terms.Valid, b.Terms.Valid) {
				return fault.Conflictf("%s would be agreed twice at once: by %s (%s) and by %s (%s)", c.Key, a.Name, c.ID, b.Name, o.ID).
					With("contract.overlap").
					Hint("callout contract drop %q %s", b.Name, c.Key).Hint("callout contract end %q --on …", b.Name)
			}
		}
	}
	return nil
}
