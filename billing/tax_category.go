package billing

import (
	"slices"
	"strings"

	"callout/internal/fault"
	"callout/money"
)

// taxCategory is a category of UNTDID 5305 with what EN 16931 asks of it.
type taxCategory struct {
	code  string
	class string // the name of a class that means it by itself
	word  string // what it is, in a sentence
	// legend and reason are said where nobody says otherwise; the law leaves no choice there.
	legend, reason string
	// explained asks for a legend or a reason code (BR-E-10, BR-AE-10, BR-IC-10, BR-G-10, BR-O-10).
	explained bool
	// seller and buyer ask for their tax numbers (BR-AE-02, BR-IC-02, BR-G-02).
	seller, buyer bool
}

// outsideScope is the category of what is not subject to tax.
const outsideScope = "O"

// inUnion reports whether a country is one of the European Union, by its ISO 3166-1 code, or one that the Union writes otherwise.
func inUnion(country string) bool {
	return slices.Contains(strings.Fields("AT BE BG CY CZ DE DK EE EL ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI"), strings.ToUpper(country))
}

// taxCategories lists the categories beside S, which bear no tax.
func taxCategories() []taxCategory {
	return []taxCategory{
		{code: "Z", class: "zero"},
		{code: "E", class: "exempt", explained: true},
		{
			code: "AE", class: "reverse-charge", word: "reverse charge", reason: "VATEX-EU-AE", explained: true, seller: true, buyer: true,
			legend: "Reverse charge: VAT is to be accounted for by the recipient",
		},
		{
			code: "K", class: "intra-community", word: "an intra-Community supply", reason: "VATEX-EU-IC", explained: true, seller: true, buyer: true,
			legend: "Intra-Community supply",
		},
		{
			code: "G", class: "export", word: "an export", reason: "VATEX-EU-G", explained: true, seller: true,
			legend: "Export outside the EU",
		},
		{code: outsideScope, class: "outside", reason: "VATEX-EU-O", explained: true, legend: "Not subject to VAT"},
	}
}

// categoryNamed finds a category that bears no tax.
func categoryNamed(code string) (taxCategory, bool) {
	all := taxCategories()
	i := slices.IndexFunc(all, func(c taxCategory) bool { return c.code == code })
	if i < 0 {
		return taxCategory{}, false
	}
	return all[i], true
}

// categoryOf reads the category off a class's usual name.
func categoryOf(class string, rate money.Percent) string {
	for _, c := range taxCategories() {
		if c.class == class {
			return c.code
		}
	}
	if rate.Sign() > 0 {
		return "S"
	}
	return ""
}

// check holds a rate to what its category means (EN 16931 BR-S-05 to BR-O-05, and the
// reasons that BR-E-10, BR-AE-10, BR-IC-10, BR-G-10 and BR-O-10 ask for).
func (t *TaxRate) check() error {
	if t.Rate.Sign() < 0 || t.Rate.Cmp(money.NewPercent(100, 0)) > 0 {
		return fault.Invalidf("rate", "%s is no rate of tax", t.Rate.Format()).With("tax.rate")
	}
	if t.Category == "S" {
		switch {
		case t.Rate.IsZero():
			return fault.Invalidf("rate", "what is standard rated bears more than 0 %%").With("tax.rate").
				Hint("for a rate of 0 name the category: --category Z, E, AE, K, G or O")
		case t.Reason != "":
			return fault.Invalidf("reason_code", "what bears tax has no reason for bearing none").With("tax.reason-code")
		}
		return nil
	}
	c, ok := categoryNamed(t.Category)
	if !ok {
		return fault.Invalidf("category", "%q is no tax category", t.Category).With("tax.category").
			Hint("write S, Z, E, AE, K, G or O")
	}
	if !t.Rate.IsZero() || len(t.Components) > 0 {
		return fault.Invalidf("rate", "category %s bears 0 %%, not %s", t.Category, t.Rate.Format()).With("tax.rate")
	}
	if t.Legend == "" {
		t.Legend = c.legend
	}
	if t.Reason == "" {
		t.Reason = c.reason
	}
	switch {
	case !c.explained && t.Reason != "": // BR-Z-10
		return fault.Invalidf("reason_code", "category %s has no reason code", t.Category).With("tax.reason-code")
	case c.explained && t.Legend == "" && t.Reason == "":
		return fault.Invalidf("legend", "an invoice has to say why %s is exempt", t.Class).With("tax.legend").
			Hint(`--legend "Exempt under …", or --reason-code VATEX-EU-132-1B`)
	}
	return nil
}

// reasonCode tidies a code of the VATEX list, of which the form is checked: which codes
// there are is the law's. None is allowed.
func reasonCode(s string) (string, error) {
	s = strings.ToUpper(strings.TrimSpace(s))
	rest, ok := strings.CutPrefix(s, "VATEX-")
	odd := strings.Trim(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" || strings.HasSuffix(rest, "-")
	if s != "" && (!ok || odd || len(s) > 40 || strings.Index(rest, "-") != 2) {
		return "", fault.Invalidf("reason_code", "%q is no code of the VATEX list", s).With("tax.reason-code").
			Hint("write a code such as VATEX-EU-132-1B")
	}
	return s, nil
}
