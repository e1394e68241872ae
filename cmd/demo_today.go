package cmd

import (
	"strings"
	"time"
)

// demoToday gives the board of the demo's shop something to show: visits of today, and what waits to be planned.
func demoToday(now time.Time) demoAct {
	act := demoAct{"Today: visits that are planned, and what waits for one", []step{
		{keep: "SERVICE", line: `callout wo create --customer "Hotel Praterstern" --site "Boiler house" --title "Yearly service" --at "{D1} 09:00" --as olga -o name`},
		{keep: "FILTER", line: `callout wo create --customer "Brauerei Nord" --site "Brew house" --title "Change the filters" --at "{D1} 09:05" --as olga -o name`},
		{keep: "METER", line: `callout wo create --customer "Hotel Praterstern" --site "Boiler house" --title "New gas meter" --at "{D1} 09:10" --as olga -o name`},
		{line: `callout appt schedule $SERVICE --technician ana --start "{D0} 09:00" --duration 2h --at "{D1} 10:00" --as olga`},
		{line: `callout appt schedule $FILTER --technician ana --start "{D0} 12:30" --duration 1h30m --at "{D1} 10:01" --as olga`},
		{line: `callout appt schedule $METER --technician ben --start "{D0} 19:00" --duration 1h --at "{D1} 10:02" --as olga`},
		{keep: "COLD", line: `callout wo create --customer "Hotel Praterstern" --site "Boiler house" --title "No hot water" --priority emergency --sla standard --as olga -o name`},
		{line: `callout task add $COLD "Find out why" --skill gas --estimate 1h --as olga`},
		{line: `callout wo create --customer "Brauerei Nord" --site "Brew house" --title "Noise in the pipes" --as olga`},
	}}
	dates := strings.NewReplacer("{D0}", now.Format(time.DateOnly), "{D1}", now.AddDate(0, 0, -1).Format(time.DateOnly))
	for i := range act.steps {
		act.steps[i].line = dates.Replace(act.steps[i].line)
	}
	return act
}
