package signing

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

// usage is what one key signed in one history.
type usage struct {
	key     string
	signer  []string
	kind    string
	commits []evidence.GitObject // the newest first
	tags    []evidence.GitObject
}

// objects yields the commits and tags of a history that have a signature or should.
func objects(history evidence.History) iter.Seq2[evidence.GitObject, bool] {
	return func(yield func(object evidence.GitObject, tag bool) bool) {
		for _, commit := range history.Commits {
			if !yield(commit, false) {
				return
			}
		}
		for _, tag := range history.Tags {
			if !yield(tag, true) {
				return
			}
		}
	}
}

// byKey gathers the signatures that a question is about by their keys, in order of these.
func byKey(history evidence.History, about func(evidence.Signature) bool) []usage {
	index := make(map[string]int)
	var all []usage
	for object, tag := range objects(history) {
		s := object.Signature
		if s.Kind == "" || s.Key == "" || !about(s) {
			continue // unsigned, or of no key that could be read
		}
		at, known := index[s.Key]
		if !known {
			at = len(all)
			index[s.Key] = at
			all = append(all, usage{key: s.Key, signer: s.Signer, kind: s.Kind})
		}
		if tag {
			all[at].tags = append(all[at].tags, object)
		} else {
			all[at].commits = append(all[at].commits, object)
		}
	}
	slices.SortFunc(all, func(a, b usage) int { return cmp.Compare(a.key, b.key) })
	return all
}

// String names the key and whom it belongs to as far as that is proved.
func (u usage) String() string {
	if len(u.signer) == 0 {
		return u.key
	}
	return fmt.Sprintf("%s (%s)", u.key, strings.Join(u.signer, ", "))
}

// what says what the key signed: 12 commits and the tag v1.2.0, the newest being ...
func (u usage) what() string {
	var parts []string
	switch len(u.commits) {
	case 0:
	case 1:
		parts = append(parts, "the commit "+short(u.commits[0].ID))
	default:
		parts = append(parts, fmt.Sprintf("%d commits (%s to %s)", len(u.commits), short(u.commits[len(u.commits)-1].ID), short(u.commits[0].ID)))
	}
	switch len(u.tags) {
	case 0:
	case 1:
		parts = append(parts, "the tag "+u.tags[0].Name)
	default:
		parts = append(parts, fmt.Sprintf("%d tags (%s the newest)", len(u.tags), u.tags[0].Name))
	}
	return strings.Join(parts, " and ")
}

// newest is the signature to show for a key.
func (u usage) newest() evidence.Signature {
	if len(u.commits) > 0 {
		return u.commits[0].Signature
	}
	return u.tags[0].Signature
}

func short(id string) string { return id[:min(10, len(id))] }

// holds says whether the signature holds, whoever made it.
func holds(s evidence.Signature) bool {
	switch s.Class {
	case provenance.OK, provenance.OKKey, provenance.OKWebFlow, provenance.TimeUnproven, provenance.KeyRevoked, provenance.KeyInvalid:
		return true
	}
	return false
}

// broken says whether a signature was seen not to hold, or is of something else.
func broken(s evidence.Signature) bool {
	switch s.Class {
	case provenance.SignatureInvalid, provenance.ChainInvalid, provenance.SubjectMismatch:
		return true
	case provenance.Malformed:
		return s.Kind != ""
	}
	return false
}

// unproved says whether nobody can tell from here if a signature holds. Sigstore's
// first certificates, of 2022, carry no proof that they were logged.
func unproved(s evidence.Signature) bool {
	switch s.Class {
	case provenance.KeyUnknown, provenance.SCTInvalid, provenance.RootMissing, provenance.RootInvalid, provenance.RootStale, provenance.NeedsNetwork:
		return s.Kind != ""
	}
	return false
}

// matches compares with a list whose entries may end in * for any rest.
func matches(list []string, names ...string) bool {
	for _, pattern := range list {
		start, open := strings.CutSuffix(strings.ToLower(pattern), "*")
		for _, name := range names {
			name = strings.ToLower(name)
			if name == start || open && strings.HasPrefix(name, start) {
				return true
			}
		}
	}
	return false
}

// quantity writes a number with its noun.
func quantity(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// verb writes a number with its verb: none is, 1 is, 2 are.
func verb(n int, one, more string) string {
	switch n {
	case 0:
		return "none " + one
	case 1:
		return "1 " + one
	}
	return fmt.Sprint(n, " ", more)
}
