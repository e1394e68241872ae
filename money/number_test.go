package money_test

import (
	"encoding"
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"callout/internal/fault"
	. "callout/money"
)

// wantFault checks an error's kind, field and code.
func wantFault(t *testing.T, err error, field, code string) *fault.Error {
	t.Helper()
	e, ok := err.(*fault.Error)
	if !ok || e.Kind != fault.Invalid || e.Field != field || e.Code != code {
		t.Fatalf("got error %#v, want invalid %s with code %s", err, field, code)
	}
	return e
}

// number is what every number type of the package can do.
type number interface {
	fmt.Stringer
	json.Marshaler
	encoding.TextMarshaler
	IsZero() bool
}

// parsers reads an input text as each of the types.
func parsers() map[string]func(field, s string) (number, error) {
	return map[string]func(field, s string) (number, error){
		"Amount":   func(f, s string) (number, error) { return ParseAmount(f, s, eur) },
		"Quantity": func(f, s string) (number, error) { return ParseQuantity(f, s) },
		"Price":    func(f, s string) (number, error) { return ParsePrice(f, s) },
		"Percent":  func(f, s string) (number, error) { return ParsePercent(f, s) },
		"Factor":   func(f, s string) (number, error) { return ParseFactor(f, s) },
	}
}

func TestParsersRefuseWhatIsNoPlainDecimal(t *testing.T) {
	for _, c := range []struct{ in, code, says string }{
		{"", "number.syntax", "missing"},
		{"-", "number.syntax", "plain decimal"},
		{"abc", "number.syntax", "plain decimal"},
		{"NaN", "number.syntax", "plain decimal"},
		{"Infinity", "number.syntax", "plain decimal"},
		{"0x10", "number.syntax", "plain decimal"},
		{"--5", "number.syntax", "plain decimal"},
		{"5-", "number.syntax", "plain decimal"},
		{"1.2.3", "number.syntax", "plain decimal"},
		{"٣", "number.syntax", "plain decimal"},
		{"1,000.0", "number.syntax", "thousands separators"},
		{"12,50", "number.syntax", "thousands separators"},
		{"1 000", "number.syntax", "thousands separators"},
		{"1'000", "number.syntax", "thousands separators"},
		{"1_000", "number.syntax", "thousands separators"},
		{" 5", "number.syntax", "thousands separators"},
		{"1e3", "number.syntax", "exponents"},
		{"1E9999999", "number.syntax", "exponents"},
		{"+5", "number.syntax", "plus sign"},
		{".5", "number.syntax", "both sides"},
		{"-.5", "number.syntax", "both sides"},
		{"5.", "number.syntax", "both sides"},
		{"007", "number.syntax", "superfluous zero"},
		{"-00", "number.syntax", "superfluous zero"},
		{"1234567890123456", "number.too-big", "15 digits"},
		{strings.Repeat("9", 1<<20), "number.too-big", "15 digits"},
	} {
		for name, parse := range parsers() {
			_, err := parse("price", c.in)
			e := wantFault(t, err, "price", c.code)
			if !strings.Contains(e.Msg, c.says) || len(e.Msg) > 300 {
				t.Errorf("%s of %.40q says %q, want something about %s", name, c.in, e.Msg, c.says)
			}
		}
	}
}

func TestParsersBoundDecimals(t *testing.T) {
	for name, parse := range parsers() {
		in, code := "0.1234567", "number.too-precise"
		if name == "Amount" {
			in, code = "0.123", "amount.too-precise"
		}
		_, err := parse("x", in)
		wantFault(t, err, "x", code)
		_, err = parse("x", "0."+strings.Repeat("1", 1<<20))
		wantFault(t, err, "x", "number.too-precise")
	}
	for _, c := range []struct{ cur, ok, bad string }{{"JPY", "1000", "1000.0"}, {"EUR", "0.01", "0.010"}, {"KWD", "0.001", "0.0001"}, {"CLF", "0.0001", "0.00001"}} {
		cur := must(ParseCurrency("currency", c.cur))
		if _, err := ParseAmount("amount", c.ok, cur); err != nil {
			t.Error(err)
		}
		_, err := ParseAmount("amount", c.bad, cur)
		wantFault(t, err, "amount", "amount.too-precise")
	}
}

// TestEqualValuesHaveEqualText: a hash over a record must not depend on how a number
// was typed or come by.
func TestEqualValuesHaveEqualText(t *testing.T) {
	for _, c := range []struct{ in, amount, other string }{
		{"5", "5.00", "5"},
		{"5.0", "5.00", "5"},
		{"5.00", "5.00", "5"},
		{"-0.50", "-0.50", "-0.5"},
		{"0", "0", "0"},
		{"0.00", "0", "0"},
		{"-0", "0", "0"},
		{"-0.00", "0", "0"},
		{"1500", "1500.00", "1500"},
		{"999999999999999.99", "999999999999999.99", "999999999999999.99"},
	} {
		for name, parse := range parsers() {
			want := c.other
			if name == "Amount" {
				want = c.amount
			}
			n := must(parse("x", c.in))
			if n.String() != want || string(must(n.MarshalText())) != want || string(must(n.MarshalJSON())) != `"`+want+`"` {
				t.Errorf("%s %s is written %s, want %s", name, c.in, n, want)
			}
		}
	}
	if got := amount("10.00").Sub(amount("10.00")); !reflect.DeepEqual(got, Amount{}) {
		t.Errorf("nothing left over is %#v, not the zero value", got)
	}
}

// record has every number as a field that may be left out.
type record struct {
	Amount   Amount   `json:"amount,omitzero"`
	Quantity Quantity `json:"quantity,omitzero"`
	Price    Price    `json:"price,omitzero"`
	Percent  Percent  `json:"percent,omitzero"`
	Factor   Factor   `json:"factor,omitzero"`
	Cost     Cost     `json:"cost,omitzero"`
	Currency Currency `json:"currency,omitzero"`
	Rounding Rounding `json:"rounding,omitzero"`
}

func TestRecordsRoundTrip(t *testing.T) {
	for _, c := range []struct {
		r    record
		want string
	}{
		{record{}, `{}`},
		{
			record{amount("1234.5"), quantity("2.50"), price("39.615"), percent("15.93303"), factor("1.5"), KnownCost(amount("38")), eur, HalfEven},
			`{"amount":"1234.50","quantity":"2.5","price":"39.615","percent":"15.93303","factor":"1.5","cost":"38.00","currency":"EUR","rounding":"half-even"}`,
		},
		{record{Cost: KnownCost(Amount{})}, `{"cost":"0"}`},
		{record{Quantity: quantity("1500"), Amount: amount("-999999999999999.99")}, `{"amount":"-999999999999999.99","quantity":"1500"}`},
		// More than an int64 holds, of either sign.
		{record{Price: price("-123456789012345.678901"), Quantity: quantity("123456789012345.678901")}, `{"quantity":"123456789012345.678901","price":"-123456789012345.678901"}`},
	} {
		b := must(json.Marshal(c.r))
		if string(b) != c.want {
			t.Errorf("got  %s\nwant %s", b, c.want)
		}
		var back record
		if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back, c.r) {
			t.Errorf("%s is read as %v, %v", b, back, err)
		}
	}
}

func TestJSONRefusesWhatIsNoDecimalString(t *testing.T) {
	for _, field := range []string{"amount", "quantity", "price", "percent", "factor", "cost"} {
		for _, v := range []string{`5`, `5.0`, `1e3`, `"1e3"`, `"NaN"`, `"1,000"`, `""`, `"5`, `true`, `[]`, `{}`, `" 5"`, `"\u0035"`, `"` + strings.Repeat("9", 41) + `"`, `"0.` + strings.Repeat("1", 13) + `"`} {
			var r record
			if err := json.Unmarshal([]byte(`{"`+field+`":`+v+`}`), &r); err == nil {
				t.Errorf("%s: %s was read", field, v)
			}
		}
		var r record
		err := json.Unmarshal([]byte(`{"`+field+`":null}`), &r)
		if field == "cost" {
			if err != nil || r.Cost.IsKnown() {
				t.Errorf("a cost of null is read as %s, %v", r.Cost, err)
			}
		} else if err == nil {
			t.Errorf("%s: null became a zero that nobody stated", field)
		}
	}
}

// A reader that hands over half a string is told so; what the string says is not guessed at.
func TestHalfAStringIsNoNumber(t *testing.T) {
	for _, v := range []string{`"55`, `55"`, `5`, `"`, ``} {
		var q Quantity
		err := q.UnmarshalJSON([]byte(v))
		if e := wantFault(t, err, "", "number.syntax"); !strings.Contains(e.Msg, "decimal string") {
			t.Errorf("%s: %s", v, e.Msg)
		}
	}
	var q Quantity
	if e := wantFault(t, q.UnmarshalJSON([]byte(`""`)), "", "number.syntax"); !strings.Contains(e.Msg, "missing") {
		t.Error(e.Msg)
	}
}

// What a message quotes is what was written, made harmless and cut short.
func TestMessagesQuoteWhatWasWritten(t *testing.T) {
	for _, c := range []struct{ in, quoted string }{
		{"1 000", `"1 000"`},
		{"1\t000", `"1?000"`},
		{"1\x1f0\x7f", `"1?0?"`},
		{strings.Repeat("x", 40), `"` + strings.Repeat("x", 40) + `"`},
		{strings.Repeat("x", 41), `"` + strings.Repeat("x", 40) + `…"`},
	} {
		_, err := ParsePrice("price", c.in)
		if e := wantFault(t, err, "price", "number.syntax"); !strings.HasPrefix(e.Msg, c.quoted+" ") {
			t.Errorf("%q: %s", c.in, e.Msg)
		}
	}
}

// TestNothingIsStoredThatCannotBeReadAgain holds the limits of writing and reading
// against each other.
func TestNothingIsStoredThatCannotBeReadAgain(t *testing.T) {
	q := quantity("999999999999999")
	for range 6 {
		b, err := json.Marshal(q)
		if err != nil {
			wantFault(t, err.(interface{ Unwrap() error }).Unwrap(), "", "number.too-big")
			return
		}
		var back Quantity
		if err := json.Unmarshal(b, &back); err != nil || !back.Equal(q) {
			t.Fatalf("%s was written and is read as %s, %v", b, back, err)
		}
		q = q.Mul(quantity("999999999999999"))
	}
	t.Error("a number of 105 digits was written")
}

func TestPlacesAreThoseThatAQuantityNeeds(t *testing.T) {
	for in, want := range map[string]int32{"0": 0, "5": 0, "1500": 0, "0.50": 1, "1.25": 2, "-0.000001": 6} {
		if got := quantity(in).Places(); got != want {
			t.Errorf("%s has %d decimals", in, got)
		}
	}
}

// The limits themselves are kept: forty digits, and twelve decimals.
func TestTheLongestNumbersAreKept(t *testing.T) {
	ten14 := quantity("100000000000000")
	longest := ten14.Mul(ten14).Mul(quantity("100000000000")) // 1 and 39 zeros
	finest := quantity("0.000001").Mul(quantity("0.000001"))
	for want, q := range map[string]Quantity{`"1` + strings.Repeat("0", 39) + `"`: longest, `"0.000000000001"`: finest} {
		if b, err := json.Marshal(q); err != nil || string(b) != want {
			t.Errorf("%s is written as %s, %v", q, b, err)
		}
	}
	for _, q := range []Quantity{longest.Mul(quantity("10")), finest.Mul(quantity("0.1"))} {
		if b, err := json.Marshal(q); err == nil {
			t.Errorf("%s is written as %s", q, b)
		}
	}
}

func TestCheckRefusesWhatNobodyMayState(t *testing.T) {
	var r struct {
		A Amount
		Q Quantity
	}
	if err := json.Unmarshal([]byte(`{"A":"5.000","Q":"0.0000001"}`), &r); err != nil {
		t.Fatal(err)
	}
	if a, err := r.A.In("amount", eur); err != nil || a.String() != "5.00" {
		t.Errorf("5.000 in EUR is %s, %v", a, err)
	}
	wantFault(t, r.Q.Check("qty"), "qty", "number.too-precise")
	if err := quantity("0.000001").Check("qty"); err != nil {
		t.Error(err)
	}
	if err := json.Unmarshal([]byte(`{"A":"5.001","Q":"1234567890123456"}`), &r); err != nil {
		t.Fatal(err)
	}
	_, err := r.A.In("amount", eur)
	wantFault(t, err, "amount", "amount.too-precise")
	wantFault(t, r.Q.Check("qty"), "qty", "number.too-big")
	if err := json.Unmarshal([]byte(`{"A":"1234567890123456.00"}`), &r); err != nil {
		t.Fatal(err)
	}
	_, err = r.A.In("amount", eur)
	wantFault(t, err, "amount", "number.too-big")
}

func TestFormats(t *testing.T) {
	jpy, kwd := must(ParseCurrency("c", "jpy")), must(ParseCurrency("c", "KWD"))
	for _, c := range []struct{ got, want string }{
		{amount("1234.5").Format(eur), "1234.50 EUR"},
		{Amount{}.Format(eur), "0.00 EUR"},
		{Amount{}.Format(jpy), "0 JPY"},
		{amount("-0.5").Fixed(eur), "-0.50"},
		{Minor(1500, kwd).Format(kwd), "1.500 KWD"},
		{Minor(1500, kwd).Fixed(eur), "1.500"}, // never rounded away
		{price("95").Format(eur), "95.00 EUR"},
		{price("39.615").Format(eur), "39.615 EUR"},
		{percent("20").Format(), "20 %"},
		{KnownCost(amount("38")).Format(eur), "38.00 EUR"},
		{Cost{}.Format(eur), "unknown"},
		{Cost{}.String(), "unknown"},
		{KnownCost(amount("38")).String(), "38.00"},
		{SumCosts(Cost{}, KnownCost(amount("1")), Cost{}).Format(eur), "unknown (2 missing)"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestCurrency(t *testing.T) {
	for code, exp := range map[string]int32{"EUR": 2, "usd": 2, "JPY": 0, "KRW": 0, "ISK": 0, "HUF": 2, "KWD": 3, "TND": 3, "CLF": 4, "XCG": 2, "ZWG": 2} {
		c, err := ParseCurrency("currency", code)
		if err != nil || c.Code() != strings.ToUpper(code) || c.Exponent() != exp {
			t.Errorf("%s is %s with %d decimals, %v", code, c, c.Exponent(), err)
		}
	}
	for _, code := range []string{"", "EU", "EURO", "€", "XAU", "XXX", "XTS", "DEM", "HRK", "BGN", "UR ", "R U", " EUR", "ABC"} {
		_, err := ParseCurrency("currency", code)
		wantFault(t, err, "currency", "currency.unknown")
	}
	defer func() {
		if recover() == nil {
			t.Error("an amount was rounded to no currency")
		}
	}()
	LineAmount(quantity("1"), price("1"), Currency{}, HalfAway)
}

func rat(n interface{ String() string }) *big.Rat {
	r, ok := new(big.Rat).SetString(n.String())
	if !ok {
		panic("not a number: " + n.String())
	}
	return r
}

// genText draws plain decimals with up to so many digits and decimals.
func genText(digits, decimals int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		s := fmt.Sprint(rapid.Int64Range(0, pow10(rapid.IntRange(0, digits).Draw(t, "digits"))-1).Draw(t, "whole"))
		if n := rapid.IntRange(0, decimals).Draw(t, "decimals"); n > 0 {
			s += fmt.Sprintf(".%0*d", n, rapid.Int64Range(0, pow10(n)-1).Draw(t, "fraction"))
		}
		if rapid.Bool().Draw(t, "negative") {
			s = "-" + s
		}
		return s
	})
}

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

func TestArithmeticIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := amount(genText(15, 2).Draw(t, "a")), amount(genText(15, 2).Draw(t, "b"))
		p, q := quantity(genText(12, 6).Draw(t, "p")), quantity(genText(12, 6).Draw(t, "q"))
		n := rapid.Int64().Draw(t, "n")
		x, y, z := price(genText(12, 6).Draw(t, "x")), price(genText(12, 6).Draw(t, "y")), percent(genText(6, 6).Draw(t, "z"))
		for _, c := range []struct {
			name string
			got  number
			want *big.Rat
		}{
			{"a+b", a.Add(b), new(big.Rat).Add(rat(a), rat(b))},
			{"a-b", a.Sub(b), new(big.Rat).Sub(rat(a), rat(b))},
			{"-a", a.Neg(), new(big.Rat).Neg(rat(a))},
			{"|a|", a.Abs(), new(big.Rat).Abs(rat(a))},
			{"n*a", a.Mul(n), new(big.Rat).Mul(rat(a), new(big.Rat).SetInt64(n))},
			{"p+q", p.Add(q), new(big.Rat).Add(rat(p), rat(q))},
			{"p-q", p.Sub(q), new(big.Rat).Sub(rat(p), rat(q))},
			{"p*q", p.Mul(q), new(big.Rat).Mul(rat(p), rat(q))},
			{"|q|", q.Abs(), new(big.Rat).Abs(rat(q))},
			{"price+", x.Add(y), new(big.Rat).Add(rat(x), rat(y))},
			{"price-", x.Sub(y), new(big.Rat).Sub(rat(x), rat(y))},
			{"-price", x.Neg(), new(big.Rat).Neg(rat(x))},
			{"-percent", z.Neg(), new(big.Rat).Neg(rat(z))},
		} {
			if rat(c.got).Cmp(c.want) != 0 {
				t.Fatalf("%s: got %s, want %s", c.name, c.got, c.want.FloatString(12))
			}
			if c.got.IsZero() != (c.want.Sign() == 0) {
				t.Fatalf("%s: %s is zero: %v", c.name, c.got, c.got.IsZero())
			}
		}
		if a.Cmp(b) != rat(a).Cmp(rat(b)) || a.Equal(b) != (a.Cmp(b) == 0) || a.Sign() != rat(a).Sign() {
			t.Fatalf("%s and %s compare as %d", a, b, a.Cmp(b))
		}
		within, over := a.SplitAt(b)
		if !within.Add(over).Equal(a) || over.Sign() < 0 || over.Sign() > 0 && b.Sign() > 0 && !within.Equal(b) {
			t.Fatalf("%s at %s is split into %s and %s", a, b, within, over)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"0", "-0.00", "1234.50", "1,000", "1e3", ".5", "007", "999999999999999.999999", "12345678901234567890"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, parse := range parsers() {
			n, err := parse("x", s)
			if err != nil {
				continue
			}
			if want, ok := new(big.Rat).SetString(s); !ok || rat(n).Cmp(want) != 0 {
				t.Fatalf("%s: %q is read as %s", name, s, n)
			}
			if again, err := parse("x", n.String()); err != nil || again.String() != n.String() || !reflect.DeepEqual(again, n) {
				t.Fatalf("%s: %s reads back as %s, %v", name, n, again, err)
			}
		}
	})
}

func FuzzUnmarshalJSON(f *testing.F) {
	for _, s := range []string{`"0"`, `"1234.50"`, `5`, `null`, `"1e3"`, `"`, `""`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var a Amount
		if json.Unmarshal(b, &a) != nil {
			return
		}
		var back Amount
		if err := json.Unmarshal(must(json.Marshal(a)), &back); err != nil || !reflect.DeepEqual(a, back) {
			t.Fatalf("%s is %s, which reads back as %s, %v", b, a, back, err)
		}
	})
}

// TestTextRoundTrips: YAML, CSV and map keys use the text forms.
func TestTextRoundTrips(t *testing.T) {
	type text interface {
		encoding.TextMarshaler
		encoding.TextUnmarshaler
	}
	for want, to := range map[string]text{
		"1234.50": new(Amount), "2.5": new(Quantity), "39.615": new(Price), "15.93303": new(Percent), "1.25": new(Factor),
		"KWD": new(Currency), "floor": new(Rounding),
	} {
		if err := to.UnmarshalText([]byte(want)); err != nil {
			t.Errorf("%s: %v", want, err)
		}
		if got, err := to.MarshalText(); err != nil || string(got) != want {
			t.Errorf("%s is written %s, %v", want, got, err)
		}
		if err := to.UnmarshalText([]byte("1e3")); err == nil {
			t.Errorf("%T reads 1e3", to)
		}
	}
	var cur Currency
	var mode Rounding
	if cur.UnmarshalText(nil) != nil || !cur.IsZero() || mode.UnmarshalText(nil) != nil || mode != HalfAway {
		t.Errorf("empty texts are read as %s and %s", cur, mode)
	}
}

// Numbers of any length that can be kept are read as they are written: the shorter ones by another way than the longer,
// and 2^63 is no limit between them.
func TestNumbersOfEveryLengthAreRead(t *testing.T) {
	list := []string{"9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809"}
	for n := 1; n <= 40; n++ {
		nines := strings.Repeat("9", n)
		list = append(list, nines, "-"+nines, nines+".999999999999")
	}
	for _, s := range list {
		var q Quantity
		if err := q.UnmarshalJSON([]byte(`"` + s + `"`)); err != nil {
			t.Fatal(err)
		}
		if q.String() != s {
			t.Errorf("%s is read as %s", s, q)
		}
	}
}
