package dispatch

import (
	"iter"

	"callout/calendar"
	"callout/money"
	"callout/party"
	"callout/store"
)

// Technician is somebody who can be sent.
type Technician struct {
	store.Record
	Name    string         `json:"name"`
	Person  store.ID       `json:"person"` // the same human as an actor: nobody approves their own time
	Branch  store.ID       `json:"branch,omitempty"`
	Zone    string         `json:"zone"`
	Skills  []Skill        `json:"skills,omitempty"`
	Shift   calendar.Hours `json:"shift,omitzero"` // weekly, in the zone's local time; empty means any time
	HomeLat string         `json:"home_lat,omitempty"`
	HomeLon string         `json:"home_lon,omitempty"`
	Role    string         `json:"role,omitempty"` // rate role, e.g. "fitter"; prices may depend on it
	// Pace is how long they take alone, in percent of what work is estimated to take; 0 is 100.
	Pace int `json:"pace_percent,omitempty"`
	// MaxTravel bounds their minutes on the road of a day; 0 is no bound.
	MaxTravel int            `json:"max_travel_minutes,omitempty"`
	Inactive  bool           `json:"inactive,omitempty"`
	FirstDay  calendar.Date  `json:"first_day,omitzero"` // of employment, by the clock of the zone; unknown is since ever
	LastDay   calendar.Date  `json:"last_day,omitzero"`  // which is worked; unknown is until further notice
	Imported  string         `json:"imported,omitempty"`
	Cost      TechnicianCost `json:"cost,omitzero"`
}

// TechnicianCost is what the shop pays.
type TechnicianCost struct {
	// Rate is per hour worked. Unknown is not zero.
	Rate *money.Price `json:"rate,omitempty"`
	// Rates go before Rate from their dates on, in their order.
	Rates []DatedRate `json:"rates,omitempty"`
}

// TakeCost implements store.Costed.
func (t *Technician) TakeCost() any {
	c := t.Cost
	t.Cost = TechnicianCost{}
	if c.Rate == nil && len(c.Rates) == 0 {
		return nil
	}
	return c
}

// TechnicianRow is what a list of technicians shows.
type TechnicianRow struct {
	ID       store.ID `json:"id"`
	Name     string   `json:"name"`
	Branch   store.ID `json:"branch,omitempty"`
	Zone     string   `json:"zone"`
	Skills   []Skill  `json:"skills,omitempty"`
	Shift    string   `json:"shift,omitempty"`
	Role     string   `json:"role,omitempty"`
	Inactive bool     `json:"inactive,omitempty"`
}

// Technicians holds the technicians, by unique name and by the person they are.
var Technicians = store.Define(store.Def[Technician, TechnicianRow]{
	Name: "technician", Prefix: "tech", Title: "technician", Lookup: "name", Fold: party.Fold,
	Row: func(t *Technician) TechnicianRow {
		return TechnicianRow{t.ID, t.Name, t.Branch, t.Zone, t.Skills, t.Shift.String(), t.Role, t.Inactive}
	},
	Indexes: []store.Index[Technician]{
		{
			Name: "name", Unique: true,
			Keys:  func(t *Technician) []store.Key { return []store.Key{store.K(party.Fold(t.Name))} },
			Clash: func(t *Technician) string { return "there is already a technician " + t.Name },
		},
		{
			Name: "person", Unique: true,
			Keys:  func(t *Technician) []store.Key { return []store.Key{store.K(t.Person)} },
			Clash: func(t *Technician) string { return "the person of " + t.Name + " is a technician already" },
		},
	},
})

// ListTechnicians yields the technicians by name; the inactive ones only if all is set.
func ListTechnicians(r store.Reader, all bool) iter.Seq2[TechnicianRow, error] {
	return func(yield func(TechnicianRow, error) bool) {
		for row, err := range Technicians.Rows(r, "name", store.Range{}) {
			if err == nil && row.Inactive && !all {
				continue
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// TechnicianOf returns the technician that a person is, or nil.
func TechnicianOf(r store.Reader, person store.ID) (*Technician, error) {
	for t, err := range Technicians.By(r, "person", store.K(person)) {
		return t, err
	}
	return nil, nil
}
