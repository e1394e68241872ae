package billing

import "callout/money"

// ComposeInOrder composes an order's proposal from its picks in another order.
func ComposeInOrder(s *Snapshot, order func(n int) []int) (*Invoice, error) {
	inv := &Invoice{}
	picks, _, err := s.choose(inv)
	if err != nil {
		return nil, err
	}
	var shuffled []pick
	for _, i := range order(len(picks)) {
		shuffled = append(shuffled, picks[i])
	}
	return inv, s.compose(inv, shuffled)
}

// Trial composes what a proposal would be, and its gate.
func Trial(s *Snapshot) (Gate, *Invoice, error) {
	inv := &Invoice{}
	_, problems, err := s.trial(inv)
	if err != nil {
		return Gate{}, nil, err
	}
	return Evaluate(s, Subject{Invoice: inv, Problems: problems}), inv, nil
}

// Miscounted says how a document's figures fail to follow from its lines.
func Miscounted(inv *Invoice) string { return inv.miscounted(money.HalfAway) }

// HashOf is the hash over what a document declares.
func HashOf(inv *Invoice) string {
	h, err := inv.contentHash()
	if err != nil {
		panic(err)
	}
	return h
}

// Price computes every charge of a snapshot afresh and says how many have a price.
func Price(s *Snapshot) (n int) {
	s.reckoned = reckoned{} // what was kept the last time
	s.divided = s.divide(nil)
	for _, x := range s.sources() {
		for _, c := range s.charges(x) {
			if c.Price != nil {
				n++
			}
		}
	}
	return n
}
