package attest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/sign"
	"google.golang.org/protobuf/encoding/protojson"
)

// Retries of a service that is busy, and how long one may take.
const (
	retries = 2
	patient = 30 * time.Second
)

// Signing is how a bundle is signed.
type Signing struct {
	Services  Services
	Transport http.RoundTripper
	// Root verifies the bundle as soon as it is made, where it is given.
	Root root.TrustedMaterial
}

// Keyless signs as the CI job that the token names, with a key that lives as long as
// this call.
func (s Signing) Keyless(ctx context.Context, statement []byte, token Token) ([]byte, error) {
	if s.Services.Fulcio == "" {
		return nil, errors.New("no Fulcio is named, which would vouch for the job")
	}
	key, err := sign.NewEphemeralKeypair(nil)
	if err != nil {
		return nil, err
	}
	options, err := s.options(ctx)
	if err != nil {
		return nil, err
	}
	options.CertificateProvider = sign.NewFulcio(&sign.FulcioOptions{
		BaseURL: strings.TrimSuffix(s.Services.Fulcio, "/"), Retries: retries, Timeout: patient, Transport: bounded{s.Transport},
	})
	options.CertificateProviderOptions = &sign.CertificateProviderOptions{IDToken: token.Raw}
	return s.bundle(statement, key, options)
}

// Logged signs by a key and enters that into the logs.
func (s Signing) Logged(ctx context.Context, statement []byte, key *Key) ([]byte, error) {
	if _, is := key.GetPublicKey().(ed25519.PublicKey); is {
		return nil, errors.New("a log takes no signature by an Ed25519 key; use ECDSA P-256")
	}
	options, err := s.options(ctx)
	if err != nil {
		return nil, err
	}
	options.TrustedRoot = nil // it holds no key of ours
	return s.bundle(statement, key, options)
}

func (s Signing) options(ctx context.Context) (sign.BundleOptions, error) {
	if err := s.Services.Check(); err != nil {
		return sign.BundleOptions{}, err
	}
	options := sign.BundleOptions{Context: ctx, TrustedRoot: s.Root}
	for _, log := range s.Services.Logs {
		to, err := s.log(log)
		if err != nil {
			return options, err
		}
		options.TransparencyLogs = append(options.TransparencyLogs, to)
	}
	for _, stamp := range s.Services.Stamps {
		options.TimestampAuthorities = append(options.TimestampAuthorities, sign.NewTimestampAuthority(&sign.TimestampAuthorityOptions{
			URL: stamp, Retries: retries, Timeout: patient, Transport: bounded{s.Transport},
		}))
	}
	return options, nil
}

// bundle catches what the library does where a service answers nonsense: it takes
// the fields of an answer for granted.
func (s Signing) bundle(statement []byte, key sign.Keypair, options sign.BundleOptions) (signed []byte, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			signed, err = nil, fmt.Errorf("sign the statement: a service answers what makes no sense (%v)", problem)
		}
	}()
	bundle, err := sign.Bundle(&sign.DSSEData{Data: statement, PayloadType: PayloadType}, key, options)
	if err != nil {
		return nil, fmt.Errorf("sign the statement: %w", err)
	}
	data, err := protojson.Marshal(bundle)
	if err != nil {
		return nil, err
	}
	// protojson puts blanks where it likes.
	var compact bytes.Buffer
	err = json.Compact(&compact, data)
	return compact.Bytes(), err
}
