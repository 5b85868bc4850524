package review

import (
	_ "embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed critical_path_without_owner.md
var criticalPathWithoutOwnerDoc string

// CriticalPathWithoutOwner finds files that decide what is built, released or
// started, and that no CODEOWNERS entry covers.
var CriticalPathWithoutOwner = &audit.Check{
	ID:       "critical-path-without-owner",
	Title:    "No code owner stands for files that decide what is built or started",
	Family:   audit.Review,
	Severity: audit.Medium,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.CodeOwners},
	Doc:      criticalPathWithoutOwnerDoc,
	Controls: []string{"OSPS-GV-04.01", "CIS-SSC-1.1.6", "CIS-SSC-1.1.7", "SSDF-PS.1.1", "CICD-SEC-1", "OWASP-MCP03"},
	Inspect:  inspectCriticalPathWithoutOwner,
}

func inspectCriticalPathWithoutOwner(seen *evidence.Snapshot, record *audit.Record) {
	host := hostOf(seen)
	file := readOwners(seen, host)
	kinds := criticalPaths(seen, file)
	if len(kinds) == 0 {
		return // nothing here decides anything
	}
	if file == nil || host == evidence.OwnersGitHub && file.Size > maxGitHubSize {
		if !slices.ContainsFunc(seen.Gaps, func(gap evidence.Gap) bool { return gap.Kind == evidence.CodeOwners }) {
			record.Defect(withoutOwners(kinds, host))
		}
		return
	}
	owning := newOwning(file, host)
	for _, kind := range kinds {
		judgeKind(kind, file, owning, record)
	}
}

// withoutOwners: one finding, because one file mends all of it.
func withoutOwners(kinds []pathKind, host evidence.OwnersHost) audit.Finding {
	var names []string
	for _, kind := range kinds {
		names = append(names, kind.name)
	}
	return audit.Finding{
		Subject: "CODEOWNERS", Location: evidence.Location{Path: kinds[0].paths[0]},
		Message: fmt.Sprintf("no CODEOWNERS file says who must look at changes of %s; add %s with an owner for each of them", list(names), evidence.OwnersPlaces[host][0]),
	}
}

// judgeKind: one finding for each kind of file, because one line mends it.
func judgeKind(kind pathKind, file *evidence.Owners, owning *owning, record *audit.Record) {
	var open []string
	unasked := false
	at := evidence.Location{Path: file.Path}
	for _, one := range kind.paths {
		if owning.spent() {
			record.Doubt(audit.Doubt{Subject: kind.name, Location: at, Reason: "the file has too many rules to hold all of them against every path", Unlock: "use fewer and broader patterns"})
			unasked = true
			break
		}
		owned, by := owning.of(one)
		if owned {
			continue
		}
		if len(open) == 0 && by != nil {
			at = by.At // the line that takes its owners away
		}
		open = append(open, one)
	}
	switch {
	case len(open) == 0 && unasked:
		return
	case len(open) == 0:
		record.Pass(kind.name, at)
		return
	}
	what := open[0]
	if len(open) > 1 {
		what = fmt.Sprintf("%d of the %s, the first of them %s,", len(open), kind.name, open[0])
	}
	verb, them := "has", "it"
	if len(open) > 1 {
		verb, them = "have", "them"
	}
	finding := audit.Finding{
		Subject: kind.name, Anchor: kind.name, Location: at,
		Message: fmt.Sprintf("%s %s no owner in %s, so anybody's approval lets a change of %s in; add a line that names one", what, verb, file.Path, them),
	}
	const most = 5
	for _, one := range open[:min(len(open), most)] {
		finding.Related = append(finding.Related, audit.Related{Location: evidence.Location{Path: one}, Message: "nobody owns it"})
	}
	record.Defect(finding)
}

// pathKind is one sort of file that decides what is built, released or started.
type pathKind struct {
	name  string
	paths []string
}

func criticalPaths(seen *evidence.Snapshot, file *evidence.Owners) []pathKind {
	roles := seen.Roles()
	var kinds []pathKind
	add := func(name string, paths []string) {
		paths = slices.DeleteFunc(paths, func(one string) bool { return roles[one] != evidence.Source })
		slices.Sort(paths)
		if paths = slices.Compact(paths); len(paths) > 0 {
			kinds = append(kinds, pathKind{name, paths})
		}
	}
	add("workflows", workflowPaths(seen))
	add("lockfiles", collected(seen.Lockfiles, func(one evidence.Lockfile) string { return one.Path }))
	add("server manifests", append(
		collected(seen.ServerManifests, func(one evidence.ServerManifest) string { return one.Path }),
		collected(seen.Bundles, func(one evidence.Bundle) string { return one.Path })...))
	add("client configurations", configPaths(seen))
	add("Dockerfiles", collected(seen.Dockerfiles, func(one evidence.Dockerfile) string { return one.Path }))
	var lists, rules []string
	for _, file := range seen.Files {
		switch {
		case path.Base(file.Path) == "tools.json", path.Base(path.Dir(file.Path)) == "__toolsnaps__":
			lists = append(lists, file.Path)
		case file.Path == ".sealvet.yml":
			rules = append(rules, file.Path)
		}
	}
	add("tool definitions", lists)
	add("rules of this audit", rules)
	if file != nil {
		add("list of owners itself", []string{file.Path})
	}
	return kinds
}

func workflowPaths(seen *evidence.Snapshot) []string {
	paths := append(
		collected(seen.Workflows, func(one evidence.Workflow) string { return one.Path }),
		collected(seen.Actions, func(one evidence.Action) string { return one.Path })...)
	for _, file := range seen.Files {
		if file.Path == ".gitlab-ci.yml" || strings.HasSuffix(file.Path, ".gitlab-ci.yml") {
			paths = append(paths, file.Path)
		}
	}
	return paths
}

func configPaths(seen *evidence.Snapshot) []string {
	var paths []string
	for _, launch := range seen.Launches {
		if launch.Origin == evidence.LaunchConfig || launch.Origin == evidence.LaunchPlugin {
			paths = append(paths, launch.Path)
		}
	}
	for _, remote := range seen.Remotes {
		if remote.Origin == evidence.LaunchConfig || remote.Origin == evidence.LaunchPlugin {
			paths = append(paths, remote.Path)
		}
	}
	return append(paths, collected(seen.Hooks, func(one evidence.Hook) string { return one.Path })...)
}

func collected[T any](all []T, path func(T) string) []string {
	var paths []string
	for _, one := range all {
		paths = append(paths, path(one))
	}
	return paths
}

func list(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
