package tui_test

import (
	"strings"
	"testing"
)

// An order is made in a form: customers and sites are offered while one types, and it opens once it is there.
func TestFormNewOrder(t *testing.T) {
	p := newPlace(t)
	s := p.open(120, 30).press("i").shows("New order", "Hotel Prater", "who asks for it").golden("form-order-120x30")
	s.types("hot").press("tab").shows("Kitchen  Praterstern 1").press("down enter")
	s.types("Lamp flickers").press("enter").press("enter").types("h").press("enter enter")
	s.shows("WO-1004 is created", "WO-1004 Lamp flickers")
	if out := p.run("wo show WO-1004 -o json"); !strings.Contains(out, `"high"`) || !strings.Contains(out, "Hotel Prater") {
		t.Fatalf("another order was created: %s", out)
	}
}

// A refusal comes back to the field that it names, and everything typed stays.
func TestFormRefused(t *testing.T) {
	p := newPlace(t)
	s := p.open(80, 24).press("i").types("Nobody").press("tab tab").types("Lamp").press("ctrl+s")
	s.shows("Nobody", "Lamp", "New order").golden("form-refused-80x24")
	s.press("esc").shows("escape again leaves it").press("tab").hides("escape again").press("esc esc").hides("New order")
	if out := p.run("wo list -o name"); strings.Contains(out, "WO-1004") {
		t.Fatalf("an order was created: %s", out)
	}
	s.press("i esc").hides("New order") // nothing was typed
}

func TestFormsOfADetail(t *testing.T) {
	p := newDetailPlace(t)
	s := p.open(160, 48).press("w enter e").shows("Change WO-1001").types(" and more").press("ctrl+s").shows("WO-1001 Boiler service and more")
	s.press("e ctrl+s").shows("nothing is changed yet").press("esc")
	s.press("T").types("Paint it").press("tab").types("gas, electric:2").press("tab").types("2h").press("ctrl+s").shows("Tasks 2", "gas, electric:2  2h")
	s.press("V").shows("Change the plan of APPT-1001", "2026-03-02 09:00").press("tab backspace backspace").types("45m").press("ctrl+s")
	s.shows("09:00-09:45")
	s.press("S").types("Eva Moser").press("tab").types("host").press("ctrl+s").shows("has not begun", "Eva Moser")
	p.run("wo start WO-1001")
	s.press("ctrl+s").press("G").shows("Eva Moser  host")
}

// A checklist is answered question by question; what an answer brings up is asked as well.
func TestFormChecklist(t *testing.T) {
	p := newPlace(t)
	p.file("gas.yaml", `name: gas
title: Gas safety
safety: true
text: I have shut the valve.
questions:
  - {key: shut, text: "Is the valve shut?", type: yes-no, required: true, fail_if: ["no"]}
  - {key: why, text: "Why not?", type: text, required: true, if: {question: shut, is: ["no"]}}
  - {key: pressure, text: "What is the pressure?", type: number, unit: bar, min: "1", max: "2"}
`)
	p.run("task add WO-1001 Look --checklist gas")
	s := p.open(160, 48).press("w enter C").shows("gas, 1 of 2", "Is the valve shut?").golden("form-checklist-160x48")
	s.press("n enter").shows("gas, 2 of 3", "Why not?").types("It is stuck").press("enter")
	s.shows("a number bar from 1 to 2").types("lots").press("enter").shows("lots", "What is the pressure?")
	s.press("backspace backspace backspace backspace").types("1.5").press("enter").shows("I have shut the valve.")
	s.press("enter").hides("I have shut the valve.").shows("gas  3 of 3 answered  fail")
	if out := p.run("checklist show WO-1001/1 -o json"); !strings.Contains(out, "It is stuck") || !strings.Contains(out, `"1.5"`) {
		t.Fatalf("other answers were given: %s", out)
	}
}
