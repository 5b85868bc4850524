// Command githubtest serves a generated organisation on loopback, as GitHub's API
// would, until it is interrupted. Anyone can try a scan on it without GitHub:
//
//	go run ./internal/githubtest/cmd --org acme --repos 12 --seed 1
//
// It prints its address and tokens of each kind. The tokens open nothing else.
package main

import (
	"cmp"
	"context"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/sealvet/sealvet/internal/githubtest"
)

func main() {
	log.SetFlags(0)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, teller{log.Default()}); err != nil {
		log.Fatal(err)
	}
}

// teller logs what would fail a test.
type teller struct{ *log.Logger }

func (t teller) Errorf(format string, args ...any) { t.Printf(format, args...) }

func run(ctx context.Context, args []string, out io.Writer, t teller) error {
	flags := flag.NewFlagSet("githubtest", flag.ContinueOnError)
	flags.SetOutput(out)
	organisation := flags.String("org", "acme", "name of the organisation")
	repositories := flags.Int("repos", 12, "how many repositories it has")
	people := flags.Int("people", 5, "how many people it has")
	seed := flags.Uint64("seed", 1, "draws the organisation; the same seed draws the same")
	address := flags.String("addr", "127.0.0.1:0", "address to listen on")
	limit := flags.Int("limit", -1, "requests, and points, that each token has; -1 for those of its kind")
	certificate := flags.String("tls", "", "serve https, and write the certificate to this file: for SSL_CERT_FILE of a client")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *repositories < 1 || *repositories > 5000 || *people < 5 || *people > 500 {
		return fmt.Errorf("%d repositories of %d people: 1 to 5000 of 5 to 500 are served", *repositories, *people)
	}
	start := githubtest.Run
	if *certificate != "" {
		start = githubtest.RunTLS
	}
	s, err := start(t, githubtest.GenerateCrowd(*organisation, *people, *repositories, *seed), *address)
	if err == nil && *certificate != "" {
		err = os.WriteFile(*certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o644)
	}
	if err != nil {
		return fmt.Errorf("serve %s: %w", *organisation, err)
	}
	defer s.Close()
	if *limit >= 0 {
		s.Limit(*limit)
	}
	describe(out, s, *organisation)
	<-ctx.Done()
	tell(out, s)
	return nil
}

// tell says what was asked, by route.
func tell(out io.Writer, s *githubtest.Server) {
	fmt.Fprintf(out, "%d requests, %d charged, %d points\n", s.Requests(), s.Charged(), s.Points())
	routes := map[string]int{}
	for _, one := range s.Asked() {
		routes[cmp.Or(one.Route, one.Method+" "+one.Path)]++
	}
	for _, route := range slices.Sorted(maps.Keys(routes)) {
		fmt.Fprintf(out, "%5d %s\n", routes[route], route)
	}
}

// describe says how to use the server.
func describe(out io.Writer, s *githubtest.Server, organisation string) {
	fmt.Fprintf(out, "REST     %s\nGraphQL  %s\n\n", s.URL, s.GraphQLURL)
	settings := []string{"administration:read", "secrets:read", "environments:read", "repository_hooks:read", "contents:read", "pull_requests:read", "actions:read", "members:read", "organization_administration:read", "organization_secrets:read", "organization_hooks:read", "organization_self_hosted_runners:read"}
	owner := s.Token(githubtest.Classic)
	for _, one := range []struct{ kind, token string }{
		{"owner, classic", owner},
		{"member, classic", s.Token(githubtest.Classic, githubtest.As("cy"))},
		{"owner, fine-grained, read-only", s.Token(githubtest.FineGrained, githubtest.Can(settings...))},
		{"app, read-only", s.Token(githubtest.Installation, githubtest.Can(settings...))},
		{"job of the first repository", s.Token(githubtest.Job)},
	} {
		fmt.Fprintf(out, "%-32s %s\n", one.kind, one.token)
	}
	fmt.Fprintf(out, "\ncurl -H 'Authorization: Bearer %s' %s/orgs/%s/repos\n", owner, s.URL, organisation)
}
