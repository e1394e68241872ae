package intake

// kind is one kind of record that files can bring: which fields a mapping may give it and
// what command a row becomes.
type kind struct {
	name    string
	fields  []field
	creates []string // what a mapping may have made when it is missing
	items   bool     // whether rows bring line items
	command func(c *cells, from Origin) rowCommand
	empty   func() rowCommand
}

// field is one field of a kind.
type field struct {
	name     string
	form     form
	required bool // a mapping cannot do without it, and no row can leave it empty
}

// Kinds lists the words for what can be brought in.
func Kinds() []string {
	var out []string
	for _, k := range kinds() {
		out = append(out, k.name)
	}
	return out
}

func kinds() []*kind {
	return []*kind{orders(), customers(), sites(), assets(), technicians(), parts(), prices()}
}

func kindOf(name string) *kind {
	for _, k := range kinds() {
		if k.name == name {
			return k
		}
	}
	return nil
}

// Fields lists the names of the fields that a kind has, for documentation and tests.
func Fields(kind string) []string {
	k := kindOf(kind)
	if k == nil {
		return nil
	}
	var out []string
	for _, f := range k.fields {
		out = append(out, f.name)
	}
	return out
}

// texts declares fields that hold text and may be empty.
func texts(names ...string) []field {
	var out []field
	for _, n := range names {
		out = append(out, field{name: n})
	}
	return out
}
