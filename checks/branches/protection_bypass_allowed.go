package branches

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed protection_bypass_allowed.md
var protectionBypassAllowedDoc string

// ProtectionBypassAllowed finds those for whom the rules of a branch, or of the tags
// of releases, do not hold.
var ProtectionBypassAllowed = &audit.Check{
	ID:       "protection-bypass-allowed",
	Title:    "Rules of a branch or of release tags do not hold for everybody",
	Family:   audit.Branches,
	Severity: audit.High,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      protectionBypassAllowedDoc,
	Controls: []string{"SLSA-SOURCE-L3", "OSPS-AC-03.01", "CIS-SSC-1.1.14", "SSDF-PS.1.1", "CICD-SEC-1"},
	Inspect:  inspectProtectionBypassAllowed,
}

func inspectProtectionBypassAllowed(seen *evidence.Snapshot, record *audit.Record) {
	audit.EachBranch(seen, record, func(host *evidence.Host, b *evidence.Branch) {
		subject, path := audit.OfBranch(b.Name), "branches/"+b.Name
		switch b.Protected {
		case evidence.Yes:
			judgeBypass(record, host.Why(path+"/bypass"), guarded{subject, "host/" + path, b.Link, b.Bypass, b.BypassSeen})
		case evidence.No:
			// unprotected-branch says so: there is nothing to go past
		case evidence.Unknown:
			record.Unseen(subject, host.Why(path+"/protected"))
		}
	})
	if host := seen.Host(); host != nil {
		for _, r := range guardsTags(host, releaseTags(seen)) {
			path := "rulesets/" + r.ID
			judgeBypass(record, host.Why(path+"/bypass"), guarded{"release tags", "host/" + path, r.Link, r.Bypass, r.BypassSeen})
		}
	}
}

// guarded is something with rules, and who may go past them.
type guarded struct {
	subject, anchor, link string
	bypass                []evidence.Bypass
	seen                  evidence.Answer
}

// judgeBypass notes one finding for each account, mode and source of rules. The
// message starts with the subject, which may be private, and names it nowhere else.
func judgeBypass(record *audit.Record, why evidence.Unseen, g guarded) {
	for _, b := range g.bypass {
		f := audit.Finding{
			Subject: account(b), Thing: account(b) + " past " + b.Source, Anchor: g.anchor, Private: publicAccount(b),
		}
		f.Message = fmt.Sprintf("%s may go past the rules that %s puts on %s%s; %s%s", f.Subject, b.Source, g.subject, modeWords(b.Mode), bypassRemedy(b), at(g.link))
		if strings.HasPrefix(f.Subject, "whoever ") || b.Name == "" {
			f.Private = "" // it names nobody
		}
		if b.Mode == "pull-request" {
			f.Severity = audit.Medium
		}
		record.Defect(f)
	}
	switch g.seen {
	case evidence.Yes:
		if len(g.bypass) == 0 {
			record.Pass(g.subject, evidence.Location{})
		}
	case evidence.No, evidence.Unknown:
		record.Unseen(g.subject, why)
	}
}

// account names who may, as people do: team release, app renovate, administrators.
func account(b evidence.Bypass) string {
	switch b.Kind {
	case "administrators":
		return "whoever administers the repository"
	case "organisation-admin":
		return "whoever owns the organisation"
	}
	kind := kindOf(b)
	switch {
	case b.Name == "":
		return publicAccount(b)
	case strings.HasPrefix(b.Name, kind+" "):
		return b.Name // a number, for want of a name
	}
	return kind + " " + b.Name
}

// publicAccount is what to call an account before the public.
func publicAccount(b evidence.Bypass) string {
	switch b.Kind {
	case "app", "organisation-role":
		return "an " + kindOf(b)
	case "user":
		return "a person"
	}
	return "a " + kindOf(b)
}

func kindOf(b evidence.Bypass) string { return strings.ReplaceAll(b.Kind, "-", " ") }

func modeWords(mode string) string {
	switch mode {
	case "pull-request":
		return ", though only by a pull request"
	case "exempt":
		return ", without a trace"
	}
	return " at any time"
}

func bypassRemedy(b evidence.Bypass) string {
	switch {
	case b.Kind == "administrators":
		return "let it bind administrators too"
	case strings.HasPrefix(b.Source, "push access of "):
		return "let nobody push, so that every change comes by a merge request"
	case b.Mode == "pull-request":
		return "take the entry out, or license it in the policy with a reason"
	}
	return "take the entry out, or let it bypass by pull request only, which leaves a trace"
}

// at says where a setting is, if that is known.
func at(link string) string {
	if link == "" {
		return ""
	}
	return " (" + link + ")"
}
