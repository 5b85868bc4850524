package pinning

import (
	_ "embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed pins_without_updates.md
var pinsWithoutUpdatesDoc string

// PinsWithoutUpdates finds pins that nothing keeps fresh, and updaters that take
// a release the moment it appears.
var PinsWithoutUpdates = &audit.Check{
	ID:       "pins-without-updates",
	Title:    "Pins are kept fresh by no updater, or by one that does not wait",
	Family:   audit.Pinning,
	Severity: audit.Low,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Workflows, evidence.Images, evidence.Lockfiles, evidence.Updaters},
	Doc:      pinsWithoutUpdatesDoc,
	Controls: []string{"OSPS-VM-05.03", "CIS-SSC-3.1.5", "CIS-SSC-3.1.8", "SSDF-PW.4.4", "S2C2F-UPD-2", "CICD-SEC-3", "OWASP-MCP04"},
	Inspect:  inspectPinsWithoutUpdates,
}

func inspectPinsWithoutUpdates(seen *evidence.Snapshot, record *audit.Record) {
	for _, group := range groupPins(seen) {
		var stale []pinned
		for _, pin := range group.pins {
			if !updated(seen.Updaters, group.ecosystem, pin.folder) {
				stale = append(stale, pin)
			}
		}
		if len(stale) == 0 {
			record.Pass(group.ecosystem, group.pins[0].at)
			continue
		}
		record.Defect(audit.Finding{
			Subject:  group.ecosystem,
			Location: stale[0].at,
			Message:  fmt.Sprintf("nothing updates the %s pins of %s, so they will age unseen; add a Dependabot or Renovate entry for them", group.ecosystem, andMore(filesOf(stale))),
		})
	}
	for _, updater := range seen.Updaters {
		inspectCooldown(updater, record)
	}
}

// inspectCooldown judges whether an updater waits until a bad release had time
// to be found out.
func inspectCooldown(updater evidence.Updater, record *audit.Record) {
	subject := updater.Tool + " " + strings.Join(updater.Ecosystems, " ")
	switch updater.Cooldown {
	case evidence.Yes:
		record.Pass(subject, updater.At)
	case evidence.Unknown:
		record.Doubt(audit.Doubt{
			Subject:  subject,
			Location: updater.At,
			Reason:   "whether it waits before it takes a new release is decided by a preset that stands elsewhere",
			Unlock:   "set minimumReleaseAge in this repository",
		})
	case evidence.No:
		setting := "a cooldown with default-days"
		if updater.Tool == "renovate" {
			setting = "minimumReleaseAge"
		}
		record.Defect(audit.Finding{
			Subject:  subject,
			Anchor:   "updates/" + strings.Join(updater.Ecosystems, " ") + "/" + strings.Join(updater.Directory, " "),
			Location: updater.At,
			Severity: audit.Note,
			Message:  fmt.Sprintf("%s takes a new release on the day it appears, before anyone can find out that it is malicious; set %s", subject, setting),
		})
	}
}

// pinned is one place that names an exact content, and the folder an updater
// must watch for it.
type pinned struct {
	folder string
	at     evidence.Location
}

// pinGroup is the pins that one entry of an updater keeps fresh. Those of
// fixtures and examples are groups of their own, so that they do not stand for
// the rest.
type pinGroup struct {
	ecosystem string
	role      evidence.Role
	pins      []pinned
}

func groupPins(seen *evidence.Snapshot) []pinGroup {
	roles := rolesOf(seen)
	var groups []pinGroup
	add := func(ecosystem, folder string, at evidence.Location) {
		role := roles[at.Path]
		i := slices.IndexFunc(groups, func(g pinGroup) bool { return g.ecosystem == ecosystem && g.role == role })
		if i < 0 {
			i, groups = len(groups), append(groups, pinGroup{ecosystem: ecosystem, role: role})
		}
		groups[i].pins = append(groups[i].pins, pinned{folder, at})
	}
	for call := range seen.Calls() {
		if uses := evidence.SplitUses(call.Uses.Value); uses.Kind == evidence.UsesRemote && uses.FullSHA() {
			add("github-actions", actionFolder(call.Path), call.Uses.At)
		}
	}
	for _, image := range seen.Images {
		if image.Pin == evidence.PinExact && image.Use == evidence.ImageBase {
			add("docker", path.Dir(image.Path), image.At)
		}
	}
	for _, lock := range seen.Lockfiles {
		if len(lock.Entries) == 0 && !lock.Opaque {
			continue // pins nothing yet
		}
		add(lock.Ecosystem, path.Dir(lock.Path), evidence.Location{Path: lock.Path})
	}
	return groups
}

func rolesOf(seen *evidence.Snapshot) map[string]evidence.Role {
	roles := make(map[string]evidence.Role)
	for _, file := range seen.Files {
		roles[file.Path] = file.Role
	}
	return roles
}

// actionFolder is what updaters watch for a workflow or action: the root stands
// for the workflows and for an action there.
func actionFolder(file string) string {
	if dir := path.Dir(file); path.Base(dir) != "workflows" {
		return dir
	}
	return "."
}

// updated tells whether an updater watches the folder for the ecosystem.
func updated(updaters []evidence.Updater, ecosystem, folder string) bool {
	for _, updater := range updaters {
		if !slices.Contains(updater.Ecosystems, ecosystem) && !slices.Contains(updater.Ecosystems, "*") {
			continue // for something else
		}
		if len(updater.Directory) == 0 || slices.ContainsFunc(updater.Directory, func(glob string) bool { return matches(glob, folder) }) {
			return true
		}
	}
	return false
}

// matches is the glob of directories: * for one level, ** for any number.
func matches(glob, folder string) bool {
	if glob == "**" || folder == "." && strings.HasPrefix(glob, "**/") {
		return true
	}
	pattern, names := strings.Split(glob, "/"), strings.Split(folder, "/")
	star, resume := -1, 0 // the last ** and where its names end so far
	p, n := 0, 0
	for n < len(names) {
		switch {
		case p < len(pattern) && pattern[p] == "**":
			star, resume = p, n
			p++
		case p < len(pattern) && matchesName(pattern[p], names[n]):
			p, n = p+1, n+1
		case star >= 0:
			resume++
			p, n = star+1, resume
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == "**" {
		p++
	}
	return p == len(pattern)
}

func matchesName(pattern, name string) bool {
	match, err := path.Match(pattern, name)
	return err == nil && match
}

// filesOf lists the files of the pins, each once.
func filesOf(pins []pinned) []string {
	var files []string
	seen := make(map[string]bool)
	for _, pin := range pins {
		if !seen[pin.at.Path] {
			seen[pin.at.Path] = true
			files = append(files, pin.at.Path)
		}
	}
	return files
}

// andMore names the first file and counts the others.
func andMore(files []string) string {
	switch n := len(files) - 1; n {
	case 0:
		return files[0]
	case 1:
		return files[0] + " and 1 more file"
	default:
		return fmt.Sprintf("%s and %d more files", files[0], n)
	}
}
