// Package cmd is callout's command line: the cobra tree, what goes to stdout and
// stderr in which form, exit codes, settings. It is the only place that knows cobra,
// viper, tablewriter and gojq.
//
// It is not for rules. A verb reads its flags, builds a command or a query, and prints
// what came of it; whatever can be refused is refused by the rooms below, so that the
// board, the server and sync refuse it with the same words.
//
// # How to add a verb
//
// One file per noun, one constructor per verb, and one line in tree.go. The kit does the
// rest: arguments are checked and completed by the Use line, output comes in every form,
// errors become exit codes.
//
//	func newCustomerCmd(a *App) *cobra.Command {
//		return a.Noun(Noun{Use: "customer", Short: "Who the work is for", Group: GroupWork},
//			newCustomerListCmd(a), newCustomerAddCmd(a), newCustomerArchiveCmd(a))
//	}
//
// A list declares its columns once; the first one is what -o name prints:
//
//	func customerList() List[customerRow] {
//		return List[customerRow]{
//			Key: func(r customerRow) string { return r.Number },
//			Columns: []Column[customerRow]{
//				{Name: "number", Value: func(r customerRow) any { return r.Number }},
//				{Name: "name", Value: func(r customerRow) any { return r.Name }},
//				{Name: "created", Detail: true, Value: func(r customerRow) any { return r.Created }},
//			},
//			Empty: "no customers match",
//		}
//	}
//
//	func newCustomerListCmd(a *App) *cobra.Command {
//		var status string
//		return a.Verb(Verb{
//			Use: "list", Short: "List customers", Example: "callout customer list -o csv",
//			Fields: customerList().Names(),
//			Flags: func(f *pflag.FlagSet) {
//				choiceVar(f, &status, "status", "", []string{"active", "archived"}, "only those with this status")
//			},
//			Run: func(ctx context.Context, _ []string) error {
//				return customerList().Print(a, Pages(func(cursor string) ([]customerRow, string, error) { ... }))
//			},
//		})
//	}
//
// A single thing is shown with [App.Show]: a value that marshals to the JSON, and a
// function that draws the text on a [Page].
//
// A verb that writes sets Writes, and thereby gets --dry-run, --reason, --at and --cmd-id.
// When it acts on ids, it sets Each, which gets them in batches from arguments or stdin and
// returns one [Result] for each; when it acts once, Run ends with [App.Report]. A verb that
// cannot be undone sets Danger.
//
// Placeholders in Use lines and in `backquotes` of flag usages are completed: live ones are
// registered in tree.go, free text is listed in complete.go. tree_test.go walks the tree and
// fails for whatever breaks the contract; after a change to the tree, `go generate ./cmd`
// rewrites the manual pages.
package cmd

//go:generate go test . -run "TestManual|TestKeysInTheManual" -update
