package provenance

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// strong are the digests by which a content is known for sure. gitCommit and sha1
// name commits; elsewhere sha1 does not count.
var strong = map[string]bool{"sha256": true, "sha384": true, "sha512": true, "sha3-256": true, "sha3-384": true, "sha3-512": true}

// Uncovered says why a statement's subjects are not the artifact, empty where one
// of them is. An artifact without digests is compared with nothing: the caller says
// so in the notes of the verdict.
func Uncovered(subjects []evidence.ClaimedSubject, artifact Subject) string {
	if len(artifact.Digests) == 0 {
		return ""
	}
	misnamed := ""
	for _, subject := range subjects {
		if !sameContent(subject.Digests, artifact.Digests) {
			continue // speaks of another file
		}
		if sameName(subject.Name, artifact.Name) {
			return ""
		}
		misnamed = subject.Name
	}
	switch {
	case misnamed != "":
		return fmt.Sprintf("it is for %s, not for %s", misnamed, artifact.Name)
	case len(subjects) == 0:
		return "it names no artifact"
	case len(subjects) == 1 && len(subjects[0].Digests) > 0:
		return fmt.Sprintf("it is for %s, not for %s", subjects[0].Digests[0], artifact.Digests[0])
	}
	return fmt.Sprintf("none of its %d subjects is %s", len(subjects), artifact.Digests[0])
}

// Covering is the index of the subject that is the artifact, -1 for none.
func Covering(subjects []evidence.ClaimedSubject, artifact Subject) int {
	for i, subject := range subjects {
		if sameContent(subject.Digests, artifact.Digests) && sameName(subject.Name, artifact.Name) {
			return i
		}
	}
	return -1
}

// sameContent wants one digest in common and none that differs.
func sameContent(claimed, actual []evidence.Digest) bool {
	onlyStrong := false // where any is known
	for _, digest := range actual {
		onlyStrong = onlyStrong || strong[digest.Algorithm]
	}
	same := false
	for _, a := range actual {
		if a.Algorithm == "md5" || onlyStrong && !strong[a.Algorithm] {
			continue // a weak name proves nothing, least of all beside a strong one
		}
		for _, c := range claimed {
			if algorithm(c.Algorithm) != algorithm(a.Algorithm) {
				continue
			}
			if !strings.EqualFold(c.Value, a.Value) || a.Value == "" {
				return false
			}
			same = true
		}
	}
	return same
}

// algorithm names what is the same under one name: releases of GitHub say sha1 of a
// commit, in-toto gitCommit.
func algorithm(name string) string {
	if name == "sha1" {
		return "gitCommit"
	}
	return name
}

// sameName compares npm's names of packages: the tarball of one version is no other
// version, even where the bytes are the same. Other names are for people.
func sameName(claimed, actual string) bool {
	if !strings.HasPrefix(claimed, "pkg:npm/") || !strings.HasPrefix(actual, "pkg:npm/") {
		return true
	}
	return plain(claimed) == plain(actual)
}

func plain(purl string) string {
	purl, _, _ = strings.Cut(purl, "?")
	if decoded, err := url.PathUnescape(purl); err == nil {
		return decoded
	}
	return purl
}
