package shop

// SightPrefixes is the table of what technicians see, for tests: collections with their ids' prefixes.
func SightPrefixes() map[string]string {
	out := map[string]string{}
	for coll, v := range sights() {
		out[coll] = v.prefix
	}
	return out
}
