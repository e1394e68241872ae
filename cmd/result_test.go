package cmd

import (
	"encoding/json"
	"testing"
)

func TestDryRunShowsChanges(t *testing.T) {
	result := Result{ID: "WO-1", Note: "would be completed", Changes: []Change{
		{Collection: "work_order", ID: "wo_1", Op: "update",
			Before: json.RawMessage(`{"status":"new","title":"Boiler","hold":"parts"}`),
			After:  json.RawMessage(`{"status":"completed","title":"Boiler","tags":["a"]}`)},
		{Collection: "milestone", ID: "ms_1", Op: "create", After: json.RawMessage(`{"state":"ready"}`)},
		{Collection: "draft", ID: "dr_1", Op: "delete", Before: json.RawMessage(`{"x":1}`)},
	}}
	b := newBench(t, "")
	b.outTTY = true
	b.write.dryRun = true
	if err := b.Report(result); err != nil {
		t.Fatal(err)
	}
	want := `dry-run   WO-1  would be completed
  update work_order wo_1
    status: "new" -> "completed"
    tags: ["a"]
    hold: "parts" -> nothing
  create milestone ms_1
    state: "ready"
  delete draft dr_1
`
	if b.out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.out.String(), want)
	}
	b = newBench(t, "")
	b.shared.jq = ".items[].changes[] | [.op, .collection, .before.status, .after.status] | @csv"
	b.write.dryRun = true
	if err := b.Report(result); err != nil {
		t.Fatal(err)
	}
	if want := "\"update\",\"work_order\",\"new\",\"completed\"\n\"create\",\"milestone\",,\n\"delete\",\"draft\",,\n"; b.out.String() != want {
		t.Errorf("got\n%s", b.out.String())
	}
}
