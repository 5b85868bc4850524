package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/sealvet/sealvet/checks"
	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/reports"
)

// version is set by the release build: -ldflags "-X main.version=1.2.3".
var version = ""

// tool says which sealvet this is: the release's version, else the module's, else
// "devel", with the commit that the Go toolchain stamped in.
func tool() reports.Tool {
	t := reports.Tool{Name: "sealvet", Version: version}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return t
	}
	if t.Version == "" && info.Main.Version != "" && info.Main.Version != "(devel)" {
		t.Version = strings.TrimPrefix(info.Main.Version, "v")
	}
	if t.Version == "" {
		t.Version = "devel"
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			t.Commit = setting.Value
		}
	}
	return t
}

func newVersion() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Say which sealvet this is",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return output{}.save(cmd, "the version", func(w io.Writer) error { return writeVersion(w, asJSON) })
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

func writeVersion(w io.Writer, asJSON bool) error {
	t := tool()
	if asJSON {
		return json.NewEncoder(w).Encode(t)
	}
	line := "sealvet " + t.Version
	if t.Commit != "" {
		line += " (commit " + t.Commit + ")"
	}
	_, err := fmt.Fprintln(w, line)
	return err
}

func newChecks() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "checks",
		Short: "List every check",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			list := listChecks
			if asJSON {
				list = listChecksJSON
			}
			return output{}.save(cmd, "the list of checks", list)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

func listChecks(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	var family audit.Family
	for _, check := range checks.All {
		if check.Family != family {
			if family != "" {
				fmt.Fprintln(table)
			}
			family = check.Family
			fmt.Fprintf(table, "%s\n", strings.ToUpper(string(family)))
		}
		strict := ""
		if check.Strict {
			strict = " (strict profile)"
		}
		fmt.Fprintf(table, "  %s\t%s\t%s%s\n", check.ID, check.Severity, check.Title, strict)
	}
	return table.Flush()
}

func listChecksJSON(w io.Writer) error {
	type row struct {
		ID       string         `json:"id"`
		Title    string         `json:"title"`
		Family   audit.Family   `json:"family"`
		Severity audit.Severity `json:"severity"`
		Evidence audit.Source   `json:"evidence"`
		Strict   bool           `json:"strict"`
		Controls []string       `json:"controls"`
	}
	rows := make([]row, 0, len(checks.All))
	for _, c := range checks.All {
		rows = append(rows, row{c.ID, c.Title, c.Family, c.Severity, c.Source, c.Strict, c.Controls})
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(rows)
}

func newExplain() *cobra.Command {
	return &cobra.Command{
		Use:   "explain CHECK",
		Short: "Show a check's page: why, what it looks at, how to mend",
		Args:  cobra.ExactArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var ids []string
			for _, check := range checks.All {
				ids = append(ids, check.ID+"\t"+check.Title)
			}
			return ids, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			check := checks.Find(args[0])
			if check == nil {
				return fmt.Errorf("no check is named %q; `sealvet checks` lists them", args[0])
			}
			return output{}.save(cmd, "the page", func(w io.Writer) error { return explain(w, check) })
		},
	}
}

func explain(w io.Writer, check *audit.Check) error {
	title, body, _ := strings.Cut(check.Doc, "\n")
	_, err := fmt.Fprintf(w, "%s\n\n%s. Severity %s, family %s, decided by %s evidence.\nControls: %s\n%s",
		title, check.Title, check.Severity, check.Family, check.Source, strings.Join(check.Controls, ", "), body)
	return err
}
