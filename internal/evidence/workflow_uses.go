package evidence

import (
	"iter"
	"strings"
)

// UsesKind says what a `uses:` names.
type UsesKind string

const (
	UsesRemote   UsesKind = "remote"   // an action or reusable workflow of a repository, by a ref
	UsesLocal    UsesKind = "local"    // ./ and $/: this repository's own
	UsesImage    UsesKind = "image"    // docker://
	UsesSymbolic UsesKind = "symbolic" // holds an expression: known to the run only
)

// Uses is a `uses:` taken apart.
type Uses struct {
	Kind  UsesKind
	Host  string // of https://host/owner/name@ref, as Forgejo writes it; "" is the default one
	Owner string
	Repo  string
	Path  string // of an action or workflow inside the repository
	Ref   string // what stands behind the @; "" is none
}

// SplitUses takes a `uses:` apart. The ref starts at the first @, because a tag
// or branch may hold one too.
func SplitUses(value string) Uses {
	value = strings.TrimSpace(value)
	switch {
	case strings.Contains(value, "${{"):
		return Uses{Kind: UsesSymbolic}
	case strings.HasPrefix(value, "./"), strings.HasPrefix(value, "../"), strings.HasPrefix(value, "$/"), value == ".":
		return Uses{Kind: UsesLocal, Path: value}
	case strings.HasPrefix(value, "docker://"):
		return Uses{Kind: UsesImage, Path: strings.TrimPrefix(value, "docker://")}
	}
	uses := Uses{Kind: UsesRemote}
	name, ref, _ := strings.Cut(value, "@")
	uses.Ref = ref
	if _, address, found := strings.Cut(name, "://"); found {
		uses.Host, name, _ = strings.Cut(address, "/")
	}
	uses.Owner, name, _ = strings.Cut(name, "/")
	uses.Repo, uses.Path, _ = strings.Cut(name, "/")
	return uses
}

// Name is the value without its ref: owner/name/path.
func (u Uses) Name() string {
	name := u.Owner
	for _, part := range []string{u.Repo, u.Path} {
		if part != "" {
			name += "/" + part
		}
	}
	if u.Host != "" {
		return "https://" + u.Host + "/" + name
	}
	return name
}

// Is tells whether it names that repository; hosts do not tell upper from lower
// case there.
func (u Uses) Is(owner, repo string) bool {
	return u.Kind == UsesRemote && strings.EqualFold(u.Owner, owner) && strings.EqualFold(u.Repo, repo)
}

// FullSHA tells whether the ref names one content for ever: a full SHA-1 or
// SHA-256.
func (u Uses) FullSHA() bool {
	return (len(u.Ref) == 40 || len(u.Ref) == 64) && isHex(u.Ref)
}

// ShortSHA tells whether the ref looks like the beginning of a commit's SHA.
// Digits alone are more often a date.
func (u Uses) ShortSHA() bool {
	return len(u.Ref) >= 7 && len(u.Ref) < 40 && isHex(u.Ref) && strings.Trim(u.Ref, "0123456789") != ""
}

func isHex(s string) bool { return strings.Trim(s, "0123456789abcdefABCDEF") == "" }

// Call is one place that brings in an action or a reusable workflow.
type Call struct {
	Path   string // of the workflow or action it stands in
	Anchor string
	Uses   Text
	// Comment stands behind it on its line.
	Comment string
	Job     bool // a job calls a reusable workflow
	Action  bool // the place is in an action of this repository, not in a workflow
}

// Calls yields every `uses:` of workflows and actions. One that aliases repeat
// comes once: it stands in one place, and is mended there.
func (s *Snapshot) Calls() iter.Seq[Call] {
	return func(yield func(Call) bool) {
		seen := make(map[Location]bool)
		once := func(call Call) bool {
			if call.Uses.Value == "" || seen[call.Uses.At] {
				return true
			}
			seen[call.Uses.At] = true
			return yield(call)
		}
		for _, workflow := range s.Workflows {
			for _, job := range workflow.Jobs {
				if !once(Call{Path: workflow.Path, Anchor: "jobs/" + job.ID, Uses: job.Uses, Comment: job.UsesComment, Job: true}) {
					return
				}
				for _, step := range job.Steps {
					if !once(Call{Path: workflow.Path, Anchor: step.Anchor, Uses: step.Uses, Comment: step.UsesComment}) {
						return
					}
				}
			}
		}
		for _, action := range s.Actions {
			for _, step := range action.Steps {
				if !once(Call{Path: action.Path, Anchor: step.Anchor, Uses: step.Uses, Comment: step.UsesComment, Action: true}) {
					return
				}
			}
		}
	}
}
