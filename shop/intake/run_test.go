package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"callout/billing"
	"callout/dispatch"
	"callout/store"
	"callout/work"
)

const smallFile = `Asset,Text,Start,Cost
A,BUCKET WON'T OPEN,2004-07-01,183.05
A,FIT BUCKET TOOTH,2006-07-11,0
B,swap bucket,2006-05-05,-12.5
A,FIT BUCKET TOOTH,2006-07-11,0
`

func TestOrdersComeIn(t *testing.T) {
	b := newBench(t)
	r := b.bring(smallMap, smallFile)
	r.want(t, 4, 0, 0)
	if !slices.Equal(r.numbers, []string{"WO-1001", "WO-1002", "WO-1003", "WO-1004"}) || r.First != "WO-1001" || r.Last != "WO-1004" {
		t.Errorf("numbers %v, from %s to %s", r.numbers, r.First, r.Last)
	}
	orders := all(b, work.WorkOrders)
	slices.SortFunc(orders, func(x, y *work.WorkOrder) int { return strings.Compare(x.Number, y.Number) })
	w := orders[0]
	if w.Title != "BUCKET WON'T OPEN" || w.Status != work.New || w.Zone != "Europe/Vienna" || w.Asset == "" ||
		!w.OpenedAt.Equal(time.Date(2004, 6, 30, 16, 0, 0, 0, time.UTC)) {
		t.Errorf("the first order is %+v", w)
	}
	if orders[1].Imported == orders[3].Imported || !strings.HasPrefix(orders[1].Imported, "pit: ") {
		t.Errorf("two rows that say the same come from %q and %q", orders[1].Imported, orders[3].Imported)
	}
	if c, s, a := len(all(b, work.Customers)), len(all(b, work.Sites)), len(all(b, work.Assets)); c != 1 || s != 1 || a != 2 {
		t.Errorf("%d customers, %d sites, %d assets", c, s, a)
	}
	tasks := all(b, work.Tasks)
	if len(tasks) != 4 || !slices.ContainsFunc(tasks, func(k *work.Task) bool { return k.Order == w.ID && k.Title == w.Title && k.N == 1 }) {
		t.Errorf("tasks %+v", tasks)
	}
	got := map[string]int{}
	for _, i := range all(b, billing.LineItems) {
		got[fmt.Sprintf("%s %s × %s, cost %s", i.Kind, i.Qty, i.Price.Price, i.Cost.Unit)]++
	}
	for what, n := range map[string]int{
		"expense 1 × 183.05, cost 183.05": 1, "expense 1 × 0, cost 0": 2, "expense -1 × 12.5, cost 12.5": 1,
	} {
		if got[what] != n {
			t.Errorf("%d items are %s, want %d; there are %v", got[what], what, n, got)
		}
	}
}

// Every row is one entry of the journal: what it needed is in it.
func TestARowIsOneEntry(t *testing.T) {
	b := newBench(t)
	before := b.size()
	b.bring(smallMap, smallFile).want(t, 4, 0, 0)
	if n := b.size() - before; n != 4 {
		t.Errorf("4 rows made %d entries", n)
	}
}

func TestASecondRunAddsNothing(t *testing.T) {
	b := newBench(t)
	b.bring(smallMap, smallFile).want(t, 4, 0, 0)
	size := b.size()
	b.bring(smallMap, smallFile).want(t, 0, 4, 0)
	b.bring(smallMap, smallFile, whole).want(t, 0, 4, 0)
	b.bring(smallMap, smallFile, dryRun).want(t, 0, 4, 0)
	if b.size() != size {
		t.Errorf("the journal grew from %d to %d entries", size, b.size())
	}
	// The file goes on: a row that is new, and one more of a row that was there twice.
	b.bring(smallMap, smallFile+"C,new,2007-01-01,1\nA,FIT BUCKET TOOTH,2006-07-11,0\n").want(t, 2, 4, 0)
	b.bring(smallMap, smallFile+"C,new,2007-01-01,1\nA,FIT BUCKET TOOTH,2006-07-11,0\n", whole).want(t, 0, 6, 0)
}

func TestABadRowStaysOutAndSaysWhy(t *testing.T) {
	b := newBench(t)
	file := smallFile + "C,won,t swing,PM01\n,no asset,2004-07-01,5\nD," + strings.Repeat("x", 300) + ",2004-07-01,5\nE,x,2004-07-01,5,6\n"
	r := b.bring(smallMap, file)
	r.want(t, 5, 0, 3)
	want := []string{
		`line 6, field Start: "t swing" is no date written YYYY-MM-DD`,
		`line 6, field Cost: "PM01" is no number`,
		`line 9: the line has 5 fields where there are 4 columns`,
		`line 8, field Text: it is longer than 200 characters`,
	}
	if !slices.Equal(r.problems, want) {
		t.Errorf("problems\n%s\nwant\n%s", strings.Join(r.problems, "\n"), strings.Join(want, "\n"))
	}
	b.bring(smallMap, file).want(t, 0, 5, 3)
}

func TestShiftedColumnsAreToldTogether(t *testing.T) {
	b := newBench(t)
	r := b.bring(smallMap, "Asset,Text,Start,Cost\nA,won,t swing,2004-07-01,5\n")
	r.want(t, 0, 0, 1)
	if want := `line 2, field Start: "t swing" is no date written YYYY-MM-DD; the line has 5 fields where there are 4 columns`; r.problems[0] != want {
		t.Errorf("told %s", r.problems[0])
	}
}

func TestKeysTellRowsApart(t *testing.T) {
	b := newBench(t)
	keyed := strings.Replace(smallMap, "source: pit", "source: pit\nkey: [No]", 1)
	file := "No,Asset,Text,Start,Cost\n1,A,x,2004-07-01,5\n2,A,x,2004-07-01,5\n"
	b.bring(keyed, file).want(t, 2, 0, 0)
	r := b.bring(keyed, file+"2,A,y,2004-07-01,5\n ,A,y,2004-07-01,5\n3,A,y,2004-07-01,5\n")
	r.want(t, 1, 2, 2)
	if r.problems[0] != "line 4, field No: the row has the key of line 3 (2)" || r.problems[1] != "line 5, field No: the key of the row is empty" {
		t.Errorf("problems %q", r.problems)
	}
	// A row that says something else now is not brought in, and changes nothing.
	size := b.size()
	r = b.bring(keyed, "No,Asset,Text,Start,Cost\n1,A,changed,2004-07-01,5\n")
	r.want(t, 0, 0, 1)
	if !strings.Contains(r.problems[0], "line 2: the row came in before, as WO-1001, and says something else now") || r.codes[0] != codeDiffers {
		t.Errorf("told %q", r.problems)
	}
	if b.size() != size {
		t.Error("a refused row left an entry")
	}
}

func TestWhatIsMissingIsMadeOnlyIfTheMappingSaysSo(t *testing.T) {
	b := newBench(t)
	none := strings.Replace(smallMap, "create: [customer, site, asset]\n", "", 1)
	r := b.bring(none, smallFile)
	r.want(t, 0, 0, 4)
	if !strings.Contains(r.problems[0], `there is no customer "Pit Nine"`) {
		t.Errorf("told %q", r.problems[0])
	}
	if n := len(all(b, work.Customers)); n != 0 {
		t.Errorf("%d customers", n)
	}
	b.bring(smallMap, smallFile).want(t, 4, 0, 0)
	// The names are there now, in whatever case.
	b.bring(strings.Replace(none, "Pit Nine", "PIT  nine", 1), "Asset,Text,Start,Cost\na,new,2004-07-02,1\n").want(t, 1, 0, 0)
	if n := len(all(b, work.Assets)); n != 2 {
		t.Errorf("%d assets", n)
	}
}

func TestDryRunChangesNothing(t *testing.T) {
	b := newBench(t)
	size := b.size()
	r := b.bring(smallMap, smallFile+"C,bad,date,1\n", dryRun)
	r.want(t, 4, 0, 1)
	if b.size() != size || r.First != "WO-1001" || r.Last != "WO-1004" {
		t.Errorf("from %s to %s; %d entries more", r.First, r.Last, b.size()-size)
	}
	b.bring(smallMap, smallFile).want(t, 4, 0, 0)
}

// Somebody who takes a row back may bring it in again, also as another mapping reads it.
func TestWhatWasTakenBackComesInAgain(t *testing.T) {
	b := newBench(t)
	b.bring(smallMap, smallFile).want(t, 4, 0, 0)
	b.do(&store.Undo{Entry: b.size()})
	b.bring(smallMap, smallFile, dryRun).want(t, 1, 3, 0)
	b.bring(smallMap, smallFile).want(t, 1, 3, 0)
	b.do(&store.Undo{Entry: b.size()})
	r := b.bring(strings.Replace(smallMap, "{value: North Pit}", "{value: North Pit, prefix: ''}\n  reference: {value: again}", 1), smallFile)
	r.want(t, 1, 0, 3)
	b.bring(smallMap, smallFile).want(t, 0, 3, 1)
}

func TestTheExamplesComeIn(t *testing.T) {
	b := newBench(t)
	for _, tt := range []struct {
		name string
		rows int
	}{{"customers", 2}, {"sites", 3}, {"assets", 2}, {"technicians", 2}, {"parts", 2}, {"prices", 2}} {
		mapping, file := example(t, tt.name+".map.yaml"), example(t, tt.name+".csv")
		b.bring(mapping, file, dryRun).want(t, tt.rows, 0, 0)
		b.bring(mapping, file).want(t, tt.rows, 0, 0)
		b.bring(mapping, file).want(t, 0, tt.rows, 0)
		b.bring(mapping, file, whole).want(t, 0, tt.rows, 0)
	}
	var told []string
	for _, s := range all(b, work.Sites) {
		told = append(told, s.Name+" "+s.Zone+" "+s.Lat)
	}
	for _, a := range all(b, work.Assets) {
		told = append(told, a.Name+" "+a.Serial)
	}
	for _, k := range all(b, dispatch.Technicians) {
		rate := "unknown"
		if k.Cost.Rate != nil {
			rate = k.Cost.Rate.String()
		}
		told = append(told, k.Name+" "+dispatch.FormatSkills(k.Skills)+" "+k.Shift.String()+" "+rate)
	}
	for _, p := range all(b, billing.Parts) {
		told = append(told, p.Code+" "+string(p.Unit)+" "+p.Cost.Unit.String())
	}
	for _, p := range all(b, billing.BookPrices) {
		told = append(told, p.Key+" "+p.Price.String()+" "+p.Valid.From.String())
	}
	for _, c := range all(b, work.Customers) {
		told = append(told, c.Name+" "+c.Country+" "+c.Email)
	}
	slices.Sort(told)
	want := []string{
		"Am Damm 7, Linz Europe/Vienna 48.3069", "Boiler 1 00172", "Boiler 2 00173", "Café Ost DE ", "F-100 C62 1204.5",
		"Hauptplatz 1, Graz Europe/Vienna 47.0707", "Jon Falk electric Mon-Fri 08:00-17:00 unknown", "K-7 MTR 0.62",
		"Karlstraße 12, Berlin Europe/Berlin 52.5163", "Mia Berg gas:2, hvac Mon-Fri 06:00-14:00 38.5",
		"Mühle Grün AT office@example.com", "part:F-100 1590 2026-01-01", "part:K-7 1.1 2026-01-01",
	}
	if !slices.Equal(told, want) {
		t.Errorf("the shop has\n%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
}

func TestAnImportEndsWithItsContext(t *testing.T) {
	b := newBench(t)
	m, err := ParseMapping([]byte(smallMap))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Run(ctx, b.Store, m, strings.NewReader(smallFile), asAna()); err == nil {
		t.Fatal("an import went on after its context had ended")
	}
}
