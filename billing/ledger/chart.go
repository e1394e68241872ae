package ledger

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"callout/billing"
	"callout/internal/fault"
	"callout/money"
	"callout/store"
)

// Account is one account of the books.
type Account struct {
	// Name is hierarchical, as hledger and beancount have it: "Income:Labour".
	Name string `json:"name"`
	// Code is the number that the books know it by, e.g. "4000"; there may be none.
	Code string `json:"code,omitempty"`
	// TaxType is what Xero or QuickBooks call the tax of such lines, e.g. "20% (VAT on
	// Income)". Only tax accounts have one.
	TaxType string `json:"tax_type,omitempty"`
}

// ref is how a list of postings names the account.
func (a Account) ref() string {
	if a.Code != "" {
		return a.Code
	}
	return a.Name
}

// Chart says which account takes what, by key. It has revisions; a batch pins the one that it was cut
// under. See [Keys] for the keys; what a shop has not set goes to accounts of the plainest names.
type Chart struct {
	Accounts map[string]Account `json:"accounts"`
}

// The keys of a chart. A longer one goes before the shorter: tax:S:20 before tax:S before tax.
const (
	keyReceivable = "receivable"
	keyRevenue    = "revenue"
	keyTax        = "tax"
	keyDiscount   = "discount"
	keySurcharge  = "surcharge"
	keyRounding   = "rounding"
	keyRetainage  = "retainage"
	keyDeposit    = "deposit"
	keyRetainer   = "retainer"
	keyBank       = "bank"
	keyCredit     = "credit"
	keyWriteOff   = "write-off"
	keyOutOfBand  = "out-of-band"
)

// plain lists the accounts that count until a shop names its own.
func plain() map[string]Account {
	return map[string]Account{
		keyReceivable: {Name: "Assets:Receivable"},
		keyRevenue:    {Name: "Income:Services"},
		keyTax:        {Name: "Liabilities:Tax"},
		keyDiscount:   {Name: "Income:Discounts"},
		keySurcharge:  {Name: "Income:Surcharges"},
		keyRounding:   {Name: "Expenses:Rounding"},
		keyRetainage:  {Name: "Assets:Retainage"},
		keyDeposit:    {Name: "Liabilities:Deposits"},
		keyRetainer:   {Name: "Liabilities:Retainers"},
		keyBank:       {Name: "Assets:Bank"},
		keyCredit:     {Name: "Liabilities:Customer-Credit"},
		keyWriteOff:   {Name: "Expenses:Bad-Debts"},
		keyOutOfBand:  {Name: "Assets:Clearing"},
	}
}

// Keys lists what may have an account of its own, with what it takes.
func Keys() map[string]string {
	return map[string]string{
		keyReceivable:               "what customers owe",
		keyRevenue:                  "what was earned, before tax",
		keyRevenue + ":time":        "of it, time",
		keyRevenue + ":item":        "of it, parts, services and expenses",
		keyRevenue + ":milestone":   "of it, milestones",
		keyTax:                      "tax on what was earned",
		keyDiscount:                 "off whole documents",
		keySurcharge:                "on top of whole documents",
		keyRounding:                 "rounding to coins",
		keyRetainage:                "held back until work is accepted",
		keyDeposit:                  "invoiced ahead, not deducted yet",
		keyRetainer:                 "paid ahead, not drawn yet",
		keyBank:                     "money that came in or went back",
		keyCredit:                   "what stands to customers' credit",
		keyWriteOff:                 "debts that were given up",
		keyOutOfBand:                "given back, but not as money",
		keyTax + ":CATEGORY[:RATE]": "of it, one category of EN 16931, or one rate of it: tax:S:20",
	}
}

// account returns the account of the longest key that has one.
func (c *Chart) account(parts ...string) (key string, a Account) {
	for n := len(parts); n > 0; n-- {
		key = strings.Join(parts[:n], ":")
		if a, ok := c.Accounts[key]; ok {
			return key, a
		}
	}
	return parts[0], plain()[parts[0]]
}

func (c *Chart) receivable() Account { return c.only(keyReceivable) }

// only returns the account of a key that has no longer ones.
func (c *Chart) only(key string) Account {
	_, a := c.account(key)
	return a
}

// revenue returns the account of what was earned, and its key. A deposit is not earned yet.
func (c *Chart) revenue(kind billing.SourceKind) (key string, a Account) {
	if kind == billing.FromDeposit {
		return keyDeposit, c.only(keyDeposit)
	}
	_, a = c.account(keyRevenue, string(kind))
	return keyRevenue + ":" + string(kind), a
}

// tax returns the account of a tax, and the key under which a shop would set one for just this.
func (c *Chart) tax(category string, rate money.Percent) (key string, a Account) {
	_, a = c.account(keyTax, category, rate.String())
	return strings.Join([]string{keyTax, category, rate.String()}, ":"), a
}

// Row is one account of a chart, as lists show it.
type Row struct {
	Key string `json:"key"`
	Account
	Set bool `json:"set"` // by the shop; otherwise it is the plain one
}

// Rows lists a chart's accounts by key.
func (c *Chart) Rows() []Row {
	all := plain()
	maps.Copy(all, c.Accounts)
	var out []Row
	for _, key := range slices.Sorted(maps.Keys(all)) {
		_, set := c.Accounts[key]
		out = append(out, Row{key, all[key], set})
	}
	return out
}

// charts holds the revisions of the chart.
var charts = store.Revised[Chart]{Kind: "ledger_chart", Title: "chart of accounts"}

const chartName = "standard"

// CurrentChart returns the newest chart. Its pin is empty until an account was set.
func CurrentChart(r store.Reader) (*Chart, store.Pin, error) {
	has, err := charts.Has(r, chartName)
	if err != nil || !has {
		return &Chart{}, store.Pin{}, err
	}
	return charts.Newest(r, chartName)
}

// SetAccount makes a new revision of the chart in which a key goes to another account. Empty fields of a key that has
// an account stay as they are. Batches that were cut keep theirs.
type SetAccount struct {
	Key     string `json:"key"`
	Account string `json:"account,omitempty"`
	Code    string `json:"code,omitempty"`
	TaxType string `json:"tax_type,omitempty"`
}

// Name implements store.Command.
func (c *SetAccount) Name() string { return "ledger.set_account.v1" }

// Do implements store.Command.
func (c *SetAccount) Do(tx *store.Tx) error {
	key, err := parseKey(c.Key)
	if err != nil {
		return err
	}
	old, _, err := CurrentChart(tx)
	if err != nil {
		return err
	}
	_, a := old.account(strings.Split(key, ":")...)
	if c.Account != "" {
		a.Name = c.Account
	}
	if !accountName.MatchString(a.Name) {
		return fault.Invalidf("account", "%q is no name of an account", a.Name).With("ledger.account").
			Hint("write Assets, Liabilities, Equity, Income or Expenses, and then parts of letters, digits and dashes, such as Income:Labour")
	}
	if c.Code != "" {
		a.Code = c.Code
	}
	if c.TaxType != "" {
		a.TaxType = c.TaxType
	}
	if err := cmp.Or(shortText("code", a.Code), shortText("tax-type", a.TaxType)); err != nil {
		return err
	}
	if a.TaxType != "" && !strings.HasPrefix(key, keyTax) {
		return fault.Invalidf("tax-type", "only a tax has one, not %s", key).With("ledger.tax-type")
	}
	next := Chart{Accounts: map[string]Account{}}
	maps.Copy(next.Accounts, old.Accounts)
	next.Accounts[key] = a
	_, err = charts.Publish(tx, chartName, next)
	return err
}

func shortText(field, s string) error {
	const most = 100
	if len(s) > most || !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		return fault.Invalidf(field, "%q is no short text", s).With("ledger.text")
	}
	return nil
}

// accountName is what both hledger and beancount take.
var accountName = regexp.MustCompile(`^(Assets|Liabilities|Equity|Income|Expenses)(:[A-Z0-9][A-Za-z0-9-]*)+$`)

// parseKey checks a key. The rate of a tax is brought into its plain form.
func parseKey(s string) (string, error) {
	unknown := fault.Invalidf("key", "%q is nothing that has an account", s).With("ledger.key").
		Hint("there are %s", strings.Join(slices.Sorted(maps.Keys(Keys())), ", "))
	parts := strings.Split(strings.TrimSpace(s), ":")
	if parts[0] != keyTax {
		if _, ok := Keys()[s]; !ok {
			return "", unknown
		}
		return s, nil
	}
	if len(parts) > 3 {
		return "", unknown
	}
	if len(parts) > 1 {
		if parts[1] = strings.ToUpper(parts[1]); parts[1] == "" || len(parts[1]) > 2 {
			return "", unknown
		}
	}
	if len(parts) == 3 {
		rate, err := money.ParsePercent("key", parts[2])
		if err != nil {
			return "", err
		}
		parts[2] = rate.String()
	}
	return strings.Join(parts, ":"), nil
}
