package main

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
)

// area is a kind of rule: where it is written, and whose tests must notice a fault in it.
type area struct {
	name  string
	dir   string
	files *regexp.Regexp
	tests []string
}

// rules are the areas in which a fault costs somebody money or lets somebody do what they must not. Faults
// are planted there in turn when no folder is named, so that none of them hides behind the size of another.
func rules() []area {
	files := func(s string) *regexp.Regexp { return regexp.MustCompile(`^(` + s + `)\.go$`) }
	const money, billing, approval = "./money", "./billing", "./approval"
	return []area{
		{"decimals", money, files(`.*`), []string{money, billing}},
		{"arithmetic of charges", billing, files(`charge.*|labour.*|time_rounding|surcharge|tour|trip|driving|callout|cover|discount|allowance|split|unit|span`), []string{billing}},
		{"arithmetic of agreements", billing, files(`cap.*|milestone.*|progress.*|retainage.*|retainer|draw|deposit|deduction|terms|agreement|entitlement|schedule|position`), []string{billing}},
		{"arithmetic of documents", billing, files(`invoice_compose|invoice_count|invoice_credit|credit_.*|invoice_rebill|allocation|settlement|payment.*|tax.*|account|receivable|ageing|statement|rollup`), []string{billing}},
		{"prices", billing, files(`price_.*|contract.*|order_price|reprice|margin.*|floor`), []string{billing}},
		{"gate", billing, files(`gate.*|waiver|invoice_ready|late|period|purchase`), []string{billing}},
		{"approvals", approval, files(`.*`), []string{approval, billing}},
		{"separation of duties", billing, files(`separation|invoice_approve|invoice_release|changeorder.*|time_approval|audit`), []string{billing}},
	}
}

// places makes an area of each folder that was named. Its own tests are asked before the others.
func places(o options) []area {
	var out []area
	for _, dir := range o.dirs {
		tests := slices.Clone(o.tests)
		if i := slices.Index(tests, dir); i > 0 {
			tests = slices.Concat([]string{dir}, tests[:i], tests[i+1:])
		}
		out = append(out, area{dir, dir, o.files, tests})
	}
	return out
}

// draw lists the faults that can be planted in the areas, one of each in turn and in each by chance.
func draw(areas []area, rng *rand.Rand) ([]mutant, error) {
	var each [][]mutant
	longest := 0
	for _, a := range areas {
		found, err := mutants(a)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("there is nothing to plant a fault in: %s", a.name)
		}
		rng.Shuffle(len(found), func(i, j int) { found[i], found[j] = found[j], found[i] })
		each, longest = append(each, found), max(longest, len(found))
	}
	var out []mutant
	for i := range longest {
		for _, found := range each {
			if i < len(found) {
				out = append(out, found[i])
			}
		}
	}
	return out, nil
}
