package cmd

import (
	"context"

	"callout/billing"
	"callout/party"
	"callout/store"
	"callout/work"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newPriceAddBookCmd(a *App) *cobra.Command {
	var customer, site, branch string
	return a.Verb(Verb{
		Use: "add-book NAME", Short: "Open a price book for a customer, a site or a branch", Writes: true,
		Long: "Orders that are created from now on look into the customer's book first, then into the site's, the branch's, and the\n" +
			"company's, which is called standard. Prices are put into it with callout price set --book NAME.",
		Example: `callout price add-book "Mill prices" --customer Mill`,
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&customer, "customer", "", "for this `CUSTOMER`")
			f.StringVar(&site, "site", "", "for this `SITE`")
			f.StringVar(&branch, "branch", "", "for orders of this `BRANCH`")
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{Build: func(r store.Reader, _ string) (store.Command, error) {
				c := &billing.AddBook{Book: args[0]}
				var err error
				if c.Customer, err = optional(findCustomer, r, customer); err != nil {
					return nil, err
				}
				if c.Branch, err = optional(findBranch, r, branch); err != nil {
					return nil, err
				}
				c.Site, err = siteIn(r, "", site)
				return c, err
			}})
		},
	})
}

// bookRow is a price book with the name of whom it is for.
type bookRow struct {
	billing.PriceBookRow
	whom, name string
}

func bookList() List[bookRow] {
	return List[bookRow]{
		Key:   func(b bookRow) string { return b.Name },
		Empty: "there are no price books yet",
		Columns: []Column[bookRow]{
			{Name: "name", Value: func(b bookRow) any { return b.Name }},
			{Name: "for", Value: func(b bookRow) any { return b.whom }},
			{Name: "whom", Value: func(b bookRow) any { return b.name }},
			{Name: "rev", Right: true, Value: func(b bookRow) any { return b.Rev }},
			{Name: "id", Detail: true, Value: func(b bookRow) any { return string(b.ID) }},
		},
	}
}

func newPriceBooksCmd(a *App) *cobra.Command {
	return a.Verb(Verb{
		Use: "books", Short: "List the price books and whom they are for",
		Example: "callout price books",
		Fields:  bookList().Names(),
		Run: func(ctx context.Context, _ []string) error {
			var rows []bookRow
			err := a.View(ctx, func(r store.Reader) error {
				for row, err := range billing.PriceBooks.Rows(r, "name", store.Range{}) {
					if err != nil {
						return err
					}
					b := bookRow{PriceBookRow: row}
					if err := b.read(r); err != nil {
						return err
					}
					rows = append(rows, b)
				}
				return nil
			})
			if err != nil {
				return err
			}
			return bookList().Print(a, Rows(rows))
		},
	})
}

// read says for whom a book is.
func (b *bookRow) read(r store.Reader) error {
	switch s := b.Scope; {
	case s.Customer != "":
		c, err := work.Customers.Get(r, s.Customer)
		if err != nil {
			return err
		}
		b.whom, b.name = "customer", c.Name
	case s.Site != "":
		site, err := work.Sites.Get(r, s.Site)
		if err != nil {
			return err
		}
		b.whom, b.name = "site", site.Name
	case s.Branch != "":
		br, err := party.Branches.Get(r, s.Branch)
		if err != nil {
			return err
		}
		b.whom, b.name = "branch", br.Name
	case b.Name == billing.StandardBook:
		b.whom = "company"
	default:
		b.whom = "nobody"
	}
	return nil
}
