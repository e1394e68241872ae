package billing

import (
	"strings"
	"time"

	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
)

// Terms are written in one line each, and printed in the same form, so that what a shop
// shows can be typed again: "after-hours 1.5 outside Mon-Fri 08:00-17:00".

// travelToo ends the line of a term that counts for travel as well as for labour.
const travelToo = "travel"

// String writes the window as [ParseWindow] reads it.
func (w *Window) String() string {
	out := w.Name + " " + w.Factor.String() + " " + string(w.When)
	if !w.Hours.IsZero() {
		out += " " + w.Hours.String()
	}
	if w.Travel {
		out += " " + travelToo
	}
	return out
}

// ParseWindow reads "NAME FACTOR within HOURS", "NAME FACTOR outside [HOURS]", "NAME FACTOR
// weekend" or "NAME FACTOR holiday"; "travel" at the end counts it for travel, too. The error names field.
func ParseWindow(field, s string) (Window, error) {
	const hint = `write for example "after-hours 1.5 outside Mon-Fri 08:00-17:00" or "sunday 2 within Sun 00:00-24:00"`
	words := strings.Fields(s)
	if len(words) < 3 {
		return Window{}, fault.Invalidf(field, "%q says no name, factor and window", s).With("window.syntax").Hint(hint)
	}
	w := Window{Name: words[0], When: WindowKind(words[2])}
	var err error
	if w.Factor, err = money.ParseFactor(field, words[1]); err != nil {
		return Window{}, err
	}
	words = words[3:]
	if n := len(words); n > 0 && words[n-1] == travelToo {
		w.Travel, words = true, words[:n-1]
	}
	if len(words) > 0 {
		if w.Hours, err = calendar.ParseHours(field, strings.Join(words, " ")); err != nil {
			return Window{}, err
		}
	}
	return w, w.check(map[string]bool{})
}

// String writes the threshold as [ParseOvertime] reads it.
func (o *Overtime) String() string {
	out := o.Name + " " + o.Factor.String() + " after " + calendar.FormatDuration(time.Duration(o.After)*time.Minute) + "/" + string(o.Per)
	if o.Across {
		out += " across-orders"
	}
	if o.Travel {
		out += " " + travelToo
	}
	return out
}

// ParseOvertime reads "NAME FACTOR after DURATION/day", or /week; "across-orders" counts
// what the same person worked on other orders, "travel" counts travel. The error names field.
func ParseOvertime(field, s string) (Overtime, error) {
	bad := func() error {
		return fault.Invalidf(field, "%q says no name, factor and threshold", s).With("overtime.syntax").
			Hint(`write for example "overtime 1.5 after 8h/day" or "long-week 1.25 after 40h/week across-orders"`)
	}
	words := strings.Fields(s)
	if len(words) < 4 || words[2] != "after" {
		return Overtime{}, bad()
	}
	o := Overtime{Name: words[0]}
	var err error
	if o.Factor, err = money.ParseFactor(field, words[1]); err != nil {
		return Overtime{}, err
	}
	length, per, _ := strings.Cut(words[3], "/")
	o.Per = OvertimePer(per)
	if o.After, err = minutes(field, length); err != nil {
		return Overtime{}, err
	}
	for _, word := range words[4:] {
		switch word {
		case "across-orders":
			o.Across = true
		case travelToo:
			o.Travel = true
		default:
			return Overtime{}, bad()
		}
	}
	return o, o.check(map[string]bool{})
}

// String writes the charge as [ParseCallOut] reads it.
func (c *CallOut) String() string {
	out := c.Service
	if c.Included > 0 {
		out += " includes " + calendar.FormatDuration(time.Duration(c.Included)*time.Minute)
	}
	if c.NoMinimum {
		out += " no-minimum"
	}
	if c.Surcharged {
		out += " surcharged"
	}
	return out
}

// ParseCallOut reads "SERVICE [includes DURATION] [no-minimum] [surcharged]"; "none" is no
// charge. The error names field.
func ParseCallOut(field, s string) (*CallOut, error) {
	words := strings.Fields(s)
	if len(words) == 1 && words[0] == "none" {
		return nil, nil
	}
	c := &CallOut{}
	for i := 0; i < len(words); i++ {
		switch {
		case i == 0:
			c.Service = words[0]
		case words[i] == "no-minimum":
			c.NoMinimum = true
		case words[i] == "surcharged":
			c.Surcharged = true
		case words[i] == "includes" && i+1 < len(words):
			i++
			var err error
			if c.Included, err = minutes(field, words[i]); err != nil {
				return nil, err
			}
		default:
			return nil, fault.Invalidf(field, "%q is nothing that is said of a call-out charge", words[i]).With("callout.syntax").
				Hint(`write for example "CALLOUT includes 30m no-minimum surcharged", or none`)
		}
	}
	return c, c.check()
}

// String writes what travel is billed by: "hour", "zone" or "km:CODE".
func (d Driving) String() string {
	switch d.By {
	case ByHour:
		return "hour"
	case ByDistance:
		return "km:" + d.Service
	}
	return string(d.By)
}

// ParseTravelBy reads "hour", "zone" or "km:CODE", where the code is that of the service
// that prices a kilometre, and returns what it says with the key to share tours by.
func ParseTravelBy(field, s string, share ShareKey) (Driving, error) {
	by, service, _ := strings.Cut(s, ":")
	d := Driving{By: TravelBy(by), Service: service, Share: share}
	if by == "hour" {
		d.By = ByHour
	}
	if d.By == ByDistance && service == "" {
		d.Service = "KM"
	}
	return d, d.check()
}

func minutes(field, s string) (int, error) {
	d, err := calendar.ParseDuration(field, s)
	if err != nil {
		return 0, err
	}
	if d%time.Minute != 0 {
		return 0, fault.Invalidf(field, "%s is not whole minutes", calendar.FormatDuration(d)).With("rules.minutes")
	}
	return int(d / time.Minute), nil
}
