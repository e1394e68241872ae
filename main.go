// Command callout runs a service business from the first call to the released
// invoice, in a terminal.
package main

import (
	"os"

	"callout/cmd"
)

func main() { os.Exit(cmd.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
