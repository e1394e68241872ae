package cmd

import (
	"strings"
	"time"
)

// act is a part of the demo's story.
type demoAct struct {
	title string
	steps []step
}

// demoZone is the time zone of the demo's shop.
const demoZone = "Europe/Vienna"

// demoStory is the story, told so that its last day is yesterday. D1 is yesterday, D2 the
// day before, D3 the day before that; all clock times are those of the site.
func demoStory(now time.Time) []demoAct {
	day := func(back int) string { return now.AddDate(0, 0, -back).Format(time.DateOnly) }
	monday := lastMonday(now)
	dates := strings.NewReplacer("{ZONE}", demoZone, "{D0}", day(0), "{D1}", day(1), "{D2}", day(2), "{D3}", day(3), "{YEAR}", day(400)[:4])
	week := demoWeek(monday)
	acts := []demoAct{demoShop(), demoRequest(), demoSafety(), demoVisits(), demoApproval(), demoInvoice()}
	acts = append(append(acts, demoSecond()...), demoProof())
	for i := range acts {
		for j := range acts[i].steps {
			acts[i].steps[j].line = week.Replace(dates.Replace(acts[i].steps[j].line))
		}
	}
	return acts
}

func demoShop() demoAct {
	return demoAct{"A shop: branches in two time zones, people, prices, rules", []step{
		{line: `callout init --company "Donau Heizung GmbH" --currency EUR --tz {ZONE} --country AT --tax-id ATU12345678 --address "Gürtel 1, 1060 Wien" --bank "IBAN AT61 1904 3002 3457 3201" --as olga`},
		{line: `callout branch add Wien --tz Europe/Vienna --hours "Mon-Fri 07:00-18:00" --as olga`},
		{line: `callout branch add Lisboa --tz Europe/Lisbon --hours "Mon-Fri 09:00-18:00" --as olga`},
		{line: `callout customer add "Hotel Praterstern" --address "Praterstraße 1, 1020 Wien" --country AT --as olga`},
		{line: `callout site add "Hotel Praterstern" --name "Boiler house" --address "Praterstraße 1, 1020 Wien" --lat 48.2173 --lon 16.3925 --tz Europe/Vienna --branch Wien --as olga`},
		{line: `callout customer add "Padaria Central" --address "Rua Augusta 10, 1100-048 Lisboa" --country PT --as olga`},
		{line: `callout site add "Padaria Central" --name "Bakery" --address "Rua Augusta 10, Lisboa" --lat 38.7098 --lon -9.1369 --tz Europe/Lisbon --branch Lisboa --as olga`},
		{line: `callout technician add ana --skill gas:2,electrical --shift "Mon-Sun 06:00-22:00" --cost-rate 38 --branch Wien --as olga`},
		{line: `callout technician add ben --skill gas:1 --shift "Mon-Sun 18:00-06:00" --cost-rate 41 --branch Wien --as olga`},
		{line: `callout technician add rui --skill gas:1 --shift "Mon-Fri 09:00-18:00" --cost-rate 24 --branch Lisboa --as olga`},
		{line: `callout tax set standard 20 --default --as mia`},
		{line: `callout price set labour 96.00 --tax standard --as mia`},
		{line: `callout part add PUMP-25 --name "Circulation pump 25-60" --tax standard --cost 182.40 --as mia`},
		{line: `callout price set part:PUMP-25 289.00 --as mia`},
		{line: `callout sla add standard --hours "Mon-Fri 07:00-18:00" --target emergency=1h/4h --target high=4h/16h --target normal=8h/40h --as olga`},
		{line: `callout checklist add gas-safety.yaml --as olga`},
		{line: `callout work-type add gas-isolation.yaml --as olga`},
		{line: `callout work-type add pump-replacement.yaml --as olga`},
	}}
}

func demoRequest() demoAct {
	return demoAct{"The request: a parent order, two children, and one that waits for the other", []step{
		{line: `callout wo create --customer "Hotel Praterstern" --site "Boiler house" --title "Heating fit for the winter" --at "{D3} 08:10" --as olga`},
		{line: `callout wo create --customer "Hotel Praterstern" --site "Boiler house" --title "Make the gas line safe" --type "gas isolation" --parent WO-1001 --at "{D3} 08:15" --as olga`},
		{line: `callout wo create --customer "Hotel Praterstern" --site "Boiler house" --title "Replace the circulation pump" --type "pump replacement" --parent WO-1001 --after WO-1002 --at "{D3} 08:20" --as olga`},
		{line: `callout wo chain WO-1001`},
		{say: "every reason at once, each with the command that would do away with it", line: `callout wo why WO-1003`},
	}}
}

func demoSafety() demoAct {
	return demoAct{"The first visit: nobody opens a gas line unread", []step{
		{keep: "SAFE", line: `callout appt schedule WO-1002 --technician ana --start "{D2} 08:00" --duration 1h --at "{D3} 08:30" --as olga -o name`},
		{line: `callout appt dispatch $SAFE --at "{D3} 16:00" --as olga`},
		{line: `callout appt travel $SAFE --at "{D2} 07:35" --as ana`},
		{say: "the safety checklist blocks the start until it is answered and acknowledged", line: `callout appt start $SAFE --at "{D2} 07:58" --as ana`, exit: exitRefused},
		{line: `callout checklist answer WO-1002/1 reading=0 tagged=yes --at "{D2} 08:01" --as ana`},
		{line: `callout checklist acknowledge WO-1002/1 --at "{D2} 08:02" --as ana`},
		{line: `callout appt start $SAFE --at "{D2} 08:03" --as ana`},
		{line: `callout appt finish $SAFE --at "{D2} 08:50" --as ana`},
		{line: `callout wo complete WO-1002 --at "{D2} 08:52" --as ana`},
	}}
}

func demoVisits() demoAct {
	return demoAct{"Two visits: the first does half, the second goes over midnight", []step{
		{keep: "FIRST", line: `callout appt schedule WO-1003 --technician ana --start "{D2} 13:00" --duration 2h --at "{D2} 09:00" --as olga -o name`},
		{say: "a technician cannot be in two places, and every conflict is named at once", line: `callout appt schedule WO-1003 --technician ana --start "{D2} 14:00" --duration 9h --at "{D2} 09:05" --as olga`, exit: exitRefused},
		{line: `callout appt start $FIRST --at "{D2} 13:04" --as ana`},
		{line: `callout appt finish $FIRST --outcome partially-completed --done 1 --reason "the new pump comes with tonight's truck" --at "{D2} 15:10" --as ana`},
		{line: `callout appt list --order WO-1003`},
		{keep: "NIGHT", line: `callout appt schedule WO-1003 --technician ben --start "{D2} 22:30" --duration 3h --at "{D2} 16:00" --as olga -o name`},
		{line: `callout appt start $NIGHT --at "{D2} 22:32" --as ben`},
		{line: `callout evidence add WO-1003 new-pump.png --task 2 --at "{D1} 01:05" --as ben`},
		{line: `callout item add WO-1003 --task 2 --part PUMP-25 --qty 1 --at "{D1} 01:06" --as ben`},
		{line: `callout appt finish $NIGHT --at "{D1} 01:20" --as ben`},
	}}
}

func demoApproval() demoAct {
	return demoAct{"Time: raw, submitted, and approved by somebody else", []step{
		{line: `callout time list --order WO-1003`},
		{line: `callout time list --order WO-1003 --status new -o name | callout time submit - --as ana`},
		{say: "ana made it, so ana may not approve it", line: `callout time list --order WO-1003 --status submitted -o name | callout time approve - --as ana`, exit: exitPartly},
		{say: "the product's handshake: a list into a decision", line: `callout time list --status submitted -o name | callout time approve - --as mia`},
	}}
}

func demoInvoice() demoAct {
	return demoAct{"From the sign-off to the released invoice, and back", []step{
		{line: `callout wo complete WO-1003 --at "{D1} 01:25" --as ben`},
		{say: "the gate says what is missing, and how to get it", line: `callout invoice propose WO-1003 --as carl`, exit: exitRefused},
		{line: `callout signoff record WO-1003 --name "Eva Huber" --role "house manager" --file signature.png --at "{D1} 08:30" --as ben`},
		{line: `callout milestone list WO-1003`},
		{keep: "INV", line: `callout invoice propose WO-1003 --as carl -o name`},
		{say: "proposed is not approved", line: `callout invoice release $INV --as carl --yes`, exit: exitRefused},
		{line: `callout invoice gate $INV`},
		{line: `callout invoice approve $INV --as mia`},
		{line: `callout invoice release $INV --as carl --yes`},
		{line: `callout invoice show $INV`},
		{keep: "CREDIT", line: `callout invoice credit $INV --reason "billed to the wrong house" --as carl --yes -o name`},
		{line: `callout invoice approve $CREDIT --as mia`},
		{line: `callout invoice release $CREDIT --as carl --yes`},
		{line: `callout invoice list`},
	}}
}

func demoProof() demoAct {
	return demoAct{"Proof", []step{
		{line: `callout wo chain WO-1003`},
		{line: `callout log WO-1003 --limit 8`},
		{line: `callout audit verify`},
	}}
}

// demoEnd is what to try next.
func demoEnd() []string {
	return []string{
		"callout wo show WO-1003          # the order with everything that hangs on it",
		"callout invoice propose WO-1003  # bill it again: the credit note freed its work, and only that",
		"callout log --limit 20           # who did what, when and why",
	}
}
