package cmd

import (
	"context"
	"strings"

	"callout/billing"
	"callout/calendar"
	"callout/internal/fault"
	"callout/money"
	"callout/party"
	"callout/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newPaymentCmd(a *App) *cobra.Command {
	return a.Noun(Noun{Use: "payment", Short: "Money that came in, went back, or is given up; who owes what", Group: GroupMoney},
		newPaymentAddCmd(a), newPaymentApplyCmd(a), newPaymentRefundCmd(a), newPaymentDivideCmd(a), newPaymentReverseCmd(a),
		newPaymentWriteOffCmd(a), newPaymentListCmd(a), newPaymentShowCmd(a), newPaymentAgeingCmd(a))
}

// findPayment resolves a payment by number or id.
func findPayment(r store.Reader, ref string) (store.ID, error) {
	return hinted(billing.Payments.FindID, "callout payment list")(r, ref)
}

// findCredit resolves what can stand to a customer's credit: a payment or a credit note.
func findCredit(r store.Reader, ref string) (store.ID, error) {
	id, err := store.Resolve(r, ref)
	if err == nil && id.Prefix() == billing.Invoices.Prefix() {
		return id, nil
	}
	return findPayment(r, ref)
}

// bookingFlags are how, when and under which reference something was paid.
type bookingFlags struct{ on, method, reference string }

func (b *bookingFlags) add(f *pflag.FlagSet, moved bool) {
	f.StringVar(&b.on, "on", "", "the `DAY` on which it was booked (today when left out)")
	if moved {
		choiceVar(f, &b.method, "method", "", methods(), "how the money moved")
		f.StringVar(&b.reference, "reference", "", "the bank's or the customer's reference, as `TEXT`")
	}
}

func (b *bookingFlags) day(a *App) (on calendar.Date, err error) {
	if b.on != "" {
		on, err = a.Date("on", b.on)
	}
	return on, err
}

func methods() (words []string) {
	for _, m := range billing.PaymentMethods() {
		words = append(words, string(m))
	}
	return words
}

// paymentNote says what a payment came to, or what was changed by it.
func paymentNote(rec store.Receipt) string {
	var p billing.Payment
	var used []string
	for _, c := range rec.Changes {
		var s billing.Settlement
		var doc billing.Payment
		switch {
		case c.After == nil:
		case c.ID == rec.Subject && c.ID.Prefix() == billing.Payments.Prefix() && decodeJSON(c.After, &doc):
			p = doc
		case c.ID.Prefix() == billing.Settlements.Prefix() && decodeJSON(c.After, &s):
			word := s.Amount.String()
			if s.Sign < 0 {
				word = "−" + word
			}
			used = append(used, word)
		}
	}
	switch {
	case p.ID == "":
		return "settled " + strings.Join(used, ", ")
	case len(used) == 0:
		return string(p.Kind) + " of " + p.Amount.String() + ", all to the customer's credit"
	}
	return string(p.Kind) + " of " + p.Amount.String() + ", settled " + strings.Join(used, ", ")
}

func newPaymentAddCmd(a *App) *cobra.Command {
	var amount, customer string
	var b bookingFlags
	return a.Verb(Verb{
		Use: "add [INVOICE...]", Able: ableOwed, Short: "Record money that came in", Writes: true,
		Long: "It pays for the invoices that are named, in their order, each as far as it is open; INVOICE=AMOUNT says how much goes to one.\n" +
			"The rest, or all of it where no invoice is named, stands to the customer's credit. A payment is never edited: a wrong\n" +
			"one is reversed.",
		Example: "callout payment add INV-2026-00017 --amount 961.99 --on 2026-03-20 --reference E2E-5512\n" +
			"callout payment add --customer Mill --amount 500   # nobody has said what for\n" +
			"callout invoice list --customer Mill --payment overdue -o name | callout payment add - --amount 1200",
		Fields: resultList().Names(), Required: []string{"amount"},
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&amount, "amount", "", "how much came in: `AMOUNT`")
			f.StringVar(&customer, "customer", "", "who paid, where no invoice is named: `CUSTOMER`")
			b.add(f, true)
		},
		Run: func(ctx context.Context, args []string) error {
			args, err := a.IDs(ctx, args)
			if err != nil {
				return err
			}
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					c := &billing.AddPayment{Method: billing.PaymentMethod(b.method), Reference: b.reference}
					if c.Customer, err = optional(findCustomer, r, customer); err != nil {
						return nil, err
					}
					if c.On, err = b.day(a); err != nil {
						return nil, err
					}
					if c.Invoices, err = paymentShares(r, args); err != nil {
						return nil, err
					}
					sum, err := amountFlag(r, "amount", amount)
					if err != nil {
						return nil, err
					}
					c.Amount = *sum
					return c, nil
				},
				Note: paymentNote,
			})
		},
	})
}

// paymentShares reads INVOICE or INVOICE=AMOUNT.
func paymentShares(r store.Reader, words []string) (shares []billing.PaymentShare, err error) {
	for _, word := range words {
		ref, part, some := cutLast(word, "=")
		s := billing.PaymentShare{}
		if s.Invoice, err = findInvoice(r, ref); err != nil {
			return nil, err
		}
		if some {
			if s.Amount, err = amountFlag(r, "invoice", part); err != nil {
				return nil, err
			}
			if s.Amount == nil {
				return nil, fault.Invalidf("invoice", "%q does not say how much", word).Hint("callout payment add %s …", ref)
			}
		}
		shares = append(shares, s)
	}
	return shares, nil
}

func newPaymentApplyCmd(a *App) *cobra.Command {
	var amount, from string
	return a.Verb(Verb{
		Use: "apply INVOICE...", Able: ableOwed, Short: "Pay invoices out of what stands to the customer's credit", Writes: true, Danger: Bulk,
		Long: "Takes what is not used of payments and credit notes, the oldest first, or of the one that --from names.",
		Example: "callout payment apply INV-2026-00018\n" +
			"callout payment apply INV-2026-00018 --from CN-2026-00001 --amount 40",
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&from, "from", "", "only out of this `PAYMENT`, or credit note")
			f.StringVar(&amount, "amount", "", "how much: `AMOUNT` (as much as there is when left out)")
		},
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, Action{
				Build: func(r store.Reader, ref string) (store.Command, error) {
					id, err := findInvoice(r, ref)
					if err != nil {
						return nil, err
					}
					c := &billing.ApplyCredit{Invoice: id}
					if c.Amount, err = amountFlag(r, "amount", amount); err != nil {
						return nil, err
					}
					if from != "" {
						c.From, err = findCredit(r, from)
						return c, err
					}
					inv, err := billing.Invoices.Get(r, id)
					if err == nil {
						c.From = inv.Customer
					}
					return c, err
				},
				Note: paymentNote,
			})
		},
	})
}

func newPaymentRefundCmd(a *App) *cobra.Command {
	var amount string
	var b bookingFlags
	return a.Verb(Verb{
		Use: "refund PAYMENT", Short: "Record money that goes back to a customer, with a reason", Writes: true, Danger: Mild,
		Long: "Takes a credit note as well. Without --amount all goes back that is not used of it. Of a payment more can go back: then what\n" +
			"it paid for last is open again. Under the four-eyes policy, whoever recorded a payment does not give it back.",
		Example: `callout payment refund PAY-1004 --reason "paid twice"` + "\n" +
			`callout payment refund CN-2026-00001 --amount 10 --reason "as agreed"`,
		Fields: resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&amount, "amount", "", "how much: `AMOUNT`")
			b.add(f, true)
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					id, err := findCredit(r, args[0])
					if err != nil {
						return nil, err
					}
					c := &billing.RefundPayment{Of: id, Method: billing.PaymentMethod(b.method), Reference: b.reference}
					if c.Amount, err = amountFlag(r, "amount", amount); err != nil {
						return nil, err
					}
					c.On, err = b.day(a)
					return c, err
				},
				Note: paymentNote,
			})
		},
	})
}

func newPaymentDivideCmd(a *App) *cobra.Command {
	var refund, other, keep string
	var b bookingFlags
	return a.Verb(Verb{
		Use: "divide PAYMENT", Short: "Say what becomes of all that is not used of a payment or credit note", Writes: true,
		Long: "What goes back as money, what was given in another way, and what is kept for the next invoices must add up to what is not\n" +
			"used, so that nothing is left without an answer.",
		Example: `callout payment divide CN-2026-00001 --refund 10 --keep 5 --reason "as agreed with the customer"`,
		Fields:  resultList().Names(),
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&refund, "refund", "0", "goes back as money: `AMOUNT`")
			f.StringVar(&other, "out-of-band", "0", "was given in another way, such as goods: `AMOUNT`")
			f.StringVar(&keep, "keep", "0", "stays to the customer's credit: `AMOUNT`")
			b.add(f, true)
		},
		Run: func(ctx context.Context, args []string) error {
			return a.Act(ctx, Action{
				Build: func(r store.Reader, _ string) (store.Command, error) {
					id, err := findCredit(r, args[0])
					if err != nil {
						return nil, err
					}
					company, err := party.TheCompany(r)
					if err != nil {
						return nil, err
					}
					c := &billing.DivideCredit{Of: id, Method: billing.PaymentMethod(b.method), Reference: b.reference}
					for _, part := range []struct {
						field, word string
						to          *money.Amount
					}{{"refund", refund, &c.Refund}, {"out-of-band", other, &c.OutOfBand}, {"keep", keep, &c.Keep}} {
						if *part.to, err = money.ParseAmount(part.field, part.word, company.Currency); err != nil {
							return nil, err
						}
					}
					c.On, err = b.day(a)
					return c, err
				},
				Note: func(store.Receipt) string { return "divided" },
			})
		},
	})
}

func newPaymentReverseCmd(a *App) *cobra.Command {
	var b bookingFlags
	return a.Verb(Verb{
		Use: "reverse PAYMENT...", Short: "Take payments, refunds or write-offs back that did not hold, with a reason", Writes: true, Danger: Bulk,
		Long:    "What a payment paid for is open again. The payment and its reversal both stay on the account.",
		Example: `callout payment reverse PAY-1002 --reason "the direct debit bounced"`,
		Flags:   func(f *pflag.FlagSet) { b.add(f, false) },
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, Action{
				Build: func(r store.Reader, ref string) (store.Command, error) {
					id, err := findPayment(r, ref)
					if err != nil {
						return nil, err
					}
					c := &billing.ReversePayment{Payment: id}
					c.On, err = b.day(a)
					return c, err
				},
				Note: paymentNote,
			})
		},
	})
}

func newPaymentWriteOffCmd(a *App) *cobra.Command {
	var amount string
	var b bookingFlags
	return a.Verb(Verb{
		Use: "write-off INVOICE...", Able: ableOwed, Short: "Give up what is open of invoices, with a reason", Writes: true, Danger: Bulk,
		Long:    "Under the four-eyes policy nobody writes off what they proposed themselves.",
		Example: `callout payment write-off INV-2026-00003 --reason "the customer is bankrupt"`,
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&amount, "amount", "", "how much of it: `AMOUNT` (all that is open when left out)")
			b.add(f, false)
		},
		Each: func(ctx context.Context, ids []string) []Result {
			return a.ActEach(ctx, ids, Action{
				Build: func(r store.Reader, ref string) (store.Command, error) {
					id, err := findInvoice(r, ref)
					if err != nil {
						return nil, err
					}
					c := &billing.WriteOffInvoice{Invoice: id}
					if c.Amount, err = amountFlag(r, "amount", amount); err != nil {
						return nil, err
					}
					c.On, err = b.day(a)
					return c, err
				},
				Note: paymentNote,
			})
		},
	})
}

// completePayments offers the newest payments.
func (a *App) completePayments(ctx context.Context, prefix string) (found []Completion, err error) {
	err = a.View(ctx, func(r store.Reader) error {
		scanned := 0
		n := namesOf(r)
		for p, err := range billing.Payments.Rows(r, "on", store.Range{Reverse: true}) {
			if err != nil {
				return err
			}
			if scanned++; scanned > maxScanned || len(found) == maxCompletions {
				return nil
			}
			if strings.HasPrefix(strings.ToLower(p.Number), strings.ToLower(prefix)) {
				found = append(found, Completion{Value: p.Number, Help: string(p.Kind) + " of " + p.Amount.String() + ", " + n.of(p.Customer)})
			}
		}
		return nil
	})
	return found, err
}
