package python

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/requirement"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// need is one requirement as PEP 508 writes it:
//
//	name[extra] >=1,<2 ; marker
//	name @ https://files.example.com/name.whl ; marker
type need struct {
	whole  text.Text // all of it but the marker
	name   text.Text
	asked  text.Text // the versions, or the address
	marker text.Text
}

// readNeed takes a requirement apart; ok is false where it begins with no name
// or something else than versions follows it.
func readNeed(t text.Text) (n need, ok bool) {
	t = t.TrimSpace()
	n.name = t.Slice(0, nameEnd(t.Value))
	if n.name.Value == "" {
		return n, false
	}
	rest := t.Slice(len(n.name.Value), len(t.Value)).TrimSpace()
	if strings.HasPrefix(rest.Value, "[") {
		_, after, closed := rest.Cut("]")
		if !closed {
			return n, false
		}
		rest = after.TrimSpace()
	}
	if strings.HasPrefix(rest.Value, "@") {
		n.asked, n.marker, _ = cutMarker(rest.Slice(1, len(rest.Value)).TrimSpace())
		n.whole = upTo(t, n.asked)
		return n, n.asked.Value != ""
	}
	n.asked, n.marker, _ = rest.Cut(";")
	n.asked, n.marker = n.asked.TrimSpace(), n.marker.TrimSpace()
	n.whole = upTo(t, n.asked)
	if n.asked.Value == "" {
		before, _, _ := t.Cut(";")
		n.whole = before.TrimSpace()
	}
	if inner := n.asked.Value; strings.HasPrefix(inner, "(") && strings.HasSuffix(inner, ")") {
		n.asked = n.asked.Slice(1, len(inner)-1).TrimSpace()
	}
	return n, n.asked.Value == "" || strings.ContainsRune("<>=!~", rune(n.asked.Value[0]))
}

// cutMarker: an address may hold a semicolon, so its marker stands behind white space.
func cutMarker(t text.Text) (address, marker text.Text, found bool) {
	address, marker, found = t.Cut(" ;")
	return address.TrimSpace(), marker.TrimSpace(), found
}

// upTo is t from its start to the end of inner, which is a part of it.
func upTo(t, inner text.Text) text.Text {
	start, _ := t.Offsets()
	_, end := inner.Offsets()
	if size := end - start; size >= 0 && size <= len(t.Value) {
		return t.Slice(0, size)
	}
	return t // escapes make lengths differ: the whole is right enough
}

func nameEnd(s string) int {
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && (i == 0 || !strings.ContainsRune("._-", rune(c))) {
			return i
		}
	}
	return len(s)
}

// dependency is the need as a part of a group.
func (n need) dependency(group string) evidence.Dependency {
	d := asked(n.asked.Value)
	d.Name, d.Group, d.At = n.name.Value, group, n.whole.At()
	d.Anchor = group + "/" + Normal(d.Name)
	return d
}

// asked sorts what stands behind a name.
func asked(versions string) evidence.Dependency {
	d := evidence.Dependency{Requirement: versions, Class: requirement.Classify(evidence.PyPI, versions)}
	switch d.Class {
	case evidence.Git:
		d.Commit = requirement.Commit(versions)
	case evidence.URL:
		_, fragment, _ := strings.Cut(versions, "#")
		d.Hashed = strings.Contains(fragment, "sha256=") || strings.Contains(fragment, "sha512=")
	}
	return d
}
