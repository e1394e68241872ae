package billing

import (
	"cmp"
	"slices"
	"time"

	"callout/calendar"
	"callout/money"
	"callout/store"
)

// timePart is a part of one entry that is charged by itself.
type timePart struct {
	name   string // of the part; "" where it is all of the entry
	label  string // for people: what it stands under
	worked time.Duration
	pieces []Segment
	under  *stacked // the surcharges; nil where it is not billed by itself
	// covered says why it is not billed by itself.
	covered string
	qty     money.Quantity // hours, as billed
	counted string         // how the hours were found, in words
}

// step tells how the hours of a part were found.
func (p *timePart) step() PriceStep {
	return PriceStep{Level: "time", Rule: p.counted, Verdict: verdictWon}
}

// partIncluded is the part of an entry that the call-out charge includes, partTour that
// which the jobs of a tour share.
const (
	partIncluded = "included"
	partTour     = "tour"
)

// place is where the order's work was done, as windows are read there.
func (s *Snapshot) place() Place {
	return Place{Zone: s.Zone, Opening: s.Opening, Holidays: s.Holidays.Closed()}
}

// split cuts the order's time by the surcharges of the rules. Everything that was not
// rejected counts towards thresholds, so that an entry comes to the same before and after
// it is approved; extra is one that counts although it was.
func (s *Snapshot) split(extra *TimeEntry) map[store.ID][]Segment {
	work := slices.Grow(slices.Clone(s.elsewhere), len(s.Times)+1)
	add := func(e *TimeEntry) {
		work = append(work, Worked{ID: e.ID, Person: e.Person, Kind: e.Kind, From: e.From, To: e.To})
	}
	for i := range s.Times {
		if e := &s.Times[i]; !e.To.IsZero() && e.Status != TimeRejected && (extra == nil || e.ID != extra.ID) {
			add(e)
		}
	}
	if extra != nil && !extra.To.IsZero() {
		add(extra)
	}
	out := make(map[store.ID][]Segment, len(work))
	if s.Rules.none() { // nothing to cut: each entry is one piece
		for _, w := range work {
			if !w.Elsewhere {
				out[w.ID] = []Segment{{Entry: w.ID, Interval: calendar.NewInterval(w.From, w.To), Date: calendar.DateOf(w.From, s.Zone)}}
			}
		}
		return out
	}
	all := s.Rules.Split(work, s.place())
	for i := 0; i < len(all); { // the pieces of an entry follow one another
		end := i + 1
		for end < len(all) && all[end].Entry == all[i].Entry {
			end++
		}
		out[all[i].Entry] = all[i:end:end]
		i = end
	}
	return out
}

// divide computes what the order's approved time comes to in hours, part by part. Extra is an
// entry that nobody has approved yet and that is looked at as if somebody had.
func (s *Snapshot) divide(extra *TimeEntry) map[store.ID][]timePart {
	var entries []*TimeEntry
	for i := range s.Times {
		if e := &s.Times[i]; e.Status == TimeApproved && (extra == nil || e.ID != extra.ID) {
			entries = append(entries, e)
		}
	}
	if extra != nil {
		entries = append(entries, extra)
	}
	slices.SortFunc(entries, func(a, b *TimeEntry) int { return cmp.Compare(a.ID, b.ID) })
	pieces := s.split(extra)
	included := s.include(entries, pieces)
	all := make(map[store.ID][]timePart, len(entries))
	for _, e := range entries {
		all[e.ID] = s.partsOf(e, pieces[e.ID], included)
	}
	s.round(entries, all)
	return all
}

// partsOf gathers the pieces of an entry by what they stand under.
func (s *Snapshot) partsOf(e *TimeEntry, pieces []Segment, included map[pieceKey]bool) []timePart {
	covered := s.travelCovered(e)
	parts := make([]timePart, 0, min(len(pieces), 2)) // few stand under more
	for n, p := range pieces {
		under := s.stack(p.surcharges)
		part := timePart{name: under.name, label: under.label, under: under}
		switch {
		case covered != "":
			part = timePart{name: PartRegular, covered: covered}
		case included[pieceKey{e.ID, p.Start}]:
			part = timePart{name: partIncluded, label: words(partIncluded), covered: "included in the call-out charge"}
		}
		i := slices.IndexFunc(parts, func(o timePart) bool { return o.name == part.name })
		if i < 0 {
			i = len(parts)
			parts = append(parts, part)
		}
		parts[i].worked += p.Duration()
		if parts[i].pieces == nil {
			parts[i].pieces = pieces[n : n+1 : n+1]
		} else {
			parts[i].pieces = append(parts[i].pieces, p)
		}
	}
	if len(parts) == 0 { // it runs, or took no time at all
		parts = []timePart{{covered: covered}}
	}
	slices.SortFunc(parts, func(a, b timePart) int { return comparePart(a.name, b.name) })
	if len(parts) == 1 {
		parts[0].name = ""
	}
	return parts
}

// scope is what is rounded as one.
type scope struct {
	kind   TimeKind
	what   store.ID      // the entry or visit
	day    calendar.Date // or the day
	person store.ID
}

// scopeOf says with what an entry is rounded.
func (s *Snapshot) scopeOf(e *TimeEntry, rule TimeRounding) scope {
	k := scope{kind: e.Kind, what: e.ID}
	switch rule.Scope {
	case RoundVisit:
		if v := s.visitOf(e); v != nil {
			k.what = v.ID
			break
		}
		fallthrough
	case RoundDay:
		k.what, k.day = "", s.dateAt(e.From)
	}
	if rule.shared() && rule.Per != PerCrew {
		k.person = e.Person
	}
	return k
}

// share is a part of an entry in a scope.
type share struct {
	entry *TimeEntry
	part  *timePart
}

// scoped is what lies in a scope.
type scoped struct {
	kind   TimeKind
	shares []share
}

// round gives the parts their hours: what each scope comes to as a whole, shared among the
// parts in it in proportion to what was worked on them. What is billed of a scope already stays
// what it is, and only the difference goes to the rest.
func (s *Snapshot) round(entries []*TimeEntry, all map[store.ID][]timePart) {
	at := make(map[scope]int, len(entries)) // where each scope stands among all
	scopes := make([]scoped, 0, len(entries))
	for _, e := range entries {
		k, parts := s.scopeOf(e, s.rounding(e.Kind)), all[e.ID]
		for i := range parts {
			part := &parts[i]
			if part.covered != "" {
				part.qty = money.HoursOf(part.worked, hourDecimals, s.Rules.Rounding)
				part.counted = calendar.FormatDuration(part.worked) + " worked: " + part.covered
				continue
			}
			n, known := at[k]
			if !known {
				n = len(scopes)
				at[k], scopes = n, append(scopes, scoped{kind: k.kind})
			}
			scopes[n].shares = append(scopes[n].shares, share{e, part})
		}
	}
	words := map[TimeKind]string{}
	for _, kind := range []TimeKind{Labour, Travel} {
		rule := s.rounding(kind)
		words[kind] = rule.String()
	}
	for _, x := range scopes {
		s.roundScope(s.rounding(x.kind), words[x.kind], x.shares)
	}
}

// rounding is the rule for a kind of time.
func (s *Snapshot) rounding(kind TimeKind) TimeRounding {
	if kind == Travel {
		return s.Rules.Travel
	}
	return s.Rules.Labour
}

// roundScope rounds one scope by a rule, which how says in words.
func (s *Snapshot) roundScope(rule TimeRounding, how string, shares []share) {
	var total time.Duration
	var fixed money.Quantity
	var open []share
	var weights []time.Duration
	seen := map[store.ID]bool{}
	calledOut := true
	for _, x := range shares {
		total += x.part.worked
		calledOut = calledOut && s.suppressed(x.entry)
		if !s.begun(x.entry.ID) {
			open, weights = append(open, x), append(weights, x.part.worked)
			continue
		}
		if seen[x.entry.ID] {
			continue
		}
		seen[x.entry.ID] = true
		for _, c := range s.Charges[x.entry.ID] {
			if c.Covered == "" {
				fixed = fixed.Add(c.Qty)
			}
		}
	}
	if calledOut && rule.Minimum > 0 {
		rule.Minimum = 0
		how += "; the call-out charge stands in for the minimum"
	}
	hours := rule.Hours(total, s.Rules.Rounding)
	rest := hours.Sub(fixed)
	if rest.Sign() < 0 {
		rest = money.Quantity{}
	}
	text := calendar.FormatDuration(total) + " worked"
	if len(shares) > 1 {
		text += " in all"
	}
	text += " is " + hours.String() + " h: " + how
	if !fixed.IsZero() {
		text += "; " + fixed.String() + " h of it are billed already"
	}
	for i, q := range shareHours(rest, weights) {
		part := open[i].part
		part.qty, part.counted = q, text
		if len(shares) > 1 {
			part.counted += "; " + q.String() + " h for " + calendar.FormatDuration(part.worked)
		}
	}
}
