package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sealvet/sealvet/internal/wayin"
	"github.com/sealvet/sealvet/reports"
)

// source is the Go package that a job builds sealvet from.
const source = "github.com/sealvet/sealvet/cmd/sealvet"

var fullCommit = regexp.MustCompile(`^[0-9a-f]{40}$`)

func newInit() *cobra.Command {
	var start starting
	cmd := &cobra.Command{
		Use:   "init [PATH]",
		Short: "Write a policy, and a job for the CI that is found",
		Long: `init looks at the files of a checkout and writes .sealvet.yml, and a job that scans
for each CI that it finds: GitHub Actions, GitLab, Jenkins. The jobs pin what they
use, hold the least rights, and build sealvet from the commit that this program was
built from (--commit names another).

Nothing that exists is written over. --force does so for the files that are sealvet's
own, never for those that others write in too (.gitlab-ci.yml, dependabot.yml); what
has to be in these is said.`,
		Example: `  sealvet init --dry-run
  sealvet init --ci github,jenkins path/to/repo`,
		Args: cobra.MaximumNArgs(1),
		RunE: start.run,
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&start.systems, "ci", nil, "CI to write a job for: github, gitlab, jenkins, none (default: what is found)")
	flags.StringVar(&start.wish.Branch, "branch", "", "branch whose pushes are scanned on GitHub (default main)")
	flags.StringVar(&start.commit, "commit", "", "commit of sealvet that the jobs build, 40 hexadecimal digits (default: that of this program)")
	flags.StringVar(&start.wish.Image, "image", "", "image of the GitLab job, with Go and git, by its digest")
	flags.BoolVar(&start.force, "force", false, "write over sealvet's own files")
	flags.BoolVar(&start.dryRun, "dry-run", false, "print the files, write nothing")
	start.treeFlags(cmd)
	return cmd
}

// starting is what init is asked for.
type starting struct {
	collecting
	wish    wayin.Wish
	systems []string
	commit  string
	force   bool
	dryRun  bool
}

func (s *starting) run(cmd *cobra.Command, args []string) error {
	none := slices.Equal(s.systems, []string{"none"})
	for _, name := range s.systems {
		ci := wayin.CI(name)
		if !none && !slices.Contains(wayin.Systems, ci) {
			return fmt.Errorf("--ci is github, gitlab or jenkins, or none alone, not %q", name)
		}
		s.wish.CI = append(s.wish.CI, ci)
	}
	seen, err := s.tree(cmd, args)
	if err != nil {
		return err
	}
	needsSource := len(s.wish.CI) > 0 && !none || len(s.wish.CI) == 0 && len(wayin.Found(seen)) > 0
	if s.wish.Install, err = s.install(); err != nil && needsSource {
		return exitCode{exitUsage, err}
	}
	files, err := wayin.Plan(seen, s.wish)
	if err != nil {
		return exitCode{exitUsage, err}
	}
	if s.dryRun {
		return output{}.save(cmd, "the files", func(w io.Writer) error { return show(w, files) })
	}
	root, err := os.OpenRoot(target(args))
	if err != nil {
		return exitCode{exitUsage, err}
	}
	defer root.Close()
	todo, err := s.write(cmd.ErrOrStderr(), root, files)
	if err != nil {
		return exitCode{exitUnfinished, err}
	}
	next(cmd.ErrOrStderr(), files, todo, s.wish.Image != "")
	return nil
}

// install is the package at the commit that the jobs build.
func (s *starting) install() (string, error) {
	t := tool()
	switch {
	case s.commit != "" && !fullCommit.MatchString(s.commit):
		return "", fmt.Errorf("--commit is 40 hexadecimal digits, not %q", s.commit)
	case s.commit != "":
		return source + "@" + s.commit, nil
	case fullCommit.MatchString(t.Commit):
		return source + "@" + t.Commit, nil
	case t.Version != "devel" && !strings.Contains(t.Version, "+"):
		return source + "@v" + t.Version, nil
	}
	return "", errors.New("this program does not know which commit it was built from; name the one that the jobs are to build with --commit")
}

// show prints the files one after the other.
func show(w io.Writer, files []wayin.File) error {
	var problems []error
	for _, file := range files {
		_, err := fmt.Fprintf(w, "--- %s\n%s\n", file.Path, file.Data)
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

// write writes what is not there, and says what it did. todo is what has to be added
// by hand to files that are kept.
func (s *starting) write(w io.Writer, root *os.Root, files []wayin.File) (todo []string, err error) {
	for _, file := range files {
		_, err := root.Lstat(file.Path)
		exists := err == nil
		switch {
		case !exists && !errors.Is(err, fs.ErrNotExist):
			return todo, fmt.Errorf("look for %s: %w", file.Path, err)
		case exists && file.Shared:
			fmt.Fprintf(w, "kept   %s\n", file.Path)
			todo = append(todo, file.Path+" needs "+file.Missing)
			continue
		case exists && !s.force:
			fmt.Fprintf(w, "kept   %s, which exists; --force writes over it\n", file.Path)
			continue
		}
		if err := put(root, file, exists); err != nil {
			return todo, fmt.Errorf("write %s: %w", file.Path, err)
		}
		fmt.Fprintf(w, "wrote  %s\n", file.Path)
	}
	return todo, nil
}

// put writes a file into the tree, never through a link that leads out of it or that
// lies where the file goes.
func put(root *os.Root, file wayin.File, exists bool) error {
	if err := root.MkdirAll(path.Dir(file.Path), 0o755); err != nil {
		return err
	}
	if exists {
		if err := root.Remove(file.Path); err != nil {
			return err
		}
	}
	out, err := root.OpenFile(file.Path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = out.Write(file.Data)
	return errors.Join(err, out.Close())
}

// next says what is left to people.
func next(w io.Writer, files []wayin.File, todo []string, image bool) {
	has := func(name string) bool {
		return slices.ContainsFunc(files, func(f wayin.File) bool { return f.Path == name })
	}
	fmt.Fprintln(w, "\nNext:")
	for _, one := range todo {
		fmt.Fprintln(w, "- "+reports.Plain(one))
	}
	if has(".gitlab/sealvet.gitlab-ci.yml") && !image {
		fmt.Fprintln(w, "- .gitlab/sealvet.gitlab-ci.yml names no image; give it one with Go and git, by its digest")
	}
	if has("Jenkinsfile.sealvet") {
		fmt.Fprintln(w, "- Jenkinsfile.sealvet is a pipeline of its own; give it a multibranch job with this script path, or take its stage over, and set the agent's label")
	}
	if len(files) == 1 {
		fmt.Fprintln(w, "- no CI was found, so no job was written; --ci names one, and docs/getting-started.md has the steps for any other")
	}
	fmt.Fprintln(w, "- `sealvet scan` shows what fails today; `sealvet baseline -o FILE` with `--baseline FILE` lets only new findings fail")
	fmt.Fprintln(w, "- read the files, commit them, and let the owners of the repository own .sealvet.yml and the job: whoever changes them decides what passes")
}
