package provenance

import (
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

// handedOut compares the entry with what registries hand out under the names it
// gives: the packages it offers, and its own copy in the MCP registry. The tree may
// agree with itself and not with them.
func (i *identity) handedOut() {
	for _, p := range i.seen.Publications {
		if p.Rank != 0 || p.InTree || !i.speaksOf(p) {
			continue // of another entry, or not under audit
		}
		name := i.server.Name.Value
		switch {
		case p.ServerName == "": // not every registry tells it
		case p.ServerName == name:
			i.agreed = true
		default:
			i.published(p, "name", fmt.Sprintf("%s says that it is %s, and %s is of %s; publish it again with the right name, or find out whose it is", p.Whole(), p.ServerName, i.server.Path, name))
		}
		declared, ours := evidence.Repository(p.Declared), evidence.Repository(i.server.Repository.Value)
		switch {
		case declared == "" || ours == "": // nothing to compare
		case provenance.SameRepository(declared, ours):
			i.agreed = true
		default:
			i.published(p, "repository", fmt.Sprintf("%s says that it comes from %s, and %s names %s; write the same repository in both, or find out whose it is", p.Whole(), declared, i.server.Path, ours))
		}
	}
}

// speaksOf says whether a publication is one that the entry offers, or the entry itself.
func (i *identity) speaksOf(p evidence.Publication) bool {
	if p.Registry == "mcp" {
		return p.Name == i.server.Name.Value
	}
	for _, offered := range i.server.Packages {
		if offered.Registry == p.Registry && offered.Identifier.At == p.At {
			return true
		}
	}
	return false
}

func (i *identity) published(p evidence.Publication, anchor, message string) {
	i.record.Defect(audit.Finding{Subject: p.Whole(), Thing: p.Thing(), Anchor: "published/" + anchor, Location: p.At, Message: message})
}
