package provenance

import (
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// repository compares the name with the repository that the entry names, and
// this one with the repository under audit, where its origin is known.
func (i *identity) repository() {
	url := i.server.Repository
	host, full := place(url.Value)
	if url.Value == "" || left(url.Value) || full == "" {
		return // nothing to compare; what is wrong with it invalid-mcp-manifest says
	}
	owner, _, _ := strings.Cut(full, "/")
	space, _, _ := strings.Cut(i.server.Name.Value, "/")
	if claimed, is := strings.CutPrefix(space, "io.github."); is && host == "github.com" {
		if !strings.EqualFold(claimed, owner) {
			i.disagree(url, "repository/url", fmt.Sprintf("%s has a name of %s on GitHub, and names the repository of %s; use the namespace of the owner of the repository", i.server.Path, claimed, owner))
			return
		}
		i.agreed = true
	}
	if origin, ours := place(i.seen.Target.Remote); ours != "" && origin == host {
		if !strings.EqualFold(ours, full) {
			i.elsewhere(url, full, ours)
			return
		}
		i.agreed = true
	}
	if i.server.RepoID.Value == "" {
		i.record.Defect(audit.Finding{
			Subject: i.server.Path, Anchor: "repository/id", Location: url.At, Severity: audit.Note,
			Message: fmt.Sprintf("%s names its repository without repository.id, so nobody notices when the name is taken over by another one; add the id that the code host gives", i.server.Path),
		})
	}
}

// elsewhere: a fork, a rename, or an entry that speaks of another repository.
func (i *identity) elsewhere(url evidence.Text, named, ours string) {
	i.record.Defect(audit.Finding{
		Subject: i.server.Name.Value + " " + named, Thing: i.server.Path, Anchor: "repository/url", Location: url.At, Confidence: audit.Likely,
		Message: fmt.Sprintf("%s says that it comes from %s, and this is %s; name the repository that it is built from", i.server.Path, named, ours),
	})
}

// place takes the address of a repository apart: https://host/owner/name.git and
// git@host:owner/name.
func place(address string) (host, full string) {
	address = strings.TrimPrefix(strings.TrimSpace(address), "git+")
	rest := address
	if _, after, scheme := strings.Cut(address, "://"); scheme {
		rest = after
	} else if _, after, scp := strings.Cut(address, "@"); scp {
		rest = strings.Replace(after, ":", "/", 1)
	} else {
		return "", ""
	}
	if _, after, user := strings.Cut(rest, "@"); user {
		rest = after
	}
	host, full, _ = strings.Cut(rest, "/")
	host = strings.TrimPrefix(strings.ToLower(host), "www.")
	full, _, _ = strings.Cut(full, "#")
	full, _, _ = strings.Cut(full, "?")
	full = strings.TrimSuffix(strings.Trim(full, "/"), ".git")
	owner, name, two := strings.Cut(full, "/")
	switch {
	case !two:
		return host, "" // an owner, no repository
	case host == "github.com":
		name, _, _ = strings.Cut(name, "/") // what follows is a folder of a branch
		full = owner + "/" + strings.TrimSuffix(name, ".git")
	}
	return host, full
}
