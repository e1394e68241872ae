package money

import (
	"strings"

	"callout/internal/fault"
)

// Currency is an active ISO 4217 currency. It is comparable; its JSON is the code.
// The zero value is no currency: [Currency.IsZero] tells, and rounding to it panics,
// because guessing an exponent would invent money.
type Currency struct {
	code string
	exp  uint8
}

// The codes of ISO 4217 list one that have a minor unit, by its exponent, as of
// January 2026 (with XCG for ANG, ZWG for ZWL, XAD, and without BGN). Codes without a
// minor unit (metals, SDR, test codes) cannot be a shop's currency.
// Source: SIX Financial Information, maintenance agency of ISO 4217, table A.1.
const (
	exponent0 = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
	exponent2 = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD " +
		"CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL " +
		"GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR " +
		"LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD " +
		"PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC " +
		"SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR " +
		"ZMW ZWG"
	exponent3 = "BHD IQD JOD KWD LYD OMR TND"
	exponent4 = "CLF UYW"
)

// ParseCurrency returns the currency with an ISO 4217 code; lower case is accepted.
// The error names field.
func ParseCurrency(field, code string) (Currency, error) {
	up := strings.ToUpper(code)
	if len(up) == 3 && strings.Trim(up, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
		for _, list := range []struct {
			codes string
			exp   uint8
		}{{exponent2, 2}, {exponent0, 0}, {exponent3, 3}, {exponent4, 4}} {
			if i := strings.Index(list.codes, up); i >= 0 {
				return Currency{list.codes[i : i+3], list.exp}, nil
			}
		}
	}
	return Currency{}, fault.Invalidf(field, "%s is no active ISO 4217 currency code such as EUR", quote(code)).With("currency.unknown")
}

// Code returns the ISO 4217 code, or "" for no currency.
func (c Currency) Code() string { return c.code }

// String returns the code.
func (c Currency) String() string { return c.code }

// Exponent returns the number of decimals of the minor unit: 2 for EUR, 0 for JPY.
func (c Currency) Exponent() int32 {
	if c.IsZero() {
		panic("money: an amount is rounded to no currency")
	}
	return int32(c.exp)
}

// IsZero reports whether c is no currency.
func (c Currency) IsZero() bool { return c.code == "" }

// MarshalText writes the code.
func (c Currency) MarshalText() ([]byte, error) { return []byte(c.code), nil }

// UnmarshalText reads a code; an empty one is no currency.
func (c *Currency) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*c = Currency{}
		return nil
	}
	*c, err = ParseCurrency("currency", string(b))
	return err
}
