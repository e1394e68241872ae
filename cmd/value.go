package cmd

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"callout/calendar"
	"callout/money"
)

// machine returns a value as JSON writes it: times as RFC 3339 in UTC, or with the offset of
// the zone that --tz names, durations like "1h30m", decimals and other Stringers as strings.
func (a *App) machine(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case time.Time:
		if v.IsZero() {
			return nil
		}
		return a.instant(v)
	case *time.Time:
		if v == nil {
			return nil
		}
		return a.machine(*v)
	case time.Duration:
		return calendar.FormatDuration(v)
	case []string:
		if v == nil {
			return []string{}
		}
		return v
	case unitPrice: // before the methods that it has of its price, which may be nil
		return a.machine(v.Price)
	case json.Marshaler, encoding.TextMarshaler:
		if isNil(v) {
			return nil
		}
		return v
	case fmt.Stringer:
		if isNil(v) {
			return nil
		}
		return v.String()
	}
	return v
}

// isNil reports whether an interface holds a nil pointer, whose methods must not be called.
func isNil(v any) bool {
	r := reflect.ValueOf(v)
	return r.Kind() == reflect.Pointer && r.IsNil()
}

// instant writes a time for machines.
func (a *App) instant(t time.Time) string {
	if a.shared.tz != "" {
		return t.In(a.zone(t)).Format(time.RFC3339Nano)
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// zone is where a time is shown: the zone that was asked for, or else the zone the time
// itself carries, which is that of the place it belongs to. What belongs to no place is shown to people by
// the company's clock.
func (a *App) zone(t time.Time) *time.Location {
	if a.config.TZ != "" {
		if z, err := calendar.LoadZone("tz", a.config.TZ); err == nil {
			return z.Location()
		}
	}
	if t.Location() == time.UTC && a.clock != nil {
		return a.clock
	}
	return t.Location()
}

// flat writes a value as one cell of TSV or CSV: the machine value without quotes, lists with
// commas, anything deeper as JSON.
func (a *App) flat(v any) string {
	switch v := a.machine(v).(type) {
	case nil:
		return ""
	case string:
		return v
	case []string:
		return strings.Join(v, ",")
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	default:
		return jsonCell(v)
	}
}

// jsonCell is a value's compact JSON; a JSON string loses its quotes and null is nothing.
func jsonCell(v any) string {
	b, err := marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	if bytes.Equal(b, []byte("null")) {
		return ""
	}
	var s string
	if json.Unmarshal(b, &s) == nil {
		return s
	}
	return string(b)
}

// unitPrice is a price that people see with the decimals of its currency, 96.00, and machines as the
// plain number it is. A nil one is no price.
type unitPrice struct {
	*money.Price
	currency money.Currency
}

// spoken is what machines get as an id and people see under its name, where it has one.
type spoken struct{ id, name string }

func (s spoken) String() string { return s.id }

// people reports whether the values of a list are read by people: in a table.
func (a *App) people() bool { return a.outTTY || a.format() == formatTable }

// text writes a value for people: like flat, but a time on a terminal is shown in its zone
// and named with it.
func (a *App) text(v any) string {
	switch v := v.(type) {
	case time.Time:
		if v.IsZero() || !a.people() {
			return a.flat(v)
		}
		return v.In(a.zone(v)).Format("2006-01-02 15:04 MST")
	case *time.Time:
		if v == nil {
			return ""
		}
		return a.text(*v)
	case spoken:
		if v.name != "" && a.people() {
			return v.name
		}
		return v.id
	case entryNumber:
		if a.people() {
			return v.String()
		}
		return a.flat(v)
	case unitPrice:
		if v.Price == nil || !a.people() {
			return a.flat(v.Price)
		}
		return v.Fixed(v.currency)
	case []string:
		return strings.Join(v, ", ")
	case bool:
		if v {
			return "yes"
		}
		return "no"
	}
	return a.flat(v)
}

// marshal is JSON as people want to read it: < and & as they are.
func marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(buf.Bytes(), "\n"), nil
}
