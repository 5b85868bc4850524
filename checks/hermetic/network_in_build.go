package hermetic

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/checks/pinning"
	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

//go:embed network_in_build.md
var networkInBuildDoc string

// NetworkInBuild finds what the release path takes from the network and no lock
// of the repository names.
var NetworkInBuild = &audit.Check{
	ID:       "network-in-build",
	Title:    "Release path takes from the network what no lock names",
	Family:   audit.Hermetic,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Commands, evidence.Workflows},
	Doc:      networkInBuildDoc,
	Controls: []string{"OSPS-BR-05.01", "CIS-SSC-2.2.4", "CIS-SSC-2.4.2", "SSDF-PO.5.1", "S2C2F-REB-1", "CICD-SEC-3", "OWASP-MCP04"},
	Inspect:  inspectNetworkInBuild,
}

func inspectNetworkInBuild(seen *evidence.Snapshot, record *audit.Record) {
	traced := trace.Of(seen)
	s := networkSearch{record: record, told: make(map[evidence.Location]bool), fetches: make(map[*evidence.Script]bool)}
	if len(traced.Paths) > 0 {
		s.others = judgedDownloads(seen)
	}
	for _, path := range traced.Paths {
		found := false
		for n := range path.Nodes() {
			if n.Script != nil && !n.Again && !n.Within(trace.KindOutputs) && n.Script.Origin != evidence.FromDockerfile {
				found = s.script(path.Job, n) || found
			}
		}
		if !found {
			record.Pass(path.Job.String(), path.Job.At)
		}
	}
	doubtHidden(traced, record)
}

// networkSearch notes each fetch once, and none that another check has judged.
type networkSearch struct {
	record  *audit.Record
	told    map[evidence.Location]bool
	fetches map[*evidence.Script]bool // those that have been judged
	others  map[string][]evidence.Location
}

// judgedDownloads are the places about which unverified-download says anything,
// good or bad: one download gives one finding.
func judgedDownloads(seen *evidence.Snapshot) map[string][]evidence.Location {
	judged := make(map[string][]evidence.Location)
	note := func(at evidence.Location) { judged[at.Path] = append(judged[at.Path], at) }
	for _, result := range audit.Run([]*audit.Check{pinning.UnverifiedDownload}, seen) {
		for _, finding := range result.Findings {
			note(finding.Location)
			for _, related := range finding.Related {
				note(related.Location)
			}
		}
		for _, doubt := range result.Doubts {
			note(doubt.Location)
		}
		for _, pass := range result.Passes {
			note(pass.Location)
		}
	}
	return judged
}

// judged tells whether that check has spoken of a place within the command.
func (s *networkSearch) judged(command *evidence.Command) bool {
	return slices.ContainsFunc(s.others[command.At.Path], func(at evidence.Location) bool {
		return at.Line >= command.At.Line && at.Line <= command.At.EndLine
	})
}

// script judges the commands of one script and says whether any fetches what no
// lock names.
func (s *networkSearch) script(job *trace.Job, n *trace.Node) bool {
	if known, is := s.fetches[n.Script]; is {
		return known
	}
	found, system := false, false
	verified := isVerified(n.Script)
	for i := range n.Script.Commands {
		command := &n.Script.Commands[i]
		if s.told[command.At] {
			continue
		}
		switch {
		case isSystemInstall(command):
			if !system && !allVersioned(command) {
				s.defect(job, n, command, audit.Low, "installs whatever the distribution's index holds today", "take a snapshot of one day, or an image that holds it, by its digest")
				found = true
			}
			system = true // one finding a script: it is mended as a whole
		case fetchesPinned(command):
			s.defect(job, n, command, audit.Low, "names one version, but what that depends on is chosen anew each time", "put it into a lock of the repository and run it from there")
			found = true
		default:
			found = s.download(job, n, i, verified) || found
		}
	}
	s.fetches[n.Script] = found
	return found
}

// download judges a command that brings in a file or a repository by its address.
func (s *networkSearch) download(job *trace.Job, n *trace.Node, i int, verified bool) bool {
	command := &n.Script.Commands[i]
	from, is := keeps(n.Script, i)
	if !is || s.judged(command) {
		return false
	}
	switch {
	case verified:
		s.record.Pass(line(*command), command.At)
		return false
	case from == "":
		s.record.Doubt(audit.Doubt{Subject: line(*command), Location: command.At, Reason: "where it fetches from is known to the run only", Unlock: "write the address into the script"})
		return true
	}
	mend := "compare its sha256 with one in the repository, or commit the file"
	switch command.Program() {
	case "git":
		mend = "check out a full commit SHA, or make it a submodule"
	case "gh":
		mend = "verify it by gh attestation verify in the same script, or take it over as an artifact of the run that built it"
	}
	s.defect(job, n, command, audit.Unset, "takes what "+from+" serves at that moment", mend)
	return true
}

func (s *networkSearch) defect(job *trace.Job, n *trace.Node, command *evidence.Command, severity audit.Severity, wrong, mend string) {
	s.told[command.At] = true
	s.record.Defect(audit.Finding{
		Subject: line(*command), Thing: command.Program(), Anchor: n.Script.Anchor, Location: command.At, Severity: severity,
		Message: fmt.Sprintf("%s %s, in %s; %s", line(*command), wrong, where(job, n), mend),
		Flow:    flow(n.Chain()),
	})
}

// rangesTools resolve the ranges of a package's own dependencies when they
// install it. go takes those that the module itself has fixed.
var rangesTools = []string{"npx", "npm", "pnpm", "yarn", "bun", "bunx", "pip", "pip3", "pipx", "uv", "uvx", "gem"}

// selfContained packages bring their dependencies with them, or have none.
var selfContained = []string{"npm", "pnpm", "yarn", "corepack", "typescript", "uv", "ruff", "pip", "wheel", "setuptools"}

// fetchesPinned tells a command that brings in a package by an exact version,
// and its dependencies by their ranges.
func fetchesPinned(command *evidence.Command) bool {
	for _, word := range command.Words {
		switch word.Value {
		case "--no-deps", "--require-hashes":
			return false
		}
	}
	return slices.ContainsFunc(command.Fetches, func(f evidence.Fetch) bool {
		return f.Pin == evidence.PinExact && slices.Contains(rangesTools, f.Tool) && !slices.Contains(selfContained, strings.ToLower(f.Name))
	})
}
