package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sealvet/sealvet/checks"
	"github.com/sealvet/sealvet/internal/collect/github"
	"github.com/sealvet/sealvet/internal/collect/policyfile"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/reports"
)

// ruling holds the policies that the caller gives, beside the one that lies in the
// repository. They are read before anything is judged.
type ruling struct {
	policyPath string
	orgPolicy  string
	base       *base         // a pull request's, whose files count; nil for none
	given      []policy.File // of --policy, and what it extends
	org        []policy.File // of --org-policy, and what it extends
}

func (r *ruling) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&r.policyPath, "policy", "", "policy file (default: .sealvet.yml of the repository)")
	flags.StringVar(&r.orgPolicy, "org-policy", "", "policy that holds whatever the repository says, which may tighten it: a file, owner/repo@ref or owner/repo/path@ref")
}

// readPolicies reads what the flags name. reach is nil for a command that asks nobody.
func (r *ruling) readPolicies(cmd *cobra.Command, reach *reach) error {
	fetch := &fetching{ctx: cmd.Context(), reach: reach, base: r.base, mayUseToken: func(policy.Ref) bool { return true }}
	if r.policyPath != "" {
		data, err := r.base.readFile(r.policyPath)
		if err != nil {
			return exitCode{exitUsage, fmt.Errorf("read the policy: %w", err)}
		}
		if fetch.folder, err = r.base.place(filepath.Dir(r.policyPath)); err != nil {
			return exitCode{exitUsage, err}
		}
		if r.given, err = fetch.follow(policy.File{Path: r.policyPath, Data: data}); err != nil {
			return unjudged(err)
		}
	}
	if r.orgPolicy == "" {
		return nil
	}
	first, err := fetch.organisation(r.orgPolicy)
	if err != nil {
		return unjudged(fmt.Errorf("--org-policy: %w", err))
	}
	fetch.foreign = true
	if first.Home == nil {
		if fetch.folder, err = r.base.place(filepath.Dir(r.orgPolicy)); err != nil {
			return exitCode{exitUsage, err}
		}
	}
	if r.org, err = fetch.follow(first); err != nil {
		return unjudged(fmt.Errorf("--org-policy: %w", err))
	}
	return r.trust(cmd, reach)
}

// trust lets the hosts be asked that the organisation names. A policy that is wrong
// ends the run before anything is collected.
func (r *ruling) trust(cmd *cobra.Command, reach *reach) error {
	now, err := moment(cmd.Flag("now").Value.String())
	if err != nil {
		return err
	}
	org, err := policy.Assemble(r.org[0], r.org[1:], checks.All, now)
	if err != nil {
		return unjudged(err)
	}
	if reach != nil {
		reach.allow = append(reach.allow, org.Settings.Provenance.Registries...)
	}
	return nil
}

// inForce is the policy that judges: the flag's file, else the repository's, else the
// default, laid over the organisation's where the caller gives one.
func (r *ruling) inForce(seen *evidence.Snapshot, now time.Time) (*policy.Policy, error) {
	rules, err := policy.Default(), error(nil)
	switch {
	case len(r.given) > 0:
		rules, err = policy.Assemble(r.given[0], r.given[1:], checks.All, now)
	case seen.Policy != nil:
		rules, err = policy.Assemble(policy.File{Path: seen.Policy.Path, Data: []byte(seen.Policy.Data)}, under(seen.Policy.Under), checks.All, now)
	}
	if err != nil || len(r.org) == 0 {
		return rules, err
	}
	org, err := policy.Assemble(r.org[0], r.org[1:], checks.All, now)
	if err != nil {
		return nil, err
	}
	return policy.Merge(org, rules), nil
}

// under are the files that a snapshot keeps of what its policy extends.
func under(kept []evidence.PolicyFile) (files []policy.File) {
	for _, one := range kept {
		files = append(files, policy.File{Path: one.Path, Data: []byte(one.Data), Commit: one.Commit, Foreign: one.Commit != ""})
	}
	return files
}

// collectPolicies puts what the repository's policy extends beside it, where that
// policy is the one that judges.
func (c *collecting) collectPolicies(cmd *cobra.Command, seen *evidence.Snapshot, folder string) error {
	if flag := cmd.Flag("policy"); seen.Policy == nil || len(seen.Policy.Under) > 0 || folder == "" || flag != nil && flag.Changed {
		return nil
	}
	target, _, err := c.gitHub(&c.reach, seen.Target.Remote)
	fetch := &fetching{ctx: cmd.Context(), reach: &c.reach, folder: folder, mayUseToken: func(ref policy.Ref) bool {
		// else a repository could have read, with our token, what is none of its business
		return err == nil && target.Owner != "" && strings.EqualFold(target.Owner, ref.Owner)
	}}
	files, err := fetch.follow(policy.File{Path: seen.Policy.Path, Data: []byte(seen.Policy.Data)})
	if err != nil {
		return unjudged(err)
	}
	for _, file := range files[1:] {
		seen.Policy.Under = append(seen.Policy.Under, file.InEvidence())
	}
	return nil
}

// fetching reads policies that others are laid over.
type fetching struct {
	ctx     context.Context
	reach   *reach // nil: nobody is asked
	folder  string // where paths begin
	base    *base  // whose files count where a flag names some of the tree
	foreign bool   // that folder is none of the repository's
	// mayUseToken says whose policies are asked for with our token.
	mayUseToken func(policy.Ref) bool
	client      *web.Client
}

var errAsksNobody = errors.New("judge asks nobody; give the policy as a file")

// follow is the file with all that it is laid over.
func (f *fetching) follow(first policy.File) ([]policy.File, error) {
	files, err := policy.Follow(first, f.read)
	return append([]policy.File{first}, files...), err
}

// organisation reads what --org-policy names. A file that is there is a file.
func (f *fetching) organisation(named string) (policy.File, error) {
	ref, is, err := policy.ParseRef(named)
	if data, readErr := f.base.readFile(named); readErr == nil {
		return policy.File{Path: named, Data: data, Foreign: true}, nil
	} else if !is {
		return policy.File{}, &policyfile.Unreachable{What: "the file " + named, Err: fmt.Errorf("%w (one in a repository is owner/repo@ref)", cmp.Or(errors.Unwrap(readErr), readErr))}
	}
	if err != nil {
		return policy.File{}, err
	}
	return f.remote(ref)
}

// read reads what a file extends. A path is one of the same repository.
func (f *fetching) read(from policy.File, extends string) (policy.File, error) {
	ref, is, err := policy.ParseRef(extends)
	switch {
	case err != nil:
		return policy.File{}, err
	case is:
		return f.remote(ref)
	case from.Home != nil:
		return f.remote(policy.Ref{Owner: from.Home.Owner, Name: from.Home.Name, Path: extends, At: from.Commit})
	}
	data, err := policyfile.Local(f.folder, extends)
	return policy.File{Path: extends, Data: data, Foreign: f.foreign}, err
}

// remote reads a file of another repository.
func (f *fetching) remote(ref policy.Ref) (policy.File, error) {
	if f.reach == nil {
		return policy.File{}, &policyfile.Unreachable{What: ref.String(), Err: errAsksNobody}
	}
	if f.client == nil {
		var err error
		if f.client, err = f.reach.client(nil); err != nil {
			return policy.File{}, err
		}
	}
	api, token := f.reach.githubAPI(), ""
	if f.mayUseToken(ref) {
		token, _ = github.TokenFor(api, f.reach.github != "", os.Getenv)
	}
	data, commit, err := policyfile.Fetch(f.ctx, f.client, policyfile.Place{API: api, Owner: ref.Owner, Name: ref.Name, Path: ref.Path, Ref: ref.At, Token: token})
	return policy.File{Path: ref.String(), Data: data, Foreign: true, Home: &ref, Commit: commit}, err
}

// tellPolicies says on standard error which commits the policy rests on, and what it
// does not let the repository do.
func tellPolicies(cmd *cobra.Command, verdict *policy.Verdict) {
	for _, source := range verdict.Policy.Sources {
		if source.Commit != "" {
			fmt.Fprintln(cmd.ErrOrStderr(), reports.Plain(fmt.Sprintf("The policy rests on %s, which is commit %s.", source.Path, source.Commit)))
		}
	}
	for _, f := range verdict.Findings {
		if f.Check == "refused-loosening" && f.Status == policy.Open {
			complain(cmd.ErrOrStderr(), errors.New(strings.TrimPrefix(f.Location.String()+": ", ": ")+f.Message))
		}
	}
}
