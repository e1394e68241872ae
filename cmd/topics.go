package cmd

import "callout/tui"

// topic is a page of `callout help`.
type topic struct {
	name, short, text string
	make              func() string // makes the text, where it is not written down
}

// words is the page.
func (t topic) words() string {
	if t.make != nil {
		return t.make()
	}
	return t.text
}

// topics lists the pages, in the order that help shows them in.
func topics() []topic {
	return []topic{
		{"exit-codes", "What the exit codes mean", exitCodesText, nil},
		{"formatting", "Tables, JSON, CSV, --fields and --jq", formattingText, nil},
		{"environment", "Settings files and environment variables", environmentText, nil},
		{"time", "How times and durations are written", timeText, nil},
		{"import", "How files of other systems are brought in", importText, nil},
		{"scripting", "Pipes, many ids at once, trying and repeating", scriptingText, nil},
		{"keys", "The keys of the board, and how to choose others", "", keysText},
	}
}

// keysText is the table that the board itself goes by.
func keysText() string {
	return "The keys of callout board. Where a place gives a key a meaning of its own, that one counts there.\n\n" + tui.KeysText() +
		"Others are chosen by id, in the settings: callout config set keys \"visit.pick-up=m,M undo=f5\". A comma itself is\n" +
		"written comma. What would make a key mean two things in one place is refused, and names both.\n"
}
