package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sealvet/sealvet/internal/reproduce/sandbox"
)

var update = flag.Bool("update", false, "rewrite the expected output inside the scripts")

func TestMain(m *testing.M) {
	sandbox.Init() // the tests of reproduce start this program as a sandbox starts itself
	testscript.Main(m, map[string]func(){"sealvet": func() { os.Exit(Main()) }})
}

// TestScripts runs the command line as its users do: one script a feature, exit
// codes included.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/cli",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("SOURCE_DATE_EPOCH", "1793491200") // 2026-11-01
			env.Setenv("SEALVET_OFFLINE", "1")
			return writeKeys(env)
		},
		Condition: func(name string) (bool, error) {
			if name != "sandbox" {
				return false, fmt.Errorf("unknown condition %q", name)
			}
			return sandbox.Check(context.Background()) == nil, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

// exits runs sealvet and asserts its exit code: exits 1 scan repo.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE ARG...")
	}
	err := ts.Exec("sealvet", args[1:]...)
	code := "0"
	if err != nil {
		code = exitStatus(err)
	}
	if code != args[0] {
		ts.Fatalf("sealvet %v exits with %s, not %s", args[1:], code, args[0])
	}
}
