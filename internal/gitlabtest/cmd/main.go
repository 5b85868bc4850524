// Command gitlabtest serves a group with two projects on loopback, as GitLab's API
// would, until it is interrupted. Anyone can try a scan on it without GitLab:
//
//	go run ./internal/gitlabtest/cmd --plan premium
//
// It prints its address and tokens of each kind. The tokens open nothing else.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/sealvet/sealvet/internal/gitlabtest"
)

func main() {
	log.SetFlags(0)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// teller logs what would fail a test, and closes the server at the end.
type teller struct{ closing []func() }

func (*teller) Helper()                           {}
func (*teller) Errorf(format string, args ...any) { log.Printf(format, args...) }
func (t *teller) Cleanup(last func())             { t.closing = append(t.closing, last) }

var plans = map[string]gitlabtest.Plan{"free": gitlabtest.Free, "premium": gitlabtest.Premium, "ultimate": gitlabtest.Ultimate}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("gitlabtest", flag.ContinueOnError)
	flags.SetOutput(out)
	name := flags.String("plan", "ultimate", "free, premium or ultimate")
	if err := flags.Parse(args); err != nil {
		return err
	}
	plan, known := plans[*name]
	if !known {
		return fmt.Errorf("there is no plan %q: free, premium, ultimate", *name)
	}
	t := &teller{}
	s := gitlabtest.Serve(t, gitlabtest.Example(plan))
	defer func() {
		for _, last := range t.closing {
			last()
		}
	}()
	fmt.Fprintf(out, "API: %s\n", s.Base)
	for _, token := range []struct{ words, value string }{
		{"an owner", s.Token(gitlabtest.Personal)},
		{"a developer", s.Token(gitlabtest.Personal, gitlabtest.As("bob"))},
		{"a project's Maintainer bot", s.Token(gitlabtest.ProjectToken)},
		{"a job", s.Token(gitlabtest.Job)},
	} {
		fmt.Fprintf(out, "%-28s %s\n", token.words, token.value)
	}
	fmt.Fprintf(out, "SEALVET_TOKEN=<token> sealvet scan --gitlab-api %s --repository acme/guarded <folder>   (or acme/careless)\n", s.Base)
	<-ctx.Done()
	fmt.Fprintf(out, "%d requests\n", s.Requests())
	return nil
}
