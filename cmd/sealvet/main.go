// Command sealvet vets that the supply chain of an MCP server is sealed.
//
// This package wires the rooms together, in one direction: collect -> evidence
// -> checks -> policy -> reports -> exit code.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/sealvet/sealvet/internal/reproduce/sandbox"
	"github.com/sealvet/sealvet/reports"
)

// Exit codes: what a build script may rely on.
const (
	exitMet        = 0 // policy met
	exitNotMet     = 1 // policy not met; beats 3
	exitUsage      = 2 // usage or configuration error
	exitUnfinished = 3 // could not finish: interrupted, a report that could not be written
)

var errInterrupted = errors.New("interrupted; nothing was judged")

func main() {
	sandbox.Init() // where reproduce has started us as the first process of its sandbox
	os.Exit(Main())
}

// Main runs the command line and returns its exit code.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	root := newRoot()
	err := root.ExecuteContext(ctx)
	var code exitCode
	switch {
	case err == nil:
		return exitMet
	case errors.As(err, &code):
		if code.err != nil {
			complain(root.ErrOrStderr(), code.err)
		}
		return code.code
	case ctx.Err() != nil:
		complain(root.ErrOrStderr(), errInterrupted)
		return exitUnfinished
	}
	complain(root.ErrOrStderr(), err)
	if used, _, findErr := root.Find(os.Args[1:]); findErr == nil && used != root {
		fmt.Fprintf(root.ErrOrStderr(), "Try '%s --help'.\n", used.CommandPath())
	}
	return exitUsage
}

// exitCode is an error that says how the program ends. A nil err is silent: the
// report has said everything.
type exitCode struct {
	code int
	err  error
}

func (e exitCode) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e exitCode) Unwrap() error { return e.err }

func complain(w io.Writer, err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintln(w, "sealvet:", reports.Plain(line))
	}
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "sealvet",
		Short: "Vet that the supply chain of an MCP server is sealed",
		Long: `sealvet audits the repository that makes an MCP server: what goes into it is
pinned, how it is built is hermetic, what comes out is proved to come from there,
and what it starts on its users' machines is always the same. It asks public
registries for what the repository publishes (--offline: nobody) and runs nothing
of the repository, except for reproduce, which builds it in a sandbox and asks before.`,
		Example: `  sealvet scan                                   scan the folder you stand in
  sealvet scan path/to/repo --output sarif=out.sarif   and write SARIF beside the text
  sealvet verify npm:@acme/weather@1.2.0          verify who made an artifact, from which source
  sealvet explain unpinned-action                why a check exists and how to mend it`,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetHelpCommand(newHelp())
	root.CompletionOptions.HiddenDefaultCmd = false
	root.AddCommand(newScan(), newVerify(), newAttest(), newPath(), newCollect(), newJudge(), newReproduce(), newAccess(), newBaseline(), newPolicy(), newChecks(), newExplain(), newInit(), newVersion(), newAction())
	return root
}

// newHelp replaces cobra's, which takes a command that does not exist for success.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about any command",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return fmt.Errorf("there is no command %q; `sealvet --help` lists them", strings.Join(args, " "))
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}
