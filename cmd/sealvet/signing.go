package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/sealvet/sealvet/internal/attest"
)

// signing is how a statement is signed.
type signing struct {
	key       string
	keyless   bool
	unsigned  bool
	publicLog bool
	config    string
	fulcio    string
	rekor     string
	version   uint32
	tsa       []string
}

func (s *signing) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&s.key, "key", "", "private key (PEM) to sign with")
	flags.BoolVar(&s.keyless, "keyless", false, "sign as the CI job that this runs in")
	flags.BoolVar(&s.unsigned, "unsigned", false, "do not sign")
	flags.BoolVar(&s.publicLog, "public-log", false, "it is all right that a public log shows this repository")
	flags.StringVar(&s.config, "signing-config", "", "signing_config.json that names the services of a Sigstore")
	flags.StringVar(&s.fulcio, "fulcio-url", "", "certificate authority for --keyless (default: the public one)")
	flags.StringVar(&s.rekor, "rekor-url", "", "transparency log (default: the public one; none: no log)")
	flags.Uint32Var(&s.version, "rekor-version", 1, "generation of the log at --rekor-url: 1 or 2")
	flags.StringArrayVar(&s.tsa, "tsa-url", nil, "timestamp authority, whole address; repeatable")
}

// signer signs, and says how.
type signer struct {
	sign func(context.Context, []byte) ([]byte, error)
	how  string
}

var errNoMode = errors.New(`say how to sign: --key FILE by a private key, --keyless as this CI job, or --unsigned`)

// prepare finds out before any work is done whether it will be possible to sign.
func (s *signing) prepare(ctx context.Context, reach reach) (signer, error) {
	modes := 0
	for _, asked := range []bool{s.key != "", s.keyless, s.unsigned} {
		if asked {
			modes++
		}
	}
	switch {
	case modes == 0:
		return signer{}, errNoMode
	case modes > 1:
		return signer{}, errors.New("--key, --keyless and --unsigned exclude each other")
	case s.unsigned && s.publicLog:
		return signer{}, errors.New("--public-log: what is not signed is not logged")
	case s.unsigned:
		return signer{func(_ context.Context, statement []byte) ([]byte, error) { return statement, nil }, "not signed"}, nil
	case s.key != "":
		return s.byKey(reach)
	}
	return s.asJob(ctx, reach)
}

// byKey signs by a key, and logs where a log is named.
func (s *signing) byKey(reach reach) (signer, error) {
	data, err := os.ReadFile(s.key)
	if err != nil {
		return signer{}, fmt.Errorf("--key: %w", err)
	}
	key, err := attest.ReadKey(data, os.Getenv("COSIGN_PASSWORD"))
	if err != nil {
		return signer{}, fmt.Errorf("--key %s: %w", s.key, err)
	}
	how := "signed by the key " + key.ID()
	if !s.publicLog && s.rekor == "" && s.config == "" && len(s.tsa) == 0 {
		return signer{key.Envelope, how}, nil
	}
	services, err := s.services(attest.Services{Logs: attest.PublicGood().Logs})
	if err != nil {
		return signer{}, err
	}
	services.Fulcio = "" // nobody needs to vouch for a key
	if services.Public() && !s.publicLog {
		return signer{}, errPublic
	}
	to, err := s.bundles(services, reach)
	if err != nil {
		return signer{}, err
	}
	return signer{func(ctx context.Context, statement []byte) ([]byte, error) { return to.Logged(ctx, statement, key) }, how + ", and logged"}, nil
}

var errPublic = errors.New("the public log shows the name of the repository, its workflow and the commit to everybody, for ever, and nothing here says that the repository is public; give --public-log if that is all right, or name an instance of your own (--fulcio-url and --rekor-url, or --signing-config)")

// asJob signs by the identity of a CI job. The token is asked for twice: now, so that
// nothing is done in vain, and when it is needed, since it does not last.
func (s *signing) asJob(ctx context.Context, reach reach) (signer, error) {
	services, err := s.services(attest.PublicGood())
	if err != nil {
		return signer{}, err
	}
	to, err := s.bundles(services, reach)
	if err != nil {
		return signer{}, err
	}
	ask := func(ctx context.Context) (attest.Token, error) {
		if ctx.Err() != nil {
			return attest.Token{}, errInterrupted
		}
		token, err := attest.Job(ctx, os.Getenv, to.Transport)
		if err != nil {
			return attest.Token{}, fmt.Errorf("--keyless: %w", err)
		}
		if services.Public() && token.Visibility != "public" && !s.publicLog {
			return attest.Token{}, errPublic
		}
		return token, nil
	}
	if _, err := ask(ctx); err != nil {
		return signer{}, err
	}
	return signer{func(ctx context.Context, statement []byte) ([]byte, error) {
		token, err := ask(ctx)
		if err != nil {
			return nil, err
		}
		return to.Keyless(ctx, statement, token)
	}, "signed as this CI job"}, nil
}

// services are those of the flags, else of the signing config, else the given ones.
func (s *signing) services(otherwise attest.Services) (attest.Services, error) {
	services := otherwise
	if s.config != "" {
		if s.fulcio != "" || s.rekor != "" || len(s.tsa) > 0 {
			return attest.Services{}, errors.New("--signing-config names all services; leave out --fulcio-url, --rekor-url and --tsa-url")
		}
		data, err := os.ReadFile(s.config)
		if err != nil {
			return attest.Services{}, fmt.Errorf("--signing-config: %w", err)
		}
		return attest.ReadServices(data, time.Now()) // what is in force when it is signed, whatever --now says
	}
	if s.fulcio != "" {
		services.Fulcio = s.fulcio
	}
	switch {
	case s.rekor == "none":
		services.Logs = nil
	case s.rekor != "":
		services.Logs = []attest.Log{{URL: s.rekor, Version: s.version}}
	}
	services.Stamps = append(services.Stamps, s.tsa...)
	return services, nil
}

// bundles makes what signs bundles. The services were named by whoever runs this, so
// that they may be on a private network.
func (s *signing) bundles(services attest.Services, reach reach) (attest.Signing, error) {
	if reach.offline {
		return attest.Signing{}, errors.New("--offline: a log and a certificate authority must be asked; sign by --key alone, or not at all (--unsigned)")
	}
	if err := services.Check(); err != nil {
		return attest.Signing{}, err
	}
	named := services.Hosts()
	if address, err := url.Parse(os.Getenv("ACTIONS_ID_TOKEN_REQUEST_URL")); err == nil && address.Host != "" {
		named = append(named, address.Host)
	}
	client, err := reach.client(named)
	if err != nil {
		return attest.Signing{}, err
	}
	return attest.Signing{Services: services, Transport: client.Transport(false)}, nil
}
