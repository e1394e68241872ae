package report

import (
	"fmt"
	"slices"
	"strings"

	"callout/internal/fault"
	"callout/money"
)

// By says what a line of a report stands for.
type By string

// The groups of reports.
const (
	ByCustomer   By = "customer"
	ByTechnician By = "technician"
	ByWorkType   By = "work-type"
	ByOrder      By = "order"
	ByBranch     By = "branch"
	ByShop       By = "shop" // one line for all
)

// MarginGroups lists what margins are reported by.
func MarginGroups() []By { return []By{ByCustomer, ByTechnician, ByWorkType, ByOrder} }

// FirstVisitGroups lists what first visits are reported by.
func FirstVisitGroups() []By { return []By{ByWorkType, ByTechnician, ByCustomer, ByShop} }

// UtilisationGroups lists what utilisation is reported by.
func UtilisationGroups() []By { return []By{ByTechnician, ByBranch, ByShop} }

// check refuses a group that a report does not know.
func (by By) check(report string, groups []By) error {
	if slices.Contains(groups, by) {
		return nil
	}
	words := make([]string, len(groups))
	for i, g := range groups {
		words[i] = string(g)
	}
	return fault.Invalidf("by", "%s is grouped by %s, not by %q", report, strings.Join(words, ", "), by).
		With("report.group").Hint("%s", fmt.Sprintf("callout report %s --by %s", report, groups[0]))
}

// share is a part of a whole in percent, cut to one decimal so that only all of it is 100 %; nil of nothing.
func share(part, whole int64) *money.Percent {
	if whole <= 0 {
		return nil
	}
	p := money.NewPercent(part*1000/whole, 1)
	return &p
}
