// Package wayin writes what a repository needs to be scanned from now on: a policy,
// and a job for the CI that it has. It knows what these files say and which of them a
// repository is missing; it does not touch the disk.
package wayin

import (
	"bytes"
	"embed"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

//go:embed files/*.tmpl
var files embed.FS

var templates = template.Must(template.ParseFS(files, "files/*.tmpl"))

// CI names a system that runs jobs.
type CI string

const (
	GitHub  CI = "github"
	GitLab  CI = "gitlab"
	Jenkins CI = "jenkins"
)

// Systems are all that are known.
var Systems = []CI{GitHub, GitLab, Jenkins}

// goVersion is the toolchain that the jobs build sealvet with.
const goVersion = "1.26.8"

// Wish is what the caller decides.
type Wish struct {
	CI      []CI   // empty: what the repository has
	Branch  string // whose pushes are scanned; empty: main
	Image   string // of the GitLab job, by digest; empty: named by the reader
	Install string // the Go package of the program, at a commit or a version
}

// File is one to be written.
type File struct {
	Path string // from the root, with slashes
	Data []byte
	// Shared is a file that others write in too: it is never written over, and Missing
	// says what has to be in it where it is there already.
	Shared  bool
	Missing string
}

// Plan is the files that fit a repository, in the order to read them.
func Plan(seen *evidence.Snapshot, wish Wish) ([]File, error) {
	if len(wish.CI) == 0 {
		wish.CI = Found(seen)
	}
	if wish.Branch == "" {
		wish.Branch = "main"
	}
	if wish.Image != "" && !byDigest.MatchString(wish.Image) {
		return nil, fmt.Errorf("an image is named by its digest, as golang:%s@sha256:..., not %q", goVersion, wish.Image)
	}
	w := &writer{facts: facts{
		Branch: branchPattern(wish.Branch), Go: goVersion, Image: wish.Image, Install: wish.Install,
		Owner: owner(seen), Publishers: publishers(seen), AllowedSigners: allowedSigners(seen),
		Until: seen.TakenAt.AddDate(0, 3, 0).Format("2006-01-02"),
	}}
	w.add(".sealvet.yml", "policy.tmpl")
	for _, ci := range Systems {
		if slices.Contains(wish.CI, ci) {
			w.job(ci, seen)
		}
	}
	return w.files, w.err
}

// Found is the CI that a repository has by its files, else the one of its host.
func Found(seen *evidence.Snapshot) (found []CI) {
	on := map[CI]bool{GitHub: len(seen.Workflows) > 0}
	for _, file := range seen.Files {
		switch {
		case file.Path == ".gitlab-ci.yml":
			on[GitLab] = true
		case file.Path == "Jenkinsfile":
			on[Jenkins] = true
		case strings.HasPrefix(file.Path, ".github/workflows/"):
			on[GitHub] = true
		}
	}
	host := remoteHost(seen.Target.Remote)
	if !on[GitHub] && !on[GitLab] && !on[Jenkins] {
		on[GitHub] = host == "github.com"
		on[GitLab] = host == "gitlab.com" || strings.HasPrefix(host, "gitlab.")
	}
	for _, ci := range Systems {
		if on[ci] {
			found = append(found, ci)
		}
	}
	return found
}

// facts are what the templates say.
type facts struct {
	Branch, Go, Image, Install, Owner, AllowedSigners, Until string
	Publishers                                               []string
}

type writer struct {
	facts facts
	files []File
	err   error
}

// job adds the files of one system.
func (w *writer) job(ci CI, seen *evidence.Snapshot) {
	switch ci {
	case GitHub:
		w.add(".github/workflows/sealvet.yml", "workflow.tmpl")
		if !raised(seen) {
			w.add(".github/dependabot.yml", "dependabot.tmpl")
			w.shared("an entry for github-actions with a cooldown, so that the pins do not age unseen")
		}
	case GitLab:
		w.add(".gitlab/sealvet.gitlab-ci.yml", "gitlab.tmpl")
		w.add(".gitlab-ci.yml", "gitlab-include.tmpl")
		w.shared("under include: the line `- local: .gitlab/sealvet.gitlab-ci.yml`; and where it names its stages, one called test")
	case Jenkins:
		w.add("Jenkinsfile.sealvet", "jenkins.tmpl")
	}
}

func (w *writer) add(to, from string) {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, from, w.facts); err != nil && w.err == nil {
		w.err = fmt.Errorf("write %s: %w", to, err)
	}
	w.files = append(w.files, File{Path: to, Data: b.Bytes()})
}

// shared says of the last file that others write in it too.
func (w *writer) shared(missing string) {
	last := &w.files[len(w.files)-1]
	last.Shared, last.Missing = true, missing
}

// raised says whether something proposes newer actions already.
func raised(seen *evidence.Snapshot) bool {
	return slices.ContainsFunc(seen.Updaters, func(u evidence.Updater) bool {
		return slices.Contains(u.Ecosystems, "*") || slices.Contains(u.Ecosystems, "github-actions")
	})
}

var byDigest = regexp.MustCompile(`^[a-z0-9][\w.:/-]*@sha256:[0-9a-f]{64}$`)

var plainBranch = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._/-]*$`)

// branchPattern is the filter that takes this branch alone, as YAML. GitHub reads
// some characters as patterns.
func branchPattern(name string) string {
	if plainBranch.MatchString(name) && name != "null" && name != "true" && name != "false" {
		return name
	}
	var b strings.Builder
	for _, r := range name {
		if strings.ContainsRune(`*?+[]!\`, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return strconv.QuoteToASCII(b.String()) // YAML's double quotes read what Go escapes
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9._/-]+$`)

// quoted is a name in one line of a comment.
func quoted(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	return strconv.QuoteToASCII(s)
}

func remoteHost(remote string) string {
	if _, rest, found := strings.Cut(remote, "://"); found {
		remote = rest
	}
	if _, rest, found := strings.Cut(remote, "@"); found {
		remote = rest
	}
	return remote[:len(remote)-len(strings.TrimLeft(remote, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"))]
}

// owner is who the repository belongs to on GitHub, where policies can be taken from.
func owner(seen *evidence.Snapshot) string {
	name, _, found := strings.Cut(seen.Target.Name, "/")
	if !found || remoteHost(seen.Target.Remote) != "github.com" || !plainBranch.MatchString(name) {
		return ""
	}
	return name
}

// publishers are what the files say is published, one line each, as a comment can hold.
func publishers(seen *evidence.Snapshot) (lines []string) {
	for _, p := range trace.Of(seen).Publishers {
		line := fmt.Sprintf("%s, by %s of %s", p.Registry, quoted(p.Job.ID), quoted(p.Job.Path))
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	if len(lines) > 20 {
		lines = append(lines[:20], fmt.Sprintf("and %d more: `sealvet path` lists them", len(lines)-20))
	}
	return lines
}

// allowedSigners is the list of signers that the repository keeps, or nothing.
func allowedSigners(seen *evidence.Snapshot) string {
	for _, file := range seen.Files {
		if file.Path == ".github/allowed_signers" || file.Path == "allowed_signers" || file.Path == ".allowed_signers" {
			return file.Path
		}
	}
	return ""
}
