// Package revocation holds the checks that ask whether what is known to be bad
// stops the build, and whether such news can reach those who would stop it.
package revocation

import (
	_ "embed"
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed no_security_policy.md
var noSecurityPolicyDoc string

// NoSecurityPolicy finds repositories that do not say where to report a hole.
var NoSecurityPolicy = &audit.Check{
	ID:       "no-security-policy",
	Title:    "No security policy says where to report a vulnerability",
	Family:   audit.Revocation,
	Severity: audit.Low,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Files},
	Doc:      noSecurityPolicyDoc,
	Controls: []string{"OSPS-VM-02.01", "CIS-SSC-1.2.1", "SSDF-RV.1.3"},
	Inspect:  inspectNoSecurityPolicy,
}

func inspectNoSecurityPolicy(seen *evidence.Snapshot, record *audit.Record) {
	var page *evidence.File
	at := evidence.Location{}
	for i := range seen.Files {
		file := &seen.Files[i]
		name := path.Base(file.Path)
		switch {
		case isPolicy(file.Path):
			if file.Link == "" && file.Size == 0 {
				continue // says nothing
			}
			if strings.HasPrefix(name, "SECURITY") || path.Dir(file.Path) != "docs" {
				record.Pass(file.Path, evidence.Location{Path: file.Path})
				return
			}
			page = file
		case at.Path == "" || strings.EqualFold(file.Path, "README.md"):
			at.Path = file.Path
		}
	}
	switch {
	case inherited(seen) == evidence.Yes:
		record.Pass("security policy", evidence.Location{}) // of the organisation, for all its repositories
	case page != nil:
		record.Doubt(audit.Doubt{
			Subject: page.Path, Location: evidence.Location{Path: page.Path},
			Reason: "it may be the security policy or a page about security", Unlock: "name the policy SECURITY.md",
		})
	case at.Path != "":
		record.Defect(missingPolicy(at, inherited(seen)))
	}
}

// inherited is what the host says of a policy, that of the organisation counted in.
func inherited(seen *evidence.Snapshot) evidence.Answer {
	if host := seen.Host(); host != nil {
		return host.Security.Policy
	}
	return evidence.Unknown
}

func missingPolicy(at evidence.Location, inherited evidence.Answer) audit.Finding {
	f := audit.Finding{Subject: "SECURITY.md", Location: at}
	if inherited == evidence.No {
		f.Message = "no SECURITY.md says where to report a vulnerability, here or in the organisation; add one with a private contact"
		return f
	}
	f.Confidence = audit.Likely // the organisation may have one for all its repositories
	f.Message = "no SECURITY.md says where to report a vulnerability, unless the organisation has one for all its repositories, which no file here tells; add one with a private contact"
	return f
}

// isPolicy tells a file that hosts show as the security policy.
func isPolicy(file string) bool {
	if !slices.Contains([]string{".", ".github", "docs", ".gitlab"}, path.Dir(file)) {
		return false
	}
	name := strings.ToLower(path.Base(file))
	stem, extension := strings.TrimSuffix(name, path.Ext(name)), path.Ext(name)
	return stem == "security" && slices.Contains([]string{"", ".md", ".rst", ".txt", ".adoc", ".markdown"}, extension)
}
