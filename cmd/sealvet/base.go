package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sealvet/sealvet/checks"
	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/collect/checkout"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/policy"
)

// comparing says what a pull request is compared with.
type comparing struct {
	ref       string
	snapshot  string
	trustHead bool
}

func (c *comparing) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&c.ref, "base", "", "commit to compare with: only what is new or worse counts, by that commit's policy (default: that of the pull request in CI)")
	flags.StringVar(&c.snapshot, "base-snapshot", "", "compare with the evidence that collect saved")
	flags.BoolVar(&c.trustHead, "trust-head", false, "on a pull request too, judge the whole tree by its own policy")
	cmd.MarkFlagsMutuallyExclusive("base", "base-snapshot", "trust-head")
}

// base is the tree before a change: everything that can soften a verdict comes from it.
// A nil base is none.
type base struct {
	name    string
	seen    *evidence.Snapshot
	root    string // of the checkout
	folder  string // where its files lie; empty for a snapshot
	commit  string
	renamed map[string]string
	// head is the policy that the change would have.
	head *evidence.PolicyFile
}

// find reads the base, nil where no change is judged.
func (c *comparing) find(cmd *cobra.Command, path string) (*base, error) {
	if c.trustHead {
		return nil, nil
	}
	root, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if c.snapshot != "" {
		seen, err := readSnapshot(cmd.Context(), cmd.InOrStdin(), c.snapshot)
		if err != nil {
			return nil, unjudged(err)
		}
		return &base{name: "the snapshot " + c.snapshot, seen: seen, root: root, commit: seen.Target.Commit}, nil
	}
	ref := c.ref
	if ref == "" {
		if ref, err = baseOfCI(root, os.Getenv); err != nil {
			return nil, exitCode{exitUnfinished, err}
		}
	}
	if ref == "" {
		return nil, nil
	}
	b, err := readBase(cmd, root, ref)
	if err != nil {
		b.close()
		return nil, exitCode{exitUnfinished, fmt.Errorf("read the base of the pull request: %w; nothing was judged: fetch it (git fetch origin %s, or fetch-depth: 0 of actions/checkout, or GIT_DEPTH: 0 on GitLab)", err, ref)}
	}
	return b, nil
}

func readBase(cmd *cobra.Command, root, ref string) (*base, error) {
	now, err := moment(cmd.Flag("now").Value.String())
	if err != nil {
		return nil, err
	}
	b := &base{root: root}
	if b.commit, err = checkout.Resolve(cmd.Context(), root, ref); err != nil {
		return nil, err
	}
	b.name = b.commit[:12]
	if b.renamed, err = checkout.Renamed(cmd.Context(), root, b.commit); err != nil {
		return nil, err
	}
	if b.folder, err = os.MkdirTemp("", "sealvet-base-*"); err != nil {
		return nil, err
	}
	b.seen, err = checkout.CollectCommit(cmd.Context(), root, b.commit, b.folder, checkout.Options{Now: now})
	return b, err
}

func (b *base) close() {
	if b != nil && b.folder != "" {
		os.RemoveAll(b.folder)
	}
}

// place is where a file or folder lies that a flag names: one in the checkout is taken
// from the base.
func (b *base) place(named string) (string, error) {
	if b == nil {
		return named, nil
	}
	below, inside := within(b.root, named)
	switch {
	case !inside:
		return named, nil
	case b.folder == "":
		return "", fmt.Errorf("%s lies in the tree of the pull request, and a snapshot does not hold it as it was before; give a file from elsewhere, or --base", named)
	}
	return filepath.Join(b.folder, below), nil
}

func (b *base) readFile(named string) ([]byte, error) {
	at, err := b.place(named)
	if err != nil {
		return nil, err
	}
	if at == named {
		return os.ReadFile(at)
	}
	tree, err := os.OpenRoot(b.folder)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	below, _ := within(b.folder, at)
	return tree.ReadFile(below)
}

// within says how a path goes on below a folder, links followed.
func within(folder, named string) (below string, inside bool) {
	below, err := filepath.Rel(straight(folder), straight(named))
	return below, err == nil && filepath.IsLocal(below)
}

// straight is an absolute path without links, as far as it exists.
func straight(path string) string {
	path, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	if parent := filepath.Dir(path); parent != path {
		return filepath.Join(straight(parent), filepath.Base(path))
	}
	return path
}

// swap puts the base's policy in the place of the head's.
func (b *base) swap(seen *evidence.Snapshot) {
	if b != nil {
		b.head, seen.Policy = seen.Policy, b.seen.Policy
	}
}

// before judges the base by the rules that judge the change.
func (b *base) before(ctx context.Context, rules *policy.Policy, known *policy.Known, now time.Time, own bool) (*policy.Before, error) {
	if b == nil {
		return nil, nil
	}
	b.seen.Settings = rules.Settings
	var results []audit.Result
	for result := range audit.Results(checks.All, b.seen) {
		if ctx.Err() != nil {
			return nil, errInterrupted
		}
		results = append(results, result)
	}
	before := &policy.Before{Name: b.name, Seen: b.seen, Renamed: b.renamed, Verdict: policy.Judge(results, b.seen, rules, known, now)}
	switch {
	case !own:
	case b.head != nil:
		head, err := policy.Load(b.head.Path, []byte(b.head.Data), checks.All, now)
		if err != nil {
			return nil, fmt.Errorf("the policy of the pull request: %w", err)
		}
		before.Proposed = policy.Loosened(rules, head)
	case b.seen.Policy != nil:
		before.Proposed = []policy.Refusal{{Key: b.seen.Policy.Path, Says: "the removal of " + b.seen.Policy.Path, Proposed: true}}
	}
	return before, nil
}

var errNoBase = errors.New("the event does not name the commit that the pull request is based on; name it with --base")

// baseOfCI is the commit that a pull request wants to change, by what the CI says of
// the checkout at root; empty where it judges none.
func baseOfCI(root string, env func(string) string) (string, error) {
	inside := func(workspace string) bool {
		_, inside := within(workspace, root)
		return workspace != "" && inside
	}
	switch {
	case env("GITHUB_ACTIONS") == "true" && (strings.HasPrefix(env("GITHUB_EVENT_NAME"), "pull_request") || env("GITHUB_EVENT_NAME") == "merge_group") && inside(env("GITHUB_WORKSPACE")):
		var event struct {
			PullRequest struct {
				Base struct {
					SHA string `json:"sha"`
				} `json:"base"`
			} `json:"pull_request"`
			MergeGroup struct {
				BaseSHA string `json:"base_sha"`
			} `json:"merge_group"`
		}
		data, err := os.ReadFile(env("GITHUB_EVENT_PATH"))
		if err == nil && json.Unmarshal(data, &event) == nil {
			if sha := cmp.Or(event.PullRequest.Base.SHA, event.MergeGroup.BaseSHA); sha != "" {
				return sha, nil
			}
		}
		if branch := env("GITHUB_BASE_REF"); branch != "" {
			return "refs/remotes/origin/" + branch, nil
		}
		return "", errNoBase
	case env("GITLAB_CI") == "true" && env("CI_MERGE_REQUEST_IID") != "" && inside(env("CI_PROJECT_DIR")):
		for _, name := range []string{"CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "CI_MERGE_REQUEST_DIFF_BASE_SHA"} {
			if sha := env(name); sha != "" {
				return sha, nil
			}
		}
		return "", errNoBase
	}
	return "", nil
}
