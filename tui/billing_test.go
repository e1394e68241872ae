package tui_test

import (
	"strings"
	"testing"
)

// newBillPlace is a shop under four eyes with an order that is completed and has something to bill, and one with a
// deposit that is reached.
func newBillPlace(t *testing.T) *place {
	t.Helper()
	p := newPlace(t)
	p.run("tax set standard 20 --default")
	p.run("company edit --address 'Ring 1, 1010 Wien' --tax-id ATU1")
	p.run("customer edit 'Hotel Prater' --address 'Praterstern 1'")
	p.run("item add WO-1003 --expense Burner --qty 1 --price 100 --cost 65")
	p.run("item add WO-1003 --expense Parking --qty 1 --price 8.50")
	p.run("wo start WO-1003")
	p.run("wo complete WO-1003")
	p.run("policy set four-eyes")
	return p
}

// From work to money: proposed by one, approved by another, released once its sum was typed.
func TestFromWorkToMoney(t *testing.T) {
	p := newBillPlace(t)
	s := p.open(160, 40)
	s.press("4").shows("Billing", "to bill", "WO-1003", "Gas check, 2 on no invoice", "108.50", "cost unknown")
	s.press("r").shows("release: Gas check, 2 on no invoice is not proposed yet")
	s.press("p").shows("WO-1003 is proposed", "proposed", "130.20").hides("to bill")
	s.press("a").shows("approve: mia made or last edited it")
	id := strings.TrimSpace(p.run("invoice list --status proposed -o name"))
	p.run("invoice approve " + id + " --as olga")
	s.changed().shows("approved")
	s.press("r").shows("Release invoice of WO-1003 to Hotel Prater", "type 130.20 to go on")
	s.types("yes").press("enter").shows("that is not 130.20").press("esc").shows("approved")
	s.press("r").types("130.20").press("enter").shows("released", "INV-2026-00001")
	if out := p.run("invoice list --status released -o jsonl"); !strings.Contains(out, "INV-2026-00001") {
		t.Fatalf("it was not released: %s", out)
	}
	s.press("c").types("the wrong house").press("enter").shows("credit-note", "proposed")
}

// The sheet shows the lines, and for each requirement where it stands, with the command that would do.
func TestTheGateOnASheet(t *testing.T) {
	p := newBillPlace(t)
	p.run("item add WO-1003 --expense Chimney --qty 1")
	s := p.open(120, 40)
	s.press("4 enter").shows("On no invoice", "Burner", "no price", "Gate", "missing", "PRICE.RESOLVED")
	s.press("p").shows("PRICE.RESOLVED").press("esc")
}

// A proposal is thrown away with a reason, and the work is there to be billed again.
func TestDiscardAProposal(t *testing.T) {
	p := newBillPlace(t)
	s := p.open(120, 40)
	s.press("4 p").shows("proposed").press("d").types("with the next visit").press("enter").shows("discarded", "to bill")
}

func TestBillingLooksGood(t *testing.T) {
	p := newBillPlace(t)
	p.run("wo create --customer 'Café 東京' --site Bar --title 'New pump'")
	p.run("milestone add WO-1004 'On completion' --amount 500.00")
	p.run("wo start WO-1004")
	p.run("wo complete WO-1004")
	p.run("wo create --customer 'Hotel Prater' --site Kitchen --title 'Filter'")
	p.run("item add WO-1005 --expense Filter --qty 2 --price 40 --cost 22")
	p.run("wo start WO-1005")
	p.run("wo complete WO-1005")
	p.run("invoice approve " + strings.TrimSpace(p.run("invoice propose WO-1005 -o name")) + " --as olga")
	p.open(80, 24).press("4").golden("billing-80x24")
	p.open(160, 48).press("4").golden("billing-160x48")
}
