package intake

import (
	"slices"
	"time"

	"callout/calendar"
	"callout/money"
)

// cells reads one row through the mapping and collects what is wrong with it.
type cells struct {
	m        *Mapping
	at       map[string]int // column -> index
	row      Row
	problems []Problem
}

// cell returns the content of a column; a line may end before its last columns.
func (c *cells) cell(column string) string {
	if i := c.at[column]; i >= 0 && i < len(c.row.Cells) {
		return c.row.Cells[i]
	}
	return ""
}

// wrong notes what is wrong with a value, once where several fields come from one column.
func (c *cells) wrong(v *value, message string) {
	p := Problem{Line: c.row.Line, Field: v.blame(), Message: message, Code: "import.value"}
	if !slices.Contains(c.problems, p) {
		c.problems = append(c.problems, p)
	}
}

// read returns a value's text, or "" with a problem noted.
func (c *cells) read(v *value) string {
	if v == nil {
		return ""
	}
	s, wrong := v.text(c.cell)
	if wrong != "" {
		c.wrong(v, wrong)
	}
	return s
}

// text returns the text of a field.
func (c *cells) text(name string) string { return c.read(c.m.fields[name]) }

// number returns a field's number as a plain decimal, or "".
func (c *cells) number(name string) string { return c.readNumber(c.m.fields[name]) }

func (c *cells) readNumber(v *value) string {
	s := c.read(v)
	if s == "" {
		return ""
	}
	n, wrong := v.number(s)
	if wrong != "" {
		c.wrong(v, wrong)
	}
	return n
}

// instant returns a field's time, or the zero time.
func (c *cells) instant(name string) time.Time {
	v := c.m.fields[name]
	s := c.read(v)
	if s == "" {
		return time.Time{}
	}
	t, wrong := v.layout.instant(s, v.zone, v.twice)
	if wrong != "" {
		c.wrong(v, wrong)
	}
	return t
}

// day returns a field's date, or no date.
func (c *cells) day(name string) calendar.Date {
	v := c.m.fields[name]
	s := c.read(v)
	if s == "" {
		return calendar.Date{}
	}
	d, wrong := v.layout.day(s)
	if wrong != "" {
		c.wrong(v, wrong)
	}
	return d
}

// list returns the parts of a field's list.
func (c *cells) list(name string) []string {
	v := c.m.fields[name]
	if v == nil {
		return nil
	}
	return v.list(c.read(v))
}

// price returns a field's number as a price or cost per unit, or nil where there is none:
// what is not stated is unknown, and not zero.
func (c *cells) price(name string) *money.Price { return c.readPrice(c.m.fields[name]) }

func (c *cells) readPrice(v *value) *money.Price {
	n := c.readNumber(v)
	if n == "" {
		return nil
	}
	p, err := money.ParsePrice("", n)
	if err != nil {
		c.wrong(v, err.Error())
		return nil
	}
	return &p
}
