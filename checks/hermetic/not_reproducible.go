package hermetic

import (
	_ "embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed not_reproducible.md
var notReproducibleDoc string

// NotReproducible judges what `sealvet reproduce` saw.
var NotReproducible = &audit.Check{
	ID:       "not-reproducible",
	Title:    "Package comes out different when built twice",
	Family:   audit.Hermetic,
	Severity: audit.Medium,
	Source:   audit.FromBuild,
	Needs:    []evidence.Kind{evidence.Reproductions},
	Doc:      notReproducibleDoc,
	Controls: []string{"CIS-SSC-2.4.4", "SSDF-PW.6.2", "S2C2F-REB-1"},
	Inspect:  inspectNotReproducible,
}

func inspectNotReproducible(seen *evidence.Snapshot, record *audit.Record) {
	if len(seen.Reproductions) == 0 {
		doubtUnbuilt(seen, record)
		return
	}
	for _, built := range seen.Reproductions {
		if stale := otherCommit(seen.Target, built); stale != "" {
			record.Doubt(audit.Doubt{Subject: built.Path, Location: built.At, Reason: stale, Unlock: "sealvet reproduce --yes -o evidence.json, in this checkout"})
			continue
		}
		for _, artifact := range built.Artifacts {
			if artifact.Reproduced() {
				record.Pass(artifact.Name, built.At)
				continue
			}
			record.Defect(audit.Finding{
				Subject: artifact.Name, Thing: artifact.Format, Anchor: built.Recipe, Location: built.At,
				Message: fmt.Sprintf("%s comes out different each time it is built: %s; take that out of the build", artifact.Name, because(artifact)),
			})
		}
	}
}

// because names the causes, and the first place of each.
func because(artifact evidence.Artifact) string {
	var causes []evidence.Cause
	var told []string
	for _, d := range artifact.Differences {
		if slices.Contains(causes, d.Cause) {
			continue
		}
		causes = append(causes, d.Cause)
		words := string(d.Cause)
		if d.File != "" {
			words += " (" + d.File + ")"
		}
		told = append(told, words)
	}
	return strings.Join(told, ", ")
}

// otherCommit says why a result does not speak of this checkout.
func otherCommit(target evidence.Target, built evidence.Reproduction) string {
	switch {
	case target.Commit != "" && built.Commit != "" && target.Commit != built.Commit:
		return fmt.Sprintf("it was built from commit %.12s, and this is %.12s", built.Commit, target.Commit)
	case built.Changed:
		return "it was built from files that differ from its commit"
	}
	return ""
}

// doubtUnbuilt says once that nobody built it twice, at the manifest of the server
// that could be. A repository that makes no server, or whose packages no recipe
// knows, is asked nothing.
func doubtUnbuilt(seen *evidence.Snapshot, record *audit.Record) {
	if !seen.IsServer() {
		return
	}
	roles := seen.Roles()
	var nearest *evidence.Manifest
	for i := range seen.Manifests {
		manifest := &seen.Manifests[i]
		if !buildable(manifest) || roles[manifest.Path] != evidence.Source {
			continue
		}
		if nearest == nil || strings.Count(manifest.Path, "/") < strings.Count(nearest.Path, "/") {
			nearest = manifest
		}
	}
	if nearest == nil {
		return
	}
	dir := path.Dir(nearest.Path)
	record.Doubt(audit.Doubt{
		Subject: nearest.Path, Location: evidence.Location{Path: nearest.Path},
		Reason: "nobody built it twice", Unlock: strings.TrimSuffix("sealvet reproduce -o evidence.json "+dir, " ."),
	})
}

func buildable(manifest *evidence.Manifest) bool {
	switch path.Base(manifest.Path) {
	case "package.json":
		return !manifest.Private && manifest.Name != ""
	case "pyproject.toml", "Cargo.toml":
		return manifest.Name != ""
	case "go.mod":
		return true
	}
	return false
}
