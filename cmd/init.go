package cmd

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"callout/approval"
	"callout/money"
	"callout/party"
	"callout/shop"
	"callout/store"
)

func newInitCmd(a *App) *cobra.Command {
	var company party.InitCompany
	var policy string
	return GroupData.In(a.Verb(Verb{
		Use:   "init",
		Short: "Make a new shop: one company, one currency, one store",
		Long: `The store is made where --store or CALLOUT_STORE says (see callout config list). Nothing that
is there already is ever touched. Whoever acts is asserted: --as names you, and the first name
becomes your default. The currency cannot be changed afterwards.`,
		Example: `callout init --company "Alpine Lifts" --currency EUR --tz Europe/Vienna
callout init --company "Solo Plumbing" --currency USD --tz America/Denver --policy single --as Kim`,
		Writes:   true,
		Required: []string{"company", "currency", "tz"},
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&company.Company, "company", "", "the company's `NAME`")
			f.StringVar(&company.Code, "currency", "", "the ISO 4217 `CURRENCY` of every amount, such as EUR")
			choiceVar(f, &policy, "policy", string(approval.FourEyes), modeWords(), "who approves: four-eyes (never the maker) or single")
			companyFlags(f, &company)
		},
		Fields: resultList().Names(),
		Run: func(ctx context.Context, _ []string) error {
			company.Zone = a.shared.tz
			return a.makeShop(ctx, company, approval.Mode(policy))
		},
	}))
}

// companyFlags declares what a company may say about itself on documents.
func companyFlags(f *pflag.FlagSet, c *party.InitCompany) {
	f.StringVar(&c.Address, "address", "", "the company's `ADDRESS`")
	f.StringVar(&c.Country, "country", "", "its country, a `CODE` of two letters")
	f.StringVar(&c.TaxID, "tax-id", "", "its VAT or tax number, as `TEXT`")
	f.StringVar(&c.Email, "email", "", "its e-mail `ADDRESS`")
	f.StringVar(&c.Bank, "bank", "", "how to pay, as printed on invoices: `TEXT`")
}

func modeWords() []string {
	var out []string
	for _, m := range approval.Modes() {
		out = append(out, string(m))
	}
	return out
}

func (a *App) makeShop(ctx context.Context, company party.InitCompany, policy approval.Mode) error {
	remember := a.shared.as != "" || a.config.As == ""
	if a.config.As == "" {
		a.config.As = cmp.Or(a.env("USER"), a.env("USERNAME"), a.env("LOGNAME"))
	}
	if _, err := party.ParseName("as", "person", a.config.As); err != nil {
		return err
	}
	res := Result{ID: company.Company, Note: fmt.Sprintf("a shop in %s, %s, acting as %s: %s", company.Code, policy, a.config.As, a.where())}
	if a.DryRun() {
		if err := company.Validate(); err != nil {
			return err
		}
		return a.Report(res)
	}
	s, err := shop.Create(ctx, a.shopOptions(), shop.Found{Company: company, Policy: policy, Actor: a.Actor()})
	if err != nil {
		return err
	}
	if err := s.Close(); err != nil {
		return err
	}
	if remember {
		if err := a.rememberAs(); err != nil {
			a.note("the default of --as could not be kept: %v", err)
		}
	}
	return a.Report(res)
}

// rememberAs makes who founded the shop the default of --as, unless there is one already.
func (a *App) rememberAs() error {
	path := a.userConfigPath()
	if path == "" {
		return nil
	}
	before, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	values, err := a.readConfig(configFile{path: path}, a.configKeys())
	if err != nil || values["as"] != nil {
		return err
	}
	after, err := editConfig(before, "as", a.config.As)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, after, 0o600)
}

func newCompanyCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "company", Short: "The company itself, as its documents name it", Group: GroupData},
		newCompanyShowCmd(a), newCompanyEditCmd(a))
}

func newCompanyShowCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use:     "show",
		Short:   "Show the company",
		Example: "callout company show -o json",
		Fields:  []string{"id", "name", "currency", "zone", "address", "country", "tax_id", "email", "bank", "cash_step"},
		Run: func(ctx context.Context, _ []string) error {
			var c *party.Company
			err := a.View(ctx, func(r store.Reader) (err error) {
				c, err = party.TheCompany(r)
				return err
			})
			if err != nil {
				return err
			}
			return a.Show(c.Name, c, func(p *Page) {
				p.Title("%s", c.Name)
				p.Field("Currency", c.Currency.Code())
				p.Field("Zone", c.Zone)
				p.Field("Address", c.Address)
				p.Field("Country", c.Country)
				p.Field("Tax id", c.TaxID)
				p.Field("Email", c.Email)
				p.Field("Bank", c.Bank)
				if !c.CashStep.IsZero() {
					p.Field("Paid in coins of", c.CashStep.Format(c.Currency))
				}
			})
		},
	})
}

func newCompanyEditCmd(a *App) *cobra.Command {
	var to party.InitCompany
	var cash string
	var flags *pflag.FlagSet
	return a.Verb(Verb{
		Use:   "edit",
		Short: "Change what the company says about itself",
		Long:  "Only what is named changes; an empty text clears. Documents that were released keep what they said.",
		Example: `callout company edit --address "Hauptplatz 1, 8010 Graz" --tax-id ATU12345678
callout company edit --tz Europe/Vienna
callout company edit --cash-rounding 0.05`,
		Writes: true,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			flags = f
			f.StringVar(&to.Company, "name", "", "the company's new `NAME`")
			companyFlags(f, &to)
			f.StringVar(&cash, "cash-rounding", "", "round what is to pay to coins of this `AMOUNT`, such as 0.05; 0 rounds nothing")
		},
		Run: func(ctx context.Context, _ []string) error {
			edit := &party.EditCompany{
				Company: edited(flags, "name", to.Company), Address: edited(flags, "address", to.Address),
				Country: edited(flags, "country", to.Country), TaxID: edited(flags, "tax-id", to.TaxID),
				Email: edited(flags, "email", to.Email), Bank: edited(flags, "bank", to.Bank),
				Zone: edited(flags, "tz", a.shared.tz),
			}
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				step, err := amountFlag(r, "cash-rounding", cash)
				if step != nil {
					edit.CashStep = &money.CashStep{Amount: *step}
				}
				return edit, err
			}})
		},
	})
}
