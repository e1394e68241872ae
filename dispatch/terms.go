package dispatch

import (
	"slices"
	"strings"

	"callout/internal/fault"
	"callout/store"
	"callout/work"
)

// VisitTerms are what a customer or a site asks of those who come. What a site asks for
// adds to what its customer does.
type VisitTerms struct {
	store.Record
	Subject   store.ID   `json:"subject"`             // a customer or a site
	Territory store.ID   `json:"territory,omitempty"` // of a site
	Preferred []store.ID `json:"preferred,omitempty"` // liked best; a wish that refuses nothing
	Required  []store.ID `json:"required,omitempty"`  // one of them has to come
	Barred    []store.ID `json:"barred,omitempty"`    // not to be sent
}

// VisitTermsOf holds the terms, one record for each customer or site that has any.
var VisitTermsOf = store.Define(store.Def[VisitTerms, VisitTerms]{
	Name: "visit_terms", Prefix: "vterm", Title: "terms of visits",
	Row: func(v *VisitTerms) VisitTerms { return *v },
	Indexes: []store.Index[VisitTerms]{
		{
			Name: "subject", Unique: true,
			Keys:  func(v *VisitTerms) []store.Key { return []store.Key{store.K(v.Subject)} },
			Clash: func(*VisitTerms) string { return "the terms of visits are there already" },
		},
		{Name: "territory", Keys: func(v *VisitTerms) []store.Key {
			if v.Territory == "" {
				return nil
			}
			return []store.Key{store.K(v.Territory, v.Subject)}
		}},
	},
})

// TermsOf returns the terms of a customer or site; empty ones where there are none.
func TermsOf(r store.Reader, subject store.ID) (*VisitTerms, error) {
	for v, err := range VisitTermsOf.By(r, "subject", store.K(subject)) {
		return v, err
	}
	return &VisitTerms{Subject: subject}, nil
}

// changeTerms edits the terms of a customer or site, which are made with the first edit.
func changeTerms(tx *store.Tx, subject store.ID, edit func(*VisitTerms)) error {
	v, err := TermsOf(tx, subject)
	if err != nil {
		return err
	}
	if v.ID == "" {
		v.ID = VisitTermsOf.NewID(tx, string(subject))
	}
	edit(v)
	return VisitTermsOf.Put(tx, v)
}

// SetTerms says whom a customer or a site prefers, insists on or does not want. A nil
// list stays as it is, and an empty one clears.
type SetTerms struct {
	Subject   store.ID    `json:"subject"`
	Preferred *[]store.ID `json:"preferred,omitempty"`
	Required  *[]store.ID `json:"required,omitempty"`
	Barred    *[]store.ID `json:"barred,omitempty"`
}

// Name implements store.Command.
func (c *SetTerms) Name() string { return "visit_terms.set.v1" }

// Undoable implements store.Undoable.
func (c *SetTerms) Undoable() {}

// Do implements store.Command.
func (c *SetTerms) Do(tx *store.Tx) error {
	var err error
	if c.Subject.Prefix() == work.Sites.Prefix() {
		_, err = work.Sites.Get(tx, c.Subject)
	} else {
		_, err = work.Customers.Get(tx, c.Subject)
	}
	if err != nil {
		return err
	}
	v, err := TermsOf(tx, c.Subject)
	if err != nil {
		return err
	}
	for _, l := range []struct{ to, from *[]store.ID }{{&v.Preferred, c.Preferred}, {&v.Required, c.Required}, {&v.Barred, c.Barred}} {
		if l.from == nil {
			continue
		}
		if err := team(tx, *l.from); err != nil {
			return err
		}
		*l.to = *l.from
	}
	for _, id := range v.Barred {
		if slices.Contains(v.Preferred, id) || slices.Contains(v.Required, id) {
			t, err := Technicians.Get(tx, id)
			if err != nil {
				return err
			}
			return fault.Invalidf("bar", "%s cannot be wanted and barred at once", t.Name).With("visit_terms.both")
		}
	}
	tx.Returns(c.Subject, "")
	return changeTerms(tx, c.Subject, func(to *VisitTerms) {
		to.Preferred, to.Required, to.Barred = v.Preferred, v.Required, v.Barred
	})
}

// terms are what counts at a site, with the names that messages need.
type terms struct {
	territory *Territory
	asked     []asked
}

// asked is one wish of somebody's.
type asked struct {
	by    string // the customer's or the site's name
	code  Code
	who   []store.ID
	names []string
}

// termsAt reads the terms of a site and of its customer.
func termsAt(r store.Reader, site *work.Site) (terms, error) {
	var out terms
	customer, err := work.Customers.Get(r, site.Customer)
	if err != nil {
		return out, err
	}
	for _, of := range []struct {
		id   store.ID
		name string
	}{{customer.ID, customer.Name}, {site.ID, site.Name}} {
		v, err := TermsOf(r, of.id)
		if err != nil {
			return out, err
		}
		if v.Territory != "" {
			if out.territory, err = Territories.Get(r, v.Territory); err != nil {
				return out, err
			}
		}
		for _, w := range []asked{
			{by: of.name, code: Barred, who: v.Barred}, {by: of.name, code: Required, who: v.Required},
			{by: of.name, code: NotPreferred, who: v.Preferred},
		} {
			for _, id := range w.who {
				t, err := Technicians.Get(r, id)
				if err != nil {
					return out, err
				}
				w.names = append(w.names, t.Name)
			}
			if len(w.who) > 0 {
				out.asked = append(out.asked, w)
			}
		}
	}
	return out, nil
}

// wishes compares a team with what is asked for. Nobody is missing from a team that is
// not there yet.
func (t terms) wishes(team []member) []Conflict {
	var out []Conflict
	if len(team) == 0 {
		return nil
	}
	for _, w := range t.asked {
		comes := slices.DeleteFunc(slices.Clone(team), func(m member) bool { return !slices.Contains(w.who, m.ID) })
		switch {
		case w.code == Barred:
			for _, m := range comes {
				out = append(out, Conflict{Code: Barred, Technician: m.ID, Detail: m.Name + ": not wanted by " + w.by})
			}
		case len(comes) > 0:
		case w.code == Required:
			out = append(out, Conflict{Code: Required, Detail: w.by + " insists on " + strings.Join(w.names, " or ")})
		default:
			out = append(out, Conflict{Code: NotPreferred, Note: true, Detail: w.by + " prefers " + strings.Join(w.names, " or ")})
		}
	}
	return out
}
