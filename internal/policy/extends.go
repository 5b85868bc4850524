package policy

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// maxDepth is how many policies may lie under one another.
const maxDepth = 5

// Ref names a policy in another repository.
type Ref struct {
	Owner, Name string
	Path        string // of the file in it
	At          string // a branch, a tag or a commit
}

// String is how people read and write it.
func (r Ref) String() string {
	return r.Owner + "/" + r.Name + "/" + r.Path + "@" + r.At
}

var refForm = regexp.MustCompile(`^([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))/([A-Za-z0-9._-]{1,100})((?:/[^/@\s?#%\\]+)*)@([A-Za-z0-9][A-Za-z0-9._/+-]{0,200})$`)

// ParseRef reads owner/repo@ref and owner/repo/path@ref. It is false for what is no
// such thing and may be a path.
func ParseRef(written string) (ref Ref, is bool, err error) {
	if !strings.Contains(written, "@") {
		return ref, false, nil
	}
	parts := refForm.FindStringSubmatch(written)
	if parts == nil || strings.Contains(parts[4], "..") || strings.Trim(parts[2], ".") == "" {
		return ref, true, fmt.Errorf("%q is not owner/repo@ref, nor owner/repo/path@ref", written)
	}
	ref = Ref{Owner: parts[1], Name: parts[2], Path: strings.TrimPrefix(parts[3], "/"), At: parts[4]}
	if ref.Path == "" {
		ref.Path = Name
	}
	if !ours(ref.Path) {
		return ref, true, fmt.Errorf("%q: a policy is a .yml or .yaml file", written)
	}
	return ref, true, nil
}

// ours says whether a path may be that of a policy: inside of its repository, and
// named as one, so that nothing else can be read through extends.
func ours(name string) bool {
	inside := name == path.Clean(name) && !path.IsAbs(name) && name != ".." && !strings.HasPrefix(name, "../") && !strings.Contains(name, `\`)
	return inside && (path.Ext(name) == ".yml" || path.Ext(name) == ".yaml")
}

// extends reads what the policy is laid over.
func (l *loader) extends(v *doc.Node) {
	l.policy.Extends = l.words(v, "extends")
	_, is, err := ParseRef(l.policy.Extends)
	switch {
	case err != nil:
		l.fail(v, "extends: %v", err)
	case !is && l.policy.Extends != "" && !ours(l.policy.Extends):
		l.fail(v, "extends is the path of a .yml file in the repository, from its root, or owner/repo@ref")
	}
}

// File is a policy and where it lies.
type File struct {
	Path    string // as people read it
	Data    []byte
	Foreign bool // it is none of the repository that is judged
	// Home and Commit are of a file in another repository.
	Home   *Ref
	Commit string
}

// Follow reads what a policy is laid over, and what that is laid over, nearest
// first. read gets the file that names another one, and its words.
func Follow(first File, read func(from File, extends string) (File, error)) ([]File, error) {
	files := []File{first}
	for at := first; ; {
		next := extendsOf(at)
		if next == "" {
			return files[1:], nil
		}
		if len(files) > maxDepth {
			return nil, fmt.Errorf("the policy %s lies over more than %d others; put them together", first.Path, maxDepth)
		}
		file, err := read(at, next)
		if err != nil {
			return nil, fmt.Errorf("the policy %s extends %s: %w", at.Path, next, err)
		}
		for _, above := range files {
			if above.Path == file.Path && above.Commit == file.Commit {
				return nil, fmt.Errorf("the policy %s extends %s, which is laid over it in turn", at.Path, next)
			}
		}
		files, at = append(files, file), file
	}
}

// extendsOf finds the one line of a file; whether it makes sense, Load says.
func extendsOf(file File) string {
	documents, err := doc.YAML(text.NewSource(file.Path, file.Data))
	if err != nil || len(documents) == 0 {
		return ""
	}
	written := strings.TrimSpace(documents[0].Get("extends").String())
	if _, is, err := ParseRef(written); err != nil || !is && !ours(written) {
		return ""
	}
	return written
}

// Assemble reads a policy and lays it over those that Follow found.
func Assemble(file File, under []File, register []*audit.Check, now time.Time) (*Policy, error) {
	own, err := file.load(register, now)
	if err != nil || own.Extends == "" {
		return own, err
	}
	if len(under) == 0 {
		return nil, fmt.Errorf("the policy %s extends %s, %w", file.Path, own.Extends, ErrNotRead)
	}
	base, err := Assemble(under[0], under[1:], register, now)
	if err != nil {
		return nil, err
	}
	return Merge(base, own), nil
}

// ErrNotRead is a policy whose base nobody has read.
var ErrNotRead = errors.New("which was not read when the evidence was collected; collect it again, with a network")

func (f File) load(register []*audit.Check, now time.Time) (*Policy, error) {
	p, err := Load(f.Path, f.Data, register, now)
	if err != nil {
		return nil, err
	}
	p.Sources = []Source{{f.Path, f.Commit}}
	if !f.Foreign {
		return p, nil
	}
	for key, said := range p.Said {
		said.Foreign = true
		p.Said[key] = said
	}
	for i := range p.Waivers {
		p.Waivers[i].Foreign = true
	}
	p.Path, p.Settings.From = "", "" // of the repository's own policy alone
	return p, nil
}

// InEvidence is the form in which a snapshot keeps a file.
func (f File) InEvidence() evidence.PolicyFile {
	return evidence.PolicyFile{Path: f.Path, Data: string(f.Data), Commit: f.Commit}
}
