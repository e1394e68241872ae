package cmd

// topic is a page of `callout help`.
type topic struct{ name, short, text string }

// topics lists the pages, in the order that help shows them in.
func topics() []topic {
	return []topic{
		{"exit-codes", "What the exit codes mean", exitCodesText},
		{"formatting", "Tables, JSON, CSV, --fields and --jq", formattingText},
		{"environment", "Settings files and environment variables", environmentText},
		{"time", "How times and durations are written", timeText},
		{"import", "How files of other systems are brought in", importText},
		{"scripting", "Pipes, many ids at once, trying and repeating", scriptingText},
	}
}
