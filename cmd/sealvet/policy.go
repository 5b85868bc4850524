package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sealvet/sealvet/checks"
	"github.com/sealvet/sealvet/internal/policy"
)

func newPolicy() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "Show the policy in force, and which controls a profile covers",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newPolicyShow(), newPolicyCoverage())
	return cmd
}

func newPolicyShow() *cobra.Command {
	var judging judging
	var collecting collecting
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "show [PATH]",
		Short: "Show the policy in force, and where each line of it comes from",
		Long: `show reads the policy of a checkout, what it extends, and what --org-policy lays
over it, and writes what is then in force: a policy, each line with the file and
the line that it comes from. Lines that do not take effect stand at the end.`,
		Example: `  sealvet policy show
  sealvet policy show --org-policy acme/policies@v2 path/to/repo`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := judging.readPolicies(cmd, &collecting.reach); err != nil {
				return err
			}
			seen, err := collecting.tree(cmd, args)
			if err != nil {
				return err
			}
			if err := collecting.collectPolicies(cmd, seen, target(args)); err != nil {
				return err
			}
			rules, err := judging.policy(seen, seen.TakenAt)
			if err != nil {
				return unjudged(err)
			}
			shown := policy.Show(rules)
			return output{}.save(cmd, "the policy", func(w io.Writer) error {
				if asJSON {
					return writeJSON(w, shown)
				}
				return shown.WriteYAML(w)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	judging.ruling.flags(cmd)
	collecting.reach.flags(cmd)
	collecting.treeFlags(cmd)
	return cmd
}

func newPolicyCoverage() *cobra.Command {
	var profile string
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "coverage --profile NAME",
		Short:   "Say which checks serve each control of a framework",
		Example: `  sealvet policy coverage --profile osps-baseline`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			name, rows := policy.Cover(profile, checks.All)
			if name == "" {
				return fmt.Errorf("--profile is one of %s, not %q", strings.Join(policy.Frameworks(), ", "), profile)
			}
			table := coverage{"sealvet/coverage/v1", profile, name, rows}
			return output{}.save(cmd, "the coverage", func(w io.Writer) error {
				if asJSON {
					return writeJSON(w, table)
				}
				return table.markdown(w)
			})
		},
	}
	cmd.Flags().StringVar(&profile, "profile", "", "framework: "+strings.Join(policy.Frameworks(), ", "))
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	_ = cmd.MarkFlagRequired("profile")
	_ = cmd.RegisterFlagCompletionFunc("profile", cobra.FixedCompletions(policy.Frameworks(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// coverage is what a framework's controls are served by.
type coverage struct {
	Schema    string            `json:"schema"`
	Profile   string            `json:"profile"`
	Framework string            `json:"framework"`
	Controls  []policy.Coverage `json:"controls"`
}

// markdown is a table with a row for each control. What stands in it comes from the
// register, so that nothing needs escaping.
func (c coverage) markdown(w io.Writer) error {
	_, err := fmt.Fprintf(w, "# %s\n\nProfile `%s`: the controls that checks serve. A control that is missing here is served by none.\n\n| control | findings are at least | checks |\n|---|---|---|\n", c.Framework, c.Profile)
	for _, row := range c.Controls {
		var served []string
		for _, check := range row.Checks {
			served = append(served, fmt.Sprintf("`%s` (%s, %s)", check.ID, check.Severity, check.Evidence))
		}
		_, rowErr := fmt.Fprintf(w, "| %s | %s | %s |\n", row.Control, row.AtLeast, strings.Join(served, ", "))
		err = errors.Join(err, rowErr)
	}
	return err
}

func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
