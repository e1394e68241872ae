package cmd

import (
	"strings"
	"time"
)

// demoWeek names the days of the week in which the second chain happens.
func demoWeek(monday time.Time) *strings.Replacer {
	var days []string
	for i, name := range []string{"{MON}", "{TUE}", "{WED}", "{THU}", "{FRI}", "{SAT}"} {
		days = append(days, name, monday.AddDate(0, 0, i).Format(time.DateOnly))
	}
	return strings.NewReplacer(days...)
}

func demoNight() demoAct {
	return demoAct{"After hours: overtime inside an entry, and a call-out on Saturday that has a minimum", []step{
		{line: `callout price set service:CALLOUT 95 --as mia`},
		{line: `callout policy set-billing --labour-minimum 1h --window "after-hours 1.5 outside" --window "weekend 2 weekend" --overtime "overtime 1.75 after 8h/day" --call-out CALLOUT --as mia`},
		{line: `callout wo create --customer "Brauerei Nord" --site "Brew house" --title "Alarm in the fermenting cellar" --at "{FRI} 12:30" --as olga`},
		{line: `callout wo start WO-1006 --at "{FRI} 13:00" --as ana`},
		{keep: "LATE", line: `callout time add WO-1006 --technician ana --from "{FRI} 13:00" --to "{FRI} 22:30" --as ana -o name`},
		{say: "the branch closes at 18:00, and at 21:00 ana has worked eight hours", line: `callout time explain $LATE --jq ".charges[]|[.text,.qty,.price,.amount]|@tsv"`},
		{line: `callout time submit $LATE --as ana`},
		{keep: "ALARM", line: `callout appt schedule WO-1006 --technician ana --start "{SAT} 10:00" --duration 30m --at "{SAT} 09:00" --as olga -o name`},
		{line: `callout appt dispatch $ALARM --at "{SAT} 09:05" --as olga`},
		{line: `callout appt start $ALARM --at "{SAT} 10:00" --as ana`},
		{line: `callout appt finish $ALARM --at "{SAT} 10:20" --as ana`},
		{keep: "SHORT", line: `callout time list --order WO-1006 --status new -o name`},
		{say: "twenty minutes count as the hour that is the least, at double the contract's rate", line: `callout time explain $SHORT --jq ".charges[]|[.text,.qty,.price,.amount]|@tsv"`},
	}}
}

func demoReady() demoAct {
	return demoAct{"Whatever is ready is released in one go, each through its gate: the order that stood still on Monday, too", []step{
		{keep: "STILL", line: `callout time add WO-1004 --technician ana --from "{MON} 13:00" --to "{MON} 16:00" --as ana -o name`},
		{line: `callout time submit $STILL $SHORT --as ana`},
		{line: `callout time approve $STILL $LATE $SHORT --as mia`},
		{line: `callout wo complete WO-1006 --at "{SAT} 10:25" --as ana`},
		{keep: "COOLING", line: `callout invoice propose WO-1004 --as carl -o name`},
		{keep: "CELLAR", line: `callout invoice propose WO-1006 --as carl -o name`},
		{line: `callout invoice approve $COOLING $CELLAR --as mia`},
		{line: `callout invoice release --ready --as carl --yes`},
		{line: `callout invoice show $CELLAR --jq ".lines[]|[.text,.qty,.price,.net]|@tsv"`},
		{say: "so far it goes to the books", line: `callout ledger batch --as carl`},
	}}
}
