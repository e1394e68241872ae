package calendar_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "callout/calendar"
	"callout/money"
)

// These worked cases are about windows and clocks; their amounts are priced by hours
// so that a wrong split shows as wrong money, as it did to those who reported them.
func TestWindowVectors(t *testing.T) {
	const file = "overtime-multipliers.json"
	raw, err := os.ReadFile(filepath.Join("..", "..", "shared", "data", "billing", file))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the worked cases %s are not there; put them beside the checkout as ../shared/data/billing", file)
	}
	if err != nil {
		t.Fatal(err)
	}
	var doc struct{ Vectors []json.RawMessage }
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	checks := map[string]func(*testing.T, json.RawMessage){
		"kimai-1585": checkKimai1585, "kimai-1312": checkKimai1312, "threshold-split": checkThreshold,
		"dst-2026-03-29": checkClockChange, "dst-2026-10-25": checkClockChange,
	}
	for _, v := range doc.Vectors {
		var head struct{ ID string }
		if err := json.Unmarshal(v, &head); err != nil {
			t.Fatal(err)
		}
		if check, ok := checks[head.ID]; ok {
			t.Run(head.ID, func(t *testing.T) { check(t, v) })
			delete(checks, head.ID)
		}
	}
	for id := range checks { // what else the file holds, the tests of money account for
		t.Errorf("%s: the vector %q was not there to check", file, id)
	}
}

// as decodes a vector.
func as[T any](t *testing.T, raw json.RawMessage) (v T) {
	t.Helper()
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// A Friday in the zone of the shop that reported the cases.
const friday = "2026-11-20"

var berlin = zone("Europe/Berlin")

// between returns the interval between two readings on the Friday.
func between(from, to string) Interval {
	start := must(berlin.Instant("from", date(friday), clock(from)))
	return NewInterval(start, must(berlin.Instant("to", date(friday), clock(to))))
}

var eur = must(money.ParseCurrency("currency", "EUR"))

// charge prices the time that the intervals cover.
func charge(list []Interval, rate money.Price) money.Amount {
	return money.LineAmount(money.HoursOf(Total(list), 2, money.HalfAway), rate, eur, money.HalfAway)
}

func price(s string) money.Price { return must(money.ParsePrice("price", s)) }

func wantAmount(t *testing.T, got money.Amount, want string) {
	t.Helper()
	if !got.Equal(must(money.ParseAmount("amount", want, eur))) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func checkKimai1585(t *testing.T, raw json.RawMessage) {
	v := as[struct {
		Interval [2]string
		Windows  []struct {
			From string `json:"from_"`
			To   string
			Rate string
		}
		Split  [][3]string `json:"expect_split"`
		Amount string      `json:"expect_amount"`
	}](t, raw)
	entry := []Interval{between(v.Interval[0], v.Interval[1])}
	day := berlin.Day(date(friday))
	business := hours("Mon-Fri "+v.Windows[0].From+"-"+v.Windows[0].To).Intervals(berlin, nil, day.Start, day.End)
	parts := [][]Interval{Intersect(entry, business), Subtract(entry, business)}
	var sum money.Amount
	for i, want := range v.Split {
		if len(parts[i]) != 1 || parts[i][0] != between(want[0], want[1]) || v.Windows[i].Rate != want[2] {
			t.Errorf("part %d: got %v, want %v", i, parts[i], want)
		}
		sum = sum.Add(charge(parts[i], price(v.Windows[i].Rate)))
	}
	wantAmount(t, sum, v.Amount)
}

func checkKimai1312(t *testing.T, raw json.RawMessage) {
	v := as[struct {
		Base     string
		Rules    []string
		Interval [2]string
		Amount   string `json:"expect_amount"`
	}](t, raw)
	want := []string{"Mon-Fri 09-17 x1", "Mon-Fri 17-22 +15 %", "weekend +25 %", "weekend night +50 %"}
	if strings.Join(v.Rules, ";") != strings.Join(want, ";") {
		t.Fatalf("the rules have changed: %q", v.Rules)
	}
	entry := []Interval{between(strings.TrimPrefix(v.Interval[0], "Fri "), strings.TrimPrefix(v.Interval[1], "Fri "))}
	var sum money.Amount
	for window, markup := range map[string]int64{
		"Mon-Fri 09:00-17:00": 0, "Mon-Fri 17:00-22:00": 15, "Sat-Sun 06:00-22:00": 25, "Sat-Sun 22:00-06:00": 50,
	} {
		open := hours(window).Intervals(berlin, nil, entry[0].Start, entry[0].End)
		rate := money.RateTimes(price(v.Base), money.NewPercent(markup, 0).Markup(), 2, money.HalfAway)
		sum = sum.Add(charge(Intersect(entry, open), rate))
	}
	wantAmount(t, sum, v.Amount)
}

func checkThreshold(t *testing.T, raw json.RawMessage) {
	v := as[struct {
		Entries   [][2]string
		Threshold string `json:"daily_threshold_h"`
		Base, OT  string
		Regular   string `json:"expect_regular_h"`
		Over      string `json:"expect_ot_h"`
		Amount    string `json:"expect_amount"`
	}](t, raw)
	left := must(ParseDuration("threshold", v.Threshold+"h"))
	var regular, over []Interval
	for _, e := range v.Entries {
		i := between(e[0], e[1])
		cut := i.Start.Add(min(left, i.Duration()))
		left -= cut.Sub(i.Start)
		regular, over = append(regular, NewInterval(i.Start, cut)), append(over, NewInterval(cut, i.End))
	}
	for want, got := range map[string][]Interval{v.Regular: regular, v.Over: over} {
		if h := money.HoursOf(Total(got), 2, money.HalfAway); !h.Equal(must(money.ParseQuantity("hours", want))) {
			t.Errorf("got %s hours, want %s", h, want)
		}
	}
	ot := money.RateTimes(price(v.Base), must(money.ParseFactor("ot", v.OT)), 2, money.HalfAway)
	wantAmount(t, charge(regular, price(v.Base)).Add(charge(over, ot)), v.Amount)
}

func checkClockChange(t *testing.T, raw json.RawMessage) {
	v := as[struct {
		Local   [2]string
		Minutes int `json:"expect_minutes"`
	}](t, raw)
	from, to := must(ParseWhen("from", v.Local[0], now, berlin)), must(ParseWhen("to", v.Local[1], now, berlin))
	if got := NewInterval(from, to).Duration(); got != time.Duration(v.Minutes)*time.Minute {
		t.Errorf("got %s, want %d minutes", got, v.Minutes)
	}
	parts := SplitByDay(NewInterval(from, to), berlin)
	if len(parts) != 1 || parts[0].Date != date(v.Local[0][:10]) {
		t.Errorf("the entry is split into %v", parts)
	}
}
