package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/sigstore/sigstore-go/pkg/root"
	serrors "github.com/slsa-framework/slsa-verifier/v2/errors"
	"github.com/slsa-framework/slsa-verifier/v2/options"
	"github.com/slsa-framework/slsa-verifier/v2/verifiers/utils"

	"github.com/sealvet/sealvet/cmd/sealvet-slsa-verifier/wire"
)

// judge answers one request after the other: the library keeps its trust root and
// its key in variables of the process.
type judge struct {
	prints *prints
	root   [sha256.Size]byte // of the trust root in force, zero for none
}

// answered is what a routine found out about a proof that the library accepted.
type answered struct {
	builder string
	ref     string // the meaning of the expected ref that held
	printed string
	said    unverified // verified by now
	notes   []string
}

func (j *judge) answer(line []byte) (reply wire.Reply) {
	var request wire.Request
	defer func() {
		if recovered := recover(); recovered != nil {
			reply = failed(fmt.Errorf("slsa-verifier panicked: %v", recovered))
		}
		reply.ID, reply.Engine = request.ID, engine()
	}()
	if err := json.Unmarshal(line, &request); err != nil {
		return failed(fmt.Errorf("read the request: %w", err))
	}
	if err := j.trust(request.TrustedRoot); err != nil {
		return wire.Reply{Verdict: wire.Error, Class: "trust-root-invalid", Detail: clip(err.Error())}
	}
	return j.judge(context.Background(), request)
}

func failed(err error) wire.Reply {
	return wire.Reply{Verdict: wire.Error, Class: "tool-error", Detail: clip(err.Error())}
}

// trust puts a request's trust root in force. Without one there is none: what an
// earlier request trusted is not what this one does.
func (j *judge) trust(raw []byte) error {
	if len(raw) == 0 {
		injectTrustedRoot(nil)
		j.root = [sha256.Size]byte{}
		return nil
	}
	sum := sha256.Sum256(raw)
	if sum == j.root {
		return nil
	}
	trusted, err := root.NewTrustedRootFromJSON(raw)
	if err != nil {
		return fmt.Errorf("read the trust root: %w", err)
	}
	injectTrustedRoot(trusted)
	j.root = sum
	return nil
}

func (j *judge) judge(ctx context.Context, request wire.Request) wire.Reply {
	var found answered
	var err error
	switch request.Kind {
	case wire.Bundle, wire.Artifact, wire.GitHub:
		found, err = j.bundle(ctx, request)
	case wire.NPM:
		found, err = j.npm(ctx, request)
	case wire.GCB:
		found, err = j.gcb(ctx, request)
	case wire.VSA:
		found, err = j.vsa(ctx, request)
	default:
		return failed(fmt.Errorf("nobody knows the kind %q", request.Kind))
	}
	if err != nil {
		return classify(err, found.said.signerRef, request.Builder != "")
	}
	return wire.Reply{
		Verdict: wire.Pass, Class: "ok", Detail: clip(found.printed), Notes: found.notes,
		Builder: clip(found.builder), Source: clip(found.said.source), Commit: clip(found.said.commit),
		Ref: clip(found.ref), Digest: found.said.digest,
		BuildType: clip(found.said.statement.buildType()), Predicate: clip(found.said.statement.PredicateType),
	}
}

// call is one call of the library: options are made anew for each, since it changes them.
type call func(*options.ProvenanceOpts) (*utils.TrustedBuilderID, error)

// try calls the library for each meaning that the expected ref may have, until one
// passes; of several failures the first is the one that counts.
//
// The library looks for the ref in a place that the statements of GitHub's own
// actions and of npm do not have. There the certificate's ref is compared.
func (j *judge) try(request wire.Request, said unverified, digest string, call call) (answered, error) {
	meanings, err := refMeanings(request.Ref)
	if err != nil {
		return answered{}, err
	}
	var failure error
	for _, meaning := range meanings {
		found, err := j.once(request, meaning, said, digest, call)
		if err == nil {
			found.ref = fullRef(meaning)
			return found, nil
		}
		if failure == nil {
			failure = err
		}
	}
	if request.Ref == "" || !strings.Contains(failure.Error(), "environment type for") {
		return answered{}, failure
	}
	found, err := j.once(request, options.ProvenanceOpts{}, said, digest, call)
	if err != nil {
		return answered{}, err
	}
	for _, meaning := range meanings {
		if fullRef(meaning) == said.ref {
			found.ref = said.ref
			return found, nil
		}
	}
	return answered{}, fmt.Errorf("%w: the certificate says %q", serrors.ErrorMismatchTag, said.ref)
}

func (j *judge) once(request wire.Request, opts options.ProvenanceOpts, said unverified, digest string, call call) (answered, error) {
	opts.ExpectedSourceURI, opts.ExpectedDigest = said.spelt(request.Source), digest
	if request.Versioned != "" {
		opts.ExpectedVersionedTag = &request.Versioned
	}
	var builder *utils.TrustedBuilderID
	var err error
	printed := j.prints.of(func() { builder, err = call(&opts) })
	if err != nil {
		return answered{}, err
	}
	if builder == nil {
		return answered{}, errors.New("slsa-verifier names no builder")
	}
	return answered{builder: builder.String(), printed: printed}, nil
}

func refMeanings(ref string) ([]options.ProvenanceOpts, error) {
	tag := func(name string) options.ProvenanceOpts { return options.ProvenanceOpts{ExpectedTag: &name} }
	branch := func(name string) options.ProvenanceOpts { return options.ProvenanceOpts{ExpectedBranch: &name} }
	if ref == "" {
		return []options.ProvenanceOpts{{}}, nil
	}
	if name, is := strings.CutPrefix(ref, "refs/tags/"); is {
		return []options.ProvenanceOpts{tag(name)}, nil
	}
	if name, is := strings.CutPrefix(ref, "refs/heads/"); is {
		return []options.ProvenanceOpts{branch(name)}, nil
	}
	if strings.HasPrefix(ref, "refs/") {
		return nil, limit{wire.LimitNotSupported} // a pull request, say
	}
	return []options.ProvenanceOpts{tag(ref), branch(ref)}, nil
}

func fullRef(meaning options.ProvenanceOpts) string {
	switch {
	case meaning.ExpectedTag != nil:
		return "refs/tags/" + *meaning.ExpectedTag
	case meaning.ExpectedBranch != nil:
		return "refs/heads/" + *meaning.ExpectedBranch
	}
	return ""
}

// engine names the library and the version that was built in.
func engine() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == "github.com/slsa-framework/slsa-verifier/v2" {
				return "slsa-verifier " + module.Version
			}
		}
	}
	return wire.Engine
}

// clip keeps a reply within the protocol's limit, whatever a proof makes the library say.
func clip(text string) string {
	const most = 2000
	text = strings.ToValidUTF8(strings.TrimSpace(text), "?")
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "..."
}
