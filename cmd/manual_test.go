package cmd

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// manualDir is where the manual pages lie for the packages that install them.
const manualDir = "../docs/man"

// TestManual compares the manual pages with the command tree: callout(1), a page for every
// noun and verb at the top, and a page in section 7 for every help topic. The generator
// is test code, so that the program does not carry it.
func TestManual(t *testing.T) {
	pages := manual(newRootCmd(newBench(t, "").App))
	for name, text := range pages {
		golden(t, filepath.Join(manualDir, name), text)
	}
	there, err := os.ReadDir(manualDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range there {
		if _, ok := pages[f.Name()]; ok {
			continue
		}
		if *update {
			if err := os.Remove(filepath.Join(manualDir, f.Name())); err != nil {
				t.Fatal(err)
			}
			continue
		}
		t.Errorf("%s describes something that is gone; run go generate ./cmd", f.Name())
	}
}

// TestManualRenders lets groff look for mistakes in the pages.
func TestManualRenders(t *testing.T) {
	groff, err := exec.LookPath("groff")
	if err != nil {
		t.Skip("groff is not installed")
	}
	for name, text := range manual(newRootCmd(newBench(t, "").App)) {
		c := exec.Command(groff, "-man", "-Tutf8", "-ww", "-z")
		c.Stdin = strings.NewReader(text)
		if out, err := c.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

// manual returns the pages by their file names.
func manual(root *cobra.Command) map[string]string {
	pages := map[string]string{"callout.1": rootPage(root)}
	for _, c := range root.Commands() {
		if c.Hidden {
			continue
		}
		p := newRoff("callout-"+c.Name(), 1, c.Short)
		if c.HasSubCommands() {
			nounPage(p, c)
		} else {
			verbPage(p, c)
		}
		p.seeAlso("callout(1)")
		pages["callout-"+c.Name()+".1"] = p.String()
	}
	for _, t := range topics() {
		p := newRoff("callout-"+t.name, 7, t.short)
		p.section("Description")
		_, body, _ := strings.Cut(t.words(), "\n\n")
		p.literal(body)
		p.seeAlso("callout(1)")
		pages["callout-"+t.name+".7"] = p.String()
	}
	return pages
}

func rootPage(root *cobra.Command) string {
	p := newRoff("callout", 1, root.Short)
	p.section("Synopsis")
	p.line(".B callout")
	p.text("NOUN VERB [ID...] [flags]")
	p.section("Examples")
	p.literal(root.Example)
	var also []string
	for _, g := range helpGroups() {
		p.section(g.title)
		for _, c := range root.Commands() {
			if c.GroupID == string(g.id) && !c.Hidden {
				p.tagged(nameAndAliases(c), c.Short)
				also = append(also, "callout-"+c.Name()+"(1)")
			}
		}
	}
	p.section("Flags of every command")
	p.flags(root.PersistentFlags())
	p.section("Exit status")
	_, body, _ := strings.Cut(exitCodesText, "\n\n")
	p.literal(body)
	for _, t := range topics() {
		also = append(also, "callout-"+t.name+"(7)")
	}
	p.seeAlso(strings.Join(also, ", "))
	return p.String()
}

func nounPage(p *roff, c *cobra.Command) {
	p.section("Synopsis")
	p.line(".B callout " + roffText(strings.Join(append([]string{c.Name()}, c.Aliases...), "|")))
	p.text("VERB [flags]")
	if c.Long != "" {
		p.section("Description")
		p.literal(c.Long)
	}
	for _, v := range c.Commands() {
		if v.HasSubCommands() {
			for _, deep := range v.Commands() {
				p.section(v.Name() + " " + deep.Name())
				verbBody(p, deep)
			}
			continue
		}
		if v.Hidden {
			continue
		}
		p.section(v.Name())
		verbBody(p, v)
	}
}

func verbPage(p *roff, c *cobra.Command) {
	p.section("Description")
	verbBody(p, c)
}

func verbBody(p *roff, c *cobra.Command) {
	p.text(c.Short + ".")
	p.literal(c.UseLine() + " [flags]")
	if c.Long != "" {
		p.literal(c.Long)
	}
	own := pflag.NewFlagSet("", pflag.ContinueOnError)
	c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
		if f.Name != "help" {
			own.AddFlag(f)
		}
	})
	p.flags(own)
	if fields := c.Annotations[annotationFields]; fields != "" {
		p.tagged("Fields", strings.ReplaceAll(fields, ",", ", "))
	}
	p.tagged("Example", "")
	p.literal(c.Example)
}

// roff is a manual page in the making, for the macros of man(7).
type roff struct{ strings.Builder }

func newRoff(name string, section int, short string) *roff {
	p := new(roff)
	fmt.Fprintf(p, ".TH %s %d \"\" callout \"callout manual\"\n", strings.ToUpper(roffText(name)), section)
	p.section("Name")
	p.text(name + " - " + short)
	return p
}

func (p *roff) line(s string)       { p.WriteString(s + "\n") }
func (p *roff) section(name string) { p.line(".SH " + strings.ToUpper(roffText(name))) }
func (p *roff) text(s string)       { p.line(roffText(s)) }

// literal keeps line breaks as they are.
func (p *roff) literal(s string) {
	p.line(".PP\n.nf")
	for line := range strings.SplitSeq(strings.Trim(s, "\n"), "\n") {
		p.text(line)
	}
	p.line(".fi")
}

// tagged is a term and what it means.
func (p *roff) tagged(term, meaning string) {
	p.line(".TP\n.B " + roffText(term))
	if meaning != "" {
		p.text(meaning)
	}
}

func (p *roff) flags(fs *pflag.FlagSet) {
	fs.VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			p.tagged(describeFlag(f))
		}
	})
}

func (p *roff) seeAlso(pages string) {
	p.section("See also")
	p.text(pages)
}

// roffText escapes what roff would take for its own: backslashes, hyphens that must stay
// hyphens, arrows, which it knows by names only, and dots and quotes at the beginning of a line.
func roffText(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "\t", "    ", "←", `\(<-`, "→", `\(->`, "↑", `\(ua`, "↓", `\(da`, "^", `\(ha`).Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	return s
}
