package cmd

import "time"

// demoSecond is a second chain through what is hardest to get right: each act is one
// rule, and shows it in under a screen.
func demoSecond() []demoAct {
	return []demoAct{
		demoSecondShop(), demoContract(), demoClock(), demoMargin(), demoCap(), demoHeld(), demoChange(),
		demoNight(), demoReady(), demoAmendment(), demoVoid(), demoBooks(), demoCredit(),
	}
}

// lastMonday is the Monday of the last whole week. The second chain happens in that week, so
// that working hours and holidays come out alike on whatever day the demo is played.
func lastMonday(now time.Time) time.Time {
	sinceMonday := (int(now.Weekday()) + 6) % 7
	return now.AddDate(0, 0, -sinceMonday-7)
}

func demoSecondShop() demoAct {
	return demoAct{"A second chain, through what is hardest to get right: another customer, with rules of its own", []step{
		{line: `callout customer add "Brauerei Nord" --address "Am Spitz 3, 1210 Wien" --country AT --as olga`},
		{line: `callout site add "Brauerei Nord" --name "Brew house" --address "Am Spitz 3, 1210 Wien" --lat 48.2620 --lon 16.3990 --tz Europe/Vienna --branch Wien --as olga`},
		{line: `callout contract add "Nord frame" --customer "Brauerei Nord" --from {YEAR}-01-01 --as mia`},
		{line: `callout contract rate "Nord frame" labour 84 --as mia`},
		{line: `callout contract formula "Nord frame" part --cost-plus 50:35,500:25,15 --as mia`},
		{line: `callout branch holiday add {TUE} "Stadtfest" --branch Wien --as olga`},
		{line: `callout sla add gold --hours branch --target normal=4h/16h --as olga`},
		{line: `callout wo create --customer "Brauerei Nord" --site "Brew house" --title "The cooling stands still" --sla gold --at "{MON} 12:00" --as olga`},
		{line: `callout wo start WO-1004 --at "{MON} 13:00" --as ana`},
	}}
}

func demoContract() demoAct {
	return demoAct{"A contract goes before the book, and the price says why", []step{
		{say: "a pump costs 182.40, which lies in the tier up to 500: cost plus 25 %", line: `callout price explain part:PUMP-25 --customer "Brauerei Nord" --on {MON}`},
	}}
}

func demoClock() demoAct {
	return demoAct{"An SLA clock that stands still on a holiday and for a hold", []step{
		{line: `callout wo hold WO-1004 --reason "waits for the key" --at "{MON} 16:00" --as ana`},
		{line: `callout wo resume WO-1004 --at "{WED} 08:00" --as ana`},
		{line: `callout wo complete WO-1004 --at "{WED} 09:30" --as ana`},
		{line: `callout sla clock WO-1004`},
	}}
}

func demoMargin() demoAct {
	return demoAct{"A margin floor: nobody sells below it by accident", []step{
		{line: `callout policy set-margin --kind part --floor 15 --as mia`},
		{line: `callout wo create --customer "Brauerei Nord" --site "Brew house" --title "Two pumps for the cooling" --at "{WED} 09:40" --as olga`},
		{line: `callout wo start WO-1005 --at "{WED} 10:00" --as ana`},
		{line: `callout item add WO-1005 --part PUMP-25 --qty 2 --price 200 --at "{WED} 10:30" --as ana`, exit: exitRefused},
		{say: "the contract's price brings enough", line: `callout item add WO-1005 --part PUMP-25 --qty 2 --at "{WED} 10:30" --as ana`},
	}}
}

func demoCap() demoAct {
	return demoAct{"Not to exceed 960: nobody is kept from recording more", []step{
		{line: `callout wo cap WO-1005 --amount 960 --as mia`},
		{keep: "LONG", line: `callout time add WO-1005 --technician ana --from "{THU} 08:00" --to "{THU} 15:00" --as ana -o name`},
		{line: `callout time submit $LONG --as ana`},
		{line: `callout time approve $LONG --as mia`},
		{line: `callout wo complete WO-1005 --at "{THU} 15:10" --as ana`},
		{line: `callout wo budget WO-1005`},
	}}
}

func demoHeld() demoAct {
	return demoAct{"What crosses the cap is cut off its charge, and held in sight", []step{
		{keep: "CAPPED", line: `callout invoice propose WO-1005 --as carl -o name`},
		{line: `callout invoice approve $CAPPED --as mia`},
		{line: `callout invoice release $CAPPED --as carl --yes`},
		{line: `callout invoice show $CAPPED --jq ".lines[]|[.text,.qty,.price,.net]|@tsv"`},
		{say: "2 pumps at 228 and 6 of the 7 hours at 84 are 960: one hour is held", line: `callout wo why WO-1005`},
	}}
}

func demoChange() demoAct {
	return demoAct{"A change order raises the cap, and the held hour is billed: it alone", []step{
		{keep: "CHANGE", line: `callout change-order cap WO-1005 --amount 2000 --by "Max Nord" --reason "the old flange was seized" --as carl -o name`},
		{say: "whoever wrote it does not approve it", line: `callout change-order approve $CHANGE --as carl`, exit: exitRefused},
		{line: `callout change-order approve $CHANGE --as mia`},
		{keep: "REST", line: `callout invoice propose WO-1005 --as carl -o name`},
		{line: `callout invoice approve $REST --as mia`},
		{line: `callout invoice release $REST --as carl --yes`},
	}}
}

func demoAmendment() demoAct {
	return demoAct{"An amendment: opened again after the invoice, it bills only the difference", []step{
		{line: `callout wo reopen WO-1005 --reason "a third pump hums" --as olga`},
		{keep: "THIRD", line: `callout item add WO-1005 --part PUMP-25 --qty 1 --at "{THU} 16:00" --as ben -o name`},
		{line: `callout wo complete WO-1005 --as ben`},
		{keep: "MORE", line: `callout invoice propose WO-1005 --as carl -o name`},
		{line: `callout invoice list --status proposed --fields name,work_order,net,gross`},
	}}
}

func demoVoid() demoAct {
	return demoAct{"An approval holds for what was approved, and for nothing else", []step{
		{line: `callout invoice approve $MORE --as mia`},
		{line: `callout item edit $THIRD --qty 2 --as ben`},
		{keep: "VOID", line: `callout approval list --state void -o name`},
		{line: `callout approval show $VOID --jq ".changes[]|[.field,.old,.new]|@tsv"`},
		{line: `callout invoice release $MORE --as carl --yes`, exit: exitRefused},
		{keep: "MORE", line: `callout invoice propose $MORE --as carl -o name`},
	}}
}

func demoBooks() demoAct {
	return demoAct{"The books: what was released is handed on once, in any form", []step{
		{line: `callout invoice approve $MORE --as mia`},
		{line: `callout invoice release $MORE --as carl --yes`},
		{line: `callout ledger batch --as carl`},
		{line: `callout ledger batch --as carl`, exit: exitRefused},
		{line: `callout ledger export hledger --batch GL-2`},
	}}
}

func demoCredit() demoAct {
	return demoAct{"Credits in parts, and a payment: line 1 of 504.00 and 20 % goes back in two parts, to the cent", []step{
		{keep: "BACK", line: `callout invoice credit $CAPPED --line 1 --qty 0.333 --reason "we came late" --as carl -o name`},
		{line: `callout invoice approve $BACK --as mia`},
		{line: `callout invoice release $BACK --as carl --yes`},
		{keep: "ALL", line: `callout invoice credit $CAPPED --line 1 --reason "the rest of it, for goodwill" --as carl -o name`},
		{line: `callout invoice approve $ALL --as mia`},
		{line: `callout invoice release $ALL --as carl --yes`},
		{line: `callout payment add $CAPPED --amount 547.20 --reference E2E-7 --as carl`},
		{line: `callout invoice list --order WO-1005 --fields name,net,gross,payment,open`},
	}}
}
