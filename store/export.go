package store

import "callout/internal/fault"

// CollectionNames lists the collections of the schema, in its order.
func (s *Store) CollectionNames() []string {
	out := make([]string, len(s.schema.Collections))
	for i, c := range s.schema.Collections {
		out[i] = c.Name()
	}
	return out
}

// Documents calls fn with the JSON of each record of a collection whose id comes after the one
// given, in order of id, until fn returns false.
func (s *Store) Documents(r Reader, collection string, after ID, fn func(id ID, doc []byte) bool) error {
	if s.schema.byName[collection] == nil {
		return fault.NotFoundf("there is no collection %q", collection)
	}
	space := recordSpace(collection)
	rng := Range{}
	if after != "" {
		rng.Lo = append([]byte(after), 0)
	}
	var bad error
	err := r.Scan(space, rng, func(key, env []byte) bool {
		_, doc, err := unseal(space, key, env)
		if err != nil {
			bad = err
			return false
		}
		return fn(ID(key), doc)
	})
	if err != nil {
		return err
	}
	return bad
}
