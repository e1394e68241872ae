package party

import (
	"callout/calendar"
	"callout/internal/fault"
	"callout/store"
)

// HolidaysAt returns the holidays of a branch as they are now: the company's, and over them
// the branch's own. An empty branch stands for the company.
func HolidaysAt(r store.Reader, branch store.ID) (calendar.Holidays, error) {
	company, err := TheCompany(r)
	if err != nil || branch == "" {
		if err != nil {
			return nil, err
		}
		return company.Holidays, nil
	}
	b, err := Branches.Get(r, branch)
	if err != nil {
		return nil, err
	}
	return company.Holidays.With(b.Holidays), nil
}

// keeper is who keeps a list of holidays of its own: the company or a branch.
type keeper struct {
	name string
	days *calendar.Holidays
	id   store.ID
	put  func(tx *store.Tx) error
}

func keeperOf(tx *store.Tx, branch store.ID) (keeper, error) {
	if branch == "" {
		c, err := TheCompany(tx)
		if err != nil {
			return keeper{}, err
		}
		return keeper{c.Name, &c.Holidays, c.ID, func(tx *store.Tx) error { return Companies.Put(tx, c) }}, nil
	}
	b, err := Branches.Get(tx, branch)
	if err != nil {
		return keeper{}, err
	}
	return keeper{b.Name, &b.Holidays, b.ID, func(tx *store.Tx) error { return Branches.Put(tx, b) }}, nil
}

// AddHolidays puts days into the holidays of the company, which every branch keeps, or
// into those of one branch. A date that is there already gets the new name. Work orders
// keep the holidays that their clocks were set up with, until they are repinned.
type AddHolidays struct {
	Branch store.ID           `json:"branch,omitempty"` // empty is the company
	Days   []calendar.Holiday `json:"days"`
}

// Name implements store.Command.
func (c *AddHolidays) Name() string { return "holiday.add.v1" }

// Undoable implements store.Undoable.
func (c *AddHolidays) Undoable() {}

// Do implements store.Command.
func (c *AddHolidays) Do(tx *store.Tx) error {
	k, err := keeperOf(tx, c.Branch)
	if err != nil {
		return err
	}
	days, err := calendar.NewHolidays("date", c.Days...)
	if err != nil {
		return err
	}
	if len(days) == 0 {
		return fault.Invalidf("date", "no day is named").With("holiday.none")
	}
	for _, d := range days {
		if d.Open && c.Branch == "" {
			return fault.Invalidf("open", "only a branch can be open on a holiday: the company's holidays are what it departs from").
				With("holiday.open").Hint("--branch NAME")
		}
	}
	*k.days = k.days.With(days)
	tx.Returns(k.id, "")
	tx.Emit("holiday.added", k.id, map[string]any{"days": len(days)})
	return k.put(tx)
}

// RemoveHoliday takes a day out of the holidays of the company or of a branch.
type RemoveHoliday struct {
	Branch store.ID      `json:"branch,omitempty"` // empty is the company
	Date   calendar.Date `json:"date"`
}

// Name implements store.Command.
func (c *RemoveHoliday) Name() string { return "holiday.remove.v1" }

// Undoable implements store.Undoable.
func (c *RemoveHoliday) Undoable() {}

// Do implements store.Command.
func (c *RemoveHoliday) Do(tx *store.Tx) error {
	k, err := keeperOf(tx, c.Branch)
	if err != nil {
		return err
	}
	left, was := k.days.Without(c.Date)
	if !was {
		err := fault.NotFoundf("%s has no holiday of its own on %s", k.name, c.Date).With("holiday.unknown")
		company, cerr := TheCompany(tx)
		if cerr != nil {
			return cerr
		}
		if day, ok := company.Holidays.On(c.Date); ok && c.Branch != "" {
			err.Msg += "; it is one of the whole company: " + day.Name
			return err.Hint("callout branch holiday add %s --branch %q --open", c.Date, k.name)
		}
		return err.Hint("callout branch holiday list")
	}
	*k.days = left
	tx.Returns(k.id, "")
	tx.Emit("holiday.removed", k.id, map[string]any{"date": c.Date})
	return k.put(tx)
}
