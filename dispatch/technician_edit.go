package dispatch

import (
	"strconv"
	"strings"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"
)

// AddTechnician takes somebody on. The technician is linked to the person of the same
// name, who is made if nobody of that name is known: whoever acts under this name from
// now on is this technician, and so does not approve their own time.
type AddTechnician struct {
	Technician string       `json:"name"`
	Person     store.ID     `json:"person,omitempty"` // when the person acts under another name
	Branch     store.ID     `json:"branch,omitempty"`
	Zone       string       `json:"zone,omitempty"`   // the branch's or company's when empty
	Skills     string       `json:"skills,omitempty"` // "gas:2, hvac"
	Shift      string       `json:"shift,omitempty"`  // "Mon-Fri 08:00-17:00"
	HomeLat    string       `json:"home_lat,omitempty"`
	HomeLon    string       `json:"home_lon,omitempty"`
	Role       string       `json:"role,omitempty"`
	CostRate   *money.Price `json:"cost_rate,omitempty"` // per hour
	Pace       int          `json:"pace_percent,omitempty"`
	MaxTravel  int          `json:"max_travel_minutes,omitempty"`
	// FirstDay and LastDay bound the employment; either may be left out.
	FirstDay calendar.Date `json:"first_day,omitzero"`
	LastDay  calendar.Date `json:"last_day,omitzero"`
	Imported string        `json:"imported,omitempty"`
}

// Name implements store.Command.
func (c *AddTechnician) Name() string { return "technician.add.v1" }

// Undoable implements store.Undoable.
func (c *AddTechnician) Undoable() {}

// Do implements store.Command.
func (c *AddTechnician) Do(tx *store.Tx) error {
	company, err := party.TheCompany(tx)
	if err != nil {
		return err
	}
	t := &Technician{Person: c.Person, Zone: company.Zone, Imported: c.Imported}
	if c.Branch != "" {
		b, err := party.Branches.Get(tx, c.Branch)
		if err != nil {
			return err
		}
		t.Branch, t.Zone = b.ID, b.Zone
	}
	edit := EditTechnician{Skills: &c.Skills, Shift: &c.Shift, HomeLat: &c.HomeLat, HomeLon: &c.HomeLon, Role: &c.Role, CostRate: c.CostRate,
		Pace: &c.Pace, MaxTravel: &c.MaxTravel,
		FirstDay: &c.FirstDay, LastDay: &c.LastDay}
	if c.Zone != "" {
		edit.Zone = &c.Zone
	}
	if t.Name, err = party.ParseName("name", "technician", c.Technician); err != nil {
		return err
	}
	if err := edit.apply(t); err != nil {
		return err
	}
	if t.Person == "" {
		p, err := party.Know(tx, "name", t.Name, store.Asserted)
		if err != nil {
			return err
		}
		t.Person = p.ID
	} else if _, err := party.People.Get(tx, t.Person); err != nil {
		return err
	}
	t.ID = Technicians.NewID(tx, "")
	tx.Returns(t.ID, "")
	return Technicians.Put(tx, t)
}

// EditTechnician changes a technician. A nil field stays as it is, and an empty text clears
// what may be empty. A new name is the person's new name, too: under a name of its own
// the person could approve the technician's time. Visits that are planned already stay.
type EditTechnician struct {
	Technician store.ID     `json:"technician"`
	NewName    *string      `json:"name,omitempty"`
	Branch     *store.ID    `json:"branch,omitempty"`
	Zone       *string      `json:"zone,omitempty"`
	Skills     *string      `json:"skills,omitempty"`
	Shift      *string      `json:"shift,omitempty"`
	HomeLat    *string      `json:"home_lat,omitempty"`
	HomeLon    *string      `json:"home_lon,omitempty"`
	Role       *string      `json:"role,omitempty"`
	CostRate   *money.Price `json:"cost_rate,omitempty"`
	// CostFrom is the date, in the technician's zone, from which CostRate counts.
	CostFrom  calendar.Date `json:"cost_from,omitzero"`
	Pace      *int          `json:"pace_percent,omitempty"` // 0 and 100 are the usual one
	MaxTravel *int          `json:"max_travel_minutes,omitempty"`
	Inactive  *bool         `json:"inactive,omitempty"`
	// FirstDay and LastDay bound the employment; the zero day takes one back.
	FirstDay *calendar.Date `json:"first_day,omitempty"`
	LastDay  *calendar.Date `json:"last_day,omitempty"`
}

// Name implements store.Command.
func (c *EditTechnician) Name() string { return "technician.edit.v1" }

// Undoable implements store.Undoable.
func (c *EditTechnician) Undoable() {}

// Do implements store.Command.
func (c *EditTechnician) Do(tx *store.Tx) error {
	t, err := Technicians.Get(tx, c.Technician)
	if err != nil {
		return err
	}
	if c.NewName != nil {
		if t.Name, err = party.ParseName("name", "technician", *c.NewName); err != nil {
			return err
		}
		if err := party.Rename(tx, t.Person, t.Name); err != nil {
			return err
		}
	}
	if c.Branch != nil {
		if t.Branch = *c.Branch; t.Branch != "" {
			if _, err := party.Branches.Get(tx, t.Branch); err != nil {
				return err
			}
		}
	}
	if err := c.apply(t); err != nil {
		return err
	}
	if c.Inactive != nil && *c.Inactive && !t.Inactive {
		if err := nothingAhead(tx, t); err != nil {
			return err
		}
	}
	if c.Inactive != nil {
		t.Inactive = *c.Inactive
	}
	tx.Returns(t.ID, "")
	return Technicians.Put(tx, t)
}

// apply takes over the fields that adding and editing share.
func (c *EditTechnician) apply(t *Technician) (err error) {
	if c.Zone != nil {
		if _, err := calendar.LoadZone("tz", *c.Zone); err != nil {
			return err
		}
		t.Zone = *c.Zone
	}
	if c.Skills != nil {
		if t.Skills, err = ParseSkills("skill", *c.Skills); err != nil {
			return err
		}
	}
	if c.Shift != nil {
		t.Shift = calendar.Hours{}
		if *c.Shift != "" {
			if t.Shift, err = calendar.ParseHours("shift", *c.Shift); err != nil {
				return err
			}
		}
	}
	if c.HomeLat != nil {
		t.HomeLat = strings.TrimSpace(*c.HomeLat)
	}
	if c.HomeLon != nil {
		t.HomeLon = strings.TrimSpace(*c.HomeLon)
	}
	if err := checkHome(t); err != nil {
		return err
	}
	if c.Role != nil {
		t.Role = party.Fold(*c.Role)
	}
	if c.Pace != nil {
		if err := checkPace(*c.Pace); err != nil {
			return err
		}
		if t.Pace = *c.Pace; t.Pace == usualPace {
			t.Pace = 0
		}
	}
	if c.MaxTravel != nil {
		if err := checkMaxTravel(*c.MaxTravel); err != nil {
			return err
		}
		t.MaxTravel = *c.MaxTravel
	}
	if err := t.employ(c.FirstDay, c.LastDay); err != nil {
		return err
	}
	return t.setRate(c.CostRate, c.CostFrom)
}

// checkRate refuses what cannot be what an hour costs.
func checkRate(rate money.Price) error {
	if err := rate.Check("cost-rate"); err != nil {
		return err
	}
	if rate.Sign() < 0 {
		return fault.Invalidf("cost-rate", "an hour cannot cost %s", rate).With("technician.rate")
	}
	return nil
}

// checkHome refuses coordinates that are nowhere. They are WGS 84 degrees, kept as typed.
func checkHome(t *Technician) error {
	if (t.HomeLat == "") != (t.HomeLon == "") {
		return fault.Invalidf("home-lat", "latitude and longitude are given together or not at all").With("technician.home")
	}
	for _, c := range []struct {
		field, text string
		most        float64
	}{{"home-lat", t.HomeLat, 90}, {"home-lon", t.HomeLon, 180}} {
		if c.text == "" {
			continue
		}
		plain := strings.Trim(strings.TrimPrefix(c.text, "-"), "0123456789.") == ""
		if v, err := strconv.ParseFloat(c.text, 64); !plain || err != nil || v > c.most || v < -c.most {
			return fault.Invalidf(c.field, "%.40q is no number of degrees from -%.0f to %.0f", c.text, c.most, c.most).
				With("technician.home").Hint("write for example 48.2082")
		}
	}
	return nil
}

// nothingAhead refuses to let a technician go who still has visits.
func nothingAhead(r store.Reader, t *Technician) error {
	var open []string
	for row, err := range Appointments.Rows(r, "open", store.Prefix(store.K(t.ID))) {
		if err != nil {
			return err
		}
		open = append(open, row.Number)
	}
	if open == nil {
		return nil
	}
	return fault.Refusedf("%s still has %s", t.Name, counted(open)).With("technician.visits").
		Hint("callout appt assign %s --technician NAME", open[0]).Hint("callout appt cancel %s", open[0])
}

// counted names a few numbers, and how many more there are.
func counted(numbers []string) string {
	const some = 5
	if len(numbers) <= some {
		return strings.Join(numbers, ", ")
	}
	return strings.Join(numbers[:some], ", ") + " and " + strconv.Itoa(len(numbers)-some) + " more visits"
}
