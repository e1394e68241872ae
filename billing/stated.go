package billing

import (
	"callout/money"
	"callout/party"
	"callout/store"
)

// stated is an amount that somebody states in a field, in the shop's currency and with no more decimals than that has.
func stated(tx *store.Tx, field string, a money.Amount) (money.Amount, error) {
	company, err := party.TheCompany(tx)
	if err != nil {
		return a, err
	}
	return a.In(field, company.Currency)
}
