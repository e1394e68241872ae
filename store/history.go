package store

// History returns the entries that touched a record, newest first. Each after-image
// names the entry before it, so only those entries are read; the whole journal is searched only for a record
// that is gone.
func (s *Store) History(r Reader, id ID) ([]*Entry, error) {
	coll := s.schema.byPrefix[id.Prefix()]
	if coll == nil {
		return nil, nil
	}
	seq, err := lastWriter(r, coll.Name(), id)
	if err != nil {
		return nil, err
	}
	if seq == 0 {
		if seq, err = lastNamedBy(r, id, 0); err != nil {
			return nil, err
		}
	}
	var out []*Entry
	for seq != 0 {
		e, err := ReadEntry(r, seq)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
		seq = 0
		for _, h := range e.Leaf.Parts {
			if h.ID == id && h.Collection == coll.Name() && h.Kind != PartCost {
				seq = h.Prev
			}
		}
	}
	return out, nil
}
