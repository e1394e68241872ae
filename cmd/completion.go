package cmd

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

func newCompletionCmd(a *App) *cobra.Command {
	var c *cobra.Command
	c = a.Verb(Verb{
		Use:   "completion bash|zsh|fish|powershell",
		Short: "Print the completion script of a shell",
		Long: `The script asks callout itself for candidates, so it never goes out of date and knows
your orders and technicians. The packages install it; otherwise:

  bash        callout completion bash > ~/.local/share/bash-completion/completions/callout
  zsh         callout completion zsh > a folder of $fpath, as _callout
  fish        callout completion fish > ~/.config/fish/completions/callout.fish
  powershell  callout completion powershell | Out-String | Invoke-Expression`,
		Example: "callout completion bash > ~/.local/share/bash-completion/completions/callout",
		Raw:     true,
		Fields:  []string{"shell", "script"},
		Run: func(_ context.Context, args []string) error {
			return a.printScript(c.Root(), args[0])
		},
	})
	return c
}

// printScript prints a script as it is, or inside a JSON object for whoever asked for one.
func (a *App) printScript(root *cobra.Command, shell string) error {
	var script strings.Builder
	if err := completionScript(root, shell, &script); err != nil {
		return err
	}
	value := struct {
		Shell  string `json:"shell"`
		Script string `json:"script"`
	}{shell, script.String()}
	return a.Show(shell, value, func(p *Page) { p.raw(value.Script) })
}

// completionScript writes the script for one shell.
func completionScript(root *cobra.Command, shell string, w io.Writer) error {
	switch shell {
	case "bash":
		return root.GenBashCompletionV2(w, true)
	case "zsh":
		return root.GenZshCompletion(w)
	case "fish":
		return root.GenFishCompletion(w, true)
	}
	return root.GenPowerShellCompletionWithDesc(w)
}
