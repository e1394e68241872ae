package shop

import (
	"bytes"
	"encoding/json"
	"strings"

	"callout/dispatch"
	"callout/internal/fault"
	"callout/party"
	"callout/store"
	"callout/work"
)

// Sight is what somebody may see of a shop: a reader that has no more than that in it. Everything that is
// read for a login is read through one, so that no answer can forget to ask.
type Sight struct {
	r    store.Reader
	full bool
	mine *mine
}

// See returns what a person with these roles may see. Whoever has a role other than that of a technician
// sees everything; a technician their own work, and no costs and prices; whoever has no role nothing.
func See(r store.Reader, person store.ID, roles []party.Role) *Sight {
	p := party.Person{Roles: roles}
	s := &Sight{r: r, full: p.SeesEverything()}
	if !s.full {
		s.mine = &mine{r: r, person: person, worker: p.Has(party.Worker)}
	}
	return s
}

// Full reports whether nothing is left out.
func (s *Sight) Full() bool { return s.full }

// lookThrough is how many records are looked at for somebody who sees a part of them, in one scan.
const lookThrough = 50000

// Get implements store.Reader.
func (s *Sight) Get(space string, key []byte) ([]byte, error) {
	value, err := s.r.Get(space, key)
	if err != nil || value == nil || s.full {
		return value, err
	}
	if coll, ok := strings.CutPrefix(space, "r/"); ok {
		return s.opened(coll, space, key, value)
	}
	switch space {
	case "m":
		return value, nil
	case "h": // a number is known to whoever sees what has it
		ok, err := s.Visible(store.ID(value))
		if err != nil || !ok {
			return nil, err
		}
		return value, nil
	}
	return nil, nil
}

// Scan implements store.Reader.
func (s *Sight) Scan(space string, rng store.Range, yield func(key, value []byte) bool) error {
	if s.full {
		return s.r.Scan(space, rng, yield)
	}
	kind, name, ok := strings.Cut(space, "/")
	if !ok {
		return nil
	}
	coll, _, _ := strings.Cut(name, ".")
	if sights()[coll].see == nil {
		return nil
	}
	var bad error
	looked := 0
	err := s.r.Scan(space, rng, func(key, value []byte) bool {
		if looked++; looked > lookThrough {
			bad = fault.Refusedf("there is too much to look through for what is yours").With("sight.wide").Hint("name an index and a key")
			return false
		}
		var shown []byte
		if kind == "r" {
			shown, bad = s.opened(coll, space, key, value)
		} else {
			shown, bad = s.row(coll, key, value)
		}
		return bad == nil && (shown == nil || yield(key, shown))
	})
	if bad != nil {
		return bad
	}
	return err
}

// opened is a record's envelope with what may be seen, or nil.
func (s *Sight) opened(coll, space string, key, env []byte) ([]byte, error) {
	return store.Opened(space, key, env, func(doc []byte) ([]byte, error) { return s.Show(coll, doc) })
}

// row is a list's row with what may be seen, or nil.
func (s *Sight) row(coll string, key, value []byte) ([]byte, error) {
	v := sights()[coll]
	n := len(v.prefix) + 1 + 26
	if len(key) < n {
		return nil, nil
	}
	ok, err := s.Visible(store.ID(key[len(key)-n:]))
	switch {
	case err != nil || !ok:
		return nil, err
	case len(value) == 0:
		return []byte{}, nil
	}
	return only(value, v.fields)
}

// Visible reports whether a record may be seen at all.
func (s *Sight) Visible(id store.ID) (bool, error) {
	if s.full {
		return true, nil
	}
	coll := collectionOf(id.Prefix())
	if coll == "" {
		return false, nil
	}
	env, err := s.Get("r/"+coll, []byte(id))
	return env != nil, err
}

// Show returns what may be seen of a record's JSON, or nil.
func (s *Sight) Show(coll string, doc []byte) ([]byte, error) {
	if s.full || doc == nil {
		return doc, nil
	}
	v := sights()[coll]
	if v.see == nil {
		return nil, nil
	}
	var f facts
	if err := json.Unmarshal(doc, &f); err != nil {
		return nil, fault.Internalf("a stored %s cannot be read", coll).Because(err)
	}
	how, err := v.see(s.mine, &f)
	if err != nil || how == hidden {
		return nil, err
	}
	fields := v.fields
	if how == named {
		fields = "name"
	}
	return only(doc, fields)
}

// only keeps some fields of a JSON object, in the order in which they stand. "*" keeps all but costs and secrets.
func only(doc []byte, fields string) ([]byte, error) {
	keep := map[string]bool{"id": true}
	for f := range strings.FieldsSeq(fields) {
		keep[f] = true
	}
	d := json.NewDecoder(bytes.NewReader(doc))
	if _, err := d.Token(); err != nil {
		return nil, fault.Internalf("a stored document cannot be read").Because(err)
	}
	out := []byte{'{'}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, fault.Internalf("a stored document cannot be read").Because(err)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, fault.Internalf("a stored document cannot be read").Because(err)
		}
		word, _ := name.(string)
		if !keep[word] && !keep["*"] || word == "cost" || word == "secret_sha256" {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		quoted, err := json.Marshal(word)
		if err != nil {
			return nil, err
		}
		out = append(append(append(out, quoted...), ':'), value...)
	}
	return append(out, '}'), nil
}

// mine is what belongs to a technician: found when it is first asked for.
type mine struct {
	r      store.Reader
	person store.ID
	worker bool // has the role at all

	found      bool
	technician store.ID
	visits     map[store.ID]bool
	orders     map[store.ID]bool
	customers  map[store.ID]bool
	sites      map[store.ID]bool
	assets     map[store.ID]bool
}

// find reads which work is the technician's: the visits that they are assigned to, and what these are for.
func (m *mine) find() error {
	if m.found {
		return nil
	}
	m.found = true
	m.visits, m.orders = map[store.ID]bool{}, map[store.ID]bool{}
	m.customers, m.sites, m.assets = map[store.ID]bool{}, map[store.ID]bool{}, map[store.ID]bool{}
	if !m.worker {
		return nil
	}
	for id, err := range dispatch.Technicians.IDs(m.r, "person", store.K(m.person)) {
		if err != nil {
			return err
		}
		m.technician = id
	}
	if m.technician == "" {
		return nil
	}
	for row, err := range dispatch.Appointments.Rows(m.r, "technician", store.Prefix(store.K(m.technician))) {
		if err != nil {
			return err
		}
		m.visits[row.ID], m.orders[row.Order] = true, true
	}
	for id := range m.orders {
		o, ok, err := work.WorkOrders.Try(m.r, id)
		if err != nil {
			return err
		}
		if ok {
			m.customers[o.Customer], m.sites[o.Site], m.assets[o.Asset] = true, true, true
		}
	}
	return nil
}
