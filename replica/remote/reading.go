package remote

// Reading asks a server for parts of one snapshot of its store, as somebody sees it who keeps none themselves. The
// first request opens the snapshot; the others name it.
type Reading struct {
	Snapshot string        `json:"snapshot,omitempty"`
	Gets     []ReadingGet  `json:"gets,omitempty"`
	Scans    []ReadingScan `json:"scans,omitempty"`
	Close    bool          `json:"close,omitempty"` // the snapshot is not needed any more
}

// ReadingGet names one value.
type ReadingGet struct {
	Space string `json:"space"`
	Key   []byte `json:"key"`
}

// ReadingScan names a range of a space, of which the server gives as much as Limit says.
type ReadingScan struct {
	Space   string `json:"space"`
	Lo      []byte `json:"lo,omitempty"`
	Hi      []byte `json:"hi,omitempty"`
	Reverse bool   `json:"reverse,omitempty"`
	Limit   int    `json:"limit"`
}

// Reads is the answer to a Reading, in its order.
type Reads struct {
	Snapshot string     `json:"snapshot,omitempty"`
	Person   string     `json:"person"`           // the name of whoever asks
	Values   [][]byte   `json:"values,omitempty"` // null where there is none
	Ranges   []ReadPage `json:"ranges,omitempty"`
}

// ReadPage is a part of a range.
type ReadPage struct {
	Keys   [][]byte `json:"keys"`
	Values [][]byte `json:"values"`
	More   bool     `json:"more,omitempty"` // the range goes on
}
