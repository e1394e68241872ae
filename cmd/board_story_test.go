//go:build unix

package cmd

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// story is a world whose time is in a file: it moves when the test says so, for the board that is open as well.
type story struct {
	world
	clock string
}

// at moves the time to a minute of the day of the story, in Vienna.
func (w *story) at(minute string) {
	w.t.Helper()
	next := w.clock + ".next"
	if err := os.WriteFile(next, []byte("2030-03-04T"+minute+":00+01:00"), 0o600); err != nil {
		w.t.Fatal(err)
	}
	if err := os.Rename(next, w.clock); err != nil { // a reader sees one time or the other
		w.t.Fatal(err)
	}
}

// by runs a command line of a script, as somebody, and returns what it printed. Words in single quotes are one.
func (w *story) by(who, line string) string {
	w.t.Helper()
	var args []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			args = append(args, part)
			continue
		}
		args = append(args, strings.Fields(part)...)
	}
	c := w.callout(args...)
	c.Env = append(c.Env, "CALLOUT_AS="+who, "CALLOUT_TEST_CLOCK=@"+w.clock)
	var talk bytes.Buffer
	c.Stderr = &talk
	out, err := c.Output()
	if err != nil {
		w.t.Fatalf("callout %s: %v: %s", line, err, talk.String())
	}
	return strings.TrimSpace(string(out))
}

// A whole day between one dispatcher at the board and others with scripts, on one store: an urgent call comes in, the
// suggestion is taken, a technician runs late, the visit is moved to somebody else, its time is approved, and the invoice
// is released once its sum was typed. Each side sees what the other does, and at the end everything follows from the
// journal.
func TestADayOnTheBoard(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts processes")
	}
	w := &story{world: world{t, t.TempDir()}}
	w.clock = filepath.Join(w.dir, "clock")
	w.at("07:00")
	for _, line := range []string{
		"init --company Pumps --currency EUR --tz Europe/Vienna --policy four-eyes --country AT --tax-id ATU1 --address 'Ring 1, 1010 Wien'",
		"technician add ana --skill gas --shift 'Mon-Fri 07:00-17:00' --tz Europe/Vienna --cost-rate 38",
		"technician add ben --skill gas --shift 'Mon-Fri 07:00-17:00' --tz Europe/Vienna --cost-rate 38",
		"customer add 'Hotel Prater' --address 'Praterstern 1, 1020 Wien' --country AT",
		"site add 'Hotel Prater' --name Kitchen --address 'Praterstern 1' --lat 48.2185 --lon 16.3920 --tz Europe/Vienna",
		"tax set standard 20 --default", "price set labour 96.00 --tax standard",
		"sla add standard --target emergency=1h/4h --target normal=8h/40h",
		"wo create --customer 'Hotel Prater' --title 'Boiler service'", "task add WO-1001 Service --skill gas --estimate 2h",
		"wo create --customer 'Hotel Prater' --title 'Gas meter'", "task add WO-1002 Meter --skill gas --estimate 1h",
		"appt schedule WO-1001 --technician ana --start '2030-03-04 08:00' --duration 2h",
		"appt schedule WO-1002 --technician ben --start '2030-03-04 11:00' --duration 1h",
	} {
		w.by("olga", line)
	}

	w.at("08:05")
	board := w.callout("board")
	board.Env = append(board.Env, "CALLOUT_AS=mia", "CALLOUT_TEST_CLOCK=@"+w.clock)
	s := w.seated(board, 140, 40).shows("ana", "ben", "08:05", "nothing waits")

	// An urgent call.
	w.by("olga", "wo create --customer 'Hotel Prater' --title 'Smell of gas' --priority emergency --sla standard")
	w.by("olga", "task add WO-1003 'Find the leak' --skill gas --estimate 1h")
	s.shows("WO-1003", "Smell of gas", "1 wait")
	s.keys("\t", " ").shows("drop here")
	s.keys("s").shows("who", "start", "take it")
	s.keys("\r").shows("nothing waits").keys("\t").shows("APPT-1003")
	if got := w.by("olga", "appt list --order WO-1003 -o tsv --fields number,status,technicians"); got != "APPT-1003\tscheduled\tben" {
		t.Fatalf("the urgent call is planned as %q", got)
	}

	// Ben is on his way, late: he finishes elsewhere first.
	w.at("08:20")
	w.by("ben", "appt dispatch APPT-1003")
	s.shows("APPT-1003", "dispatched", "08:20")
	w.at("08:40")
	w.by("olga", "absence add ben --from '2030-03-04 08:30' --to '2030-03-04 10:30' --kind sick --note 'flat tyre'")
	s.shows("08:40", "ben: away from")

	// So it goes to Ana, behind the boiler: picked up, moved, and dropped in her lane.
	s.keys(" ").shows("drop here")
	s.keys("k", "L", "L", "\r").shows("10:05-11:05")
	for strings.Contains(s.screen(), "saving") {
		time.Sleep(50 * time.Millisecond)
	}
	if got := w.by("olga", "appt list --order WO-1003 -o tsv --fields status,technicians,start"); got != "scheduled\tana\t2030-03-04T09:05:00Z" {
		t.Fatalf("the visit was not moved: %q", got)
	}

	s.keys("d").shows("APPT-1003  dispatched") // she has to be told

	// Ana does it, says for how long, and the order is completed.
	w.at("10:05")
	w.by("ana", "appt start APPT-1003")
	s.shows("in-progress")
	w.at("11:20")
	w.by("ana", "appt finish APPT-1003")
	w.by("ana", "wo complete WO-1003")
	w.by("ana", "time submit "+strings.ReplaceAll(w.by("ana", "time list --order WO-1003 --status new -o name"), "\n", " "))
	s.keys("3").shows("1h15m labour of ana", "yes")
	s.keys("a").shows("nothing waits for approval")

	// The invoice: proposed and approved by others, released at the board, once what it asks for was typed.
	s.keys("4").shows("to bill", "120.00")
	invoice := w.by("carl", "invoice propose WO-1003 -o name")
	s.shows("proposed", "144.00")
	w.by("eva", "invoice approve "+invoice)
	s.shows("approved")
	s.keys("r").shows("type 144.00 to go on")
	s.keys("144.00", "\r").shows("INV-2030-00001")
	s.keys("q")
	if got := s.ends(); got != 0 {
		t.Errorf("exit code %d", got)
	}
	if got := w.by("olga", "invoice list --status released -o tsv --fields name,gross"); got != "INV-2030-00001\t144.00" {
		t.Errorf("released are %q", got)
	}
	if got := w.by("olga", "audit verify"); !strings.Contains(got, "everything follows from the signed journal") {
		t.Errorf("the audit says %s", got)
	}
}
