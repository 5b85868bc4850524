// Package reproduce builds a package twice from the same files, in two worlds
// that differ in everything a build should not look at, and says whether the same
// bytes came out. It is the one room that executes code of the repository under
// audit, and it does so in a sandbox without a network.
package reproduce

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/collect/checkout"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/reproduce/compare"
	"github.com/sealvet/sealvet/internal/reproduce/sandbox"
)

// Options of one reproduction.
type Options struct {
	Runner sandbox.Runner
	// Sandboxed says that the runner shuts the build in.
	Sandboxed bool
	Limits    sandbox.Limits
	// Scratch is an empty folder for copies and results; whoever gives it removes it.
	Scratch string
	// Epoch becomes SOURCE_DATE_EPOCH, where the repository sets that itself.
	Epoch string
	// Say tells how far it is.
	Say func(format string, args ...any)
}

// Run builds one recipe twice and compares.
func Run(ctx context.Context, work checkout.Work, root string, recipe Recipe, options Options) (*evidence.Reproduction, error) {
	if err := recipe.tools(); err != nil {
		return nil, err
	}
	r := &run{recipe: recipe, options: options, scratch: options.Scratch}
	tree := r.at("tree")
	options.Say("copying %d files", len(work.Files))
	if err := copyFiles(root, work.Files, tree); err != nil {
		return nil, fmt.Errorf("copy the files: %w", err)
	}
	tree, deps, err := r.fetch(ctx, tree)
	if err != nil {
		return nil, err
	}
	first, second := worlds()
	var seen [2]compare.World
	for i, world := range []world{first, second} {
		options.Say("building as %s in %s", world.user.Name, world.source)
		if seen[i], err = r.build(ctx, world, tree, deps, r.at("out", world.user.Name)); err != nil {
			return nil, err
		}
	}
	artifacts, err := compare.Folders(r.at("out", first.user.Name), r.at("out", second.user.Name), seen[0], seen[1], compare.DefaultLimits)
	if err != nil {
		return nil, err
	}
	if len(artifacts) == 0 {
		return nil, errors.New("the build left nothing to compare")
	}
	return &evidence.Reproduction{
		Path: recipe.Manifest, Recipe: recipe.Name, Commit: work.Target.Commit, Changed: work.Changed,
		Steps: recipe.Steps, Sandboxed: options.Sandboxed, Artifacts: artifacts,
		At: evidence.Location{Path: recipe.Manifest},
	}, nil
}

type run struct {
	recipe  Recipe
	options Options
	scratch string
}

func (r *run) at(names ...string) string {
	return filepath.Join(append([]string{r.scratch}, names...)...)
}

// fetch brings in what the build needs, with a network and without running code
// of the repository or of what it brings. It gives the tree to build from, and
// the folder of dependencies, if any.
func (r *run) fetch(ctx context.Context, tree string) (newTree, deps string, err error) {
	if r.recipe.fetch == "" {
		return tree, "", nil
	}
	r.options.Say("fetching dependencies")
	world := fetching()
	deps = r.at("deps")
	job := r.job(world, tree, "", r.recipe.fetch)
	job.Network = true
	job.Env = append(job.Env, settings(ctx, r.recipe.Name)...)
	job.Binds = append(job.Binds, certificates()...)
	job.Makes = append(job.Makes, depsPlace)
	job.Exports = []sandbox.Bind{{Outside: deps, Inside: depsPlace}}
	if r.recipe.fetchesIntoTree {
		newTree = r.at("fetched")
		job.Exports = append(job.Exports, sandbox.Bind{Outside: newTree, Inside: world.source})
	}
	if err := r.run(ctx, job); err != nil {
		return "", "", explain("fetch the dependencies", err)
	}
	if newTree == "" {
		newTree = tree
	}
	return newTree, deps, nil
}

func (r *run) build(ctx context.Context, world world, tree, deps, out string) (compare.World, error) {
	job := r.job(world, tree, deps, r.recipe.build)
	job.Env = append(job.Env, offline...)
	if r.options.Epoch != "" {
		job.Env = append(job.Env, "SOURCE_DATE_EPOCH="+r.options.Epoch)
	}
	job.Makes = append(job.Makes, world.out)
	job.Exports = []sandbox.Bind{{Outside: out, Inside: world.out}}
	seen := world.words(r.options.Runner)
	seen.Start = time.Now()
	err := r.run(ctx, job)
	seen.End = time.Now()
	if err != nil {
		return seen, explain("build "+r.recipe.Manifest, err)
	}
	// The next build starts in another second, which even a zip can tell.
	if rest := 2100*time.Millisecond - seen.End.Sub(seen.Start); rest > 0 {
		select {
		case <-time.After(rest):
		case <-ctx.Done():
			return seen, ctx.Err()
		}
	}
	return seen, nil
}

func (r *run) job(world world, tree, deps, script string) sandbox.Job {
	place := r.options.Runner.Place
	job := sandbox.Job{
		Script: script,
		Dir:    path.Join(world.source, path.Dir(r.recipe.Manifest)),
		User:   world.user,
		Copies: []sandbox.Copy{{From: tree, To: world.source, Laid: world.laid}},
		Limits: r.options.Limits,
		Env:    append(world.env(), "SRC="+place(world.source), "OUT="+place(world.out), "DEPS="+place(depsPlace)),
	}
	job.Env = append(job.Env, toolEnv()...)
	if deps != "" {
		job.Binds = []sandbox.Bind{{Outside: deps, Inside: depsPlace}}
	}
	return job
}

// run makes the folders that results come out to, and runs the job.
func (r *run) run(ctx context.Context, job sandbox.Job) error {
	for _, out := range job.Exports {
		if err := os.MkdirAll(out.Outside, 0o755); err != nil {
			return err
		}
	}
	return r.options.Runner.Run(ctx, job)
}

// explain adds what the build said to why it ended.
func explain(what string, err error) error {
	if failure := new(sandbox.Failure); errors.As(err, &failure) && failure.Output != "" {
		return fmt.Errorf("%s: %w; it said:\n%s", what, err, lastLines(failure.Output, 30))
	}
	return fmt.Errorf("%s: %w", what, err)
}

func lastLines(text string, most int) string {
	lines := strings.Split(text, "\n")
	return strings.Join(lines[max(0, len(lines)-most):], "\n")
}

// copyFiles copies the listed files of the folder root. Nothing is read through a
// link that leads out of it.
func copyFiles(root string, files []string, to string) error {
	tree, err := os.OpenRoot(root)
	if err != nil {
		return err
	}
	defer tree.Close()
	for _, file := range files {
		target := filepath.Join(to, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if err := copyOne(tree, filepath.FromSlash(file), target); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

func copyOne(tree *os.Root, file, target string) error {
	info, err := tree.Lstat(file)
	if err != nil {
		return err
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		link, err := tree.Readlink(file)
		if err != nil {
			return err
		}
		return os.Symlink(link, target)
	}
	if !info.Mode().IsRegular() {
		return nil // a pipe or a socket is no source
	}
	in, err := tree.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(target, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644|info.Mode()&0o111)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
