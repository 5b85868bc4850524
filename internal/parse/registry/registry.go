// Package registry reads the settings that choose where packages come from:
// .npmrc, pip.conf, uv indexes, nuget.config, Cargo sources and their like.
//
// It knows where each tool keeps them. Which registries are good is policy's to
// say, and what commands and variables choose is internal/collect/link's to find.
package registry

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/python"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Takes takes the files in which tools look for such settings.
func Takes(file string) bool { return readerOf(file) != nil }

// Read reads one of them.
func Read(src *text.Source, out *evidence.Snapshot) error { return readerOf(src.Path())(src, out) }

type reader func(*text.Source, *evidence.Snapshot) error

// readers go by the name of the file, in lower case: NuGet's comes in several.
var readers = map[string]reader{
	".npmrc":              readNPMRC,
	".yarnrc":             readYarnRC,
	".yarnrc.yml":         readYarnRCYML,
	"pnpm-workspace.yaml": readPNPM,
	"bunfig.toml":         readBunfig,
	"pip.conf":            readPipConf,
	"pip.ini":             readPipConf,
	"uv.toml":             readUV,
	"pyproject.toml":      readPyproject,
	"pipfile":             readPipfile,
	"nuget.config":        readNuGet,
	"pom.xml":             readPOM,
	"settings.xml":        readMavenSettings,
	"composer.json":       readComposer,
	"gemfile":             readGemfile,
}

func readerOf(file string) reader {
	if strings.Contains("/"+file, "/node_modules/") {
		return nil // what was installed chooses nothing
	}
	base, folder := strings.ToLower(path.Base(file)), path.Base(path.Dir(file))
	switch {
	case folder == ".cargo" && (base == "config.toml" || base == "config"):
		return readCargo
	case isProject(base):
		return readProject
	case isGitLab(file):
		return readGitLab
	case isCompose(file):
		return readCompose
	case readers[base] != nil:
		return readers[base]
	case (strings.HasSuffix(base, ".txt") || strings.HasSuffix(base, ".in")) && python.TakesManifest(file):
		return readRequirements
	}
	return nil
}

// isProject knows the files in which MSBuild keeps properties.
func isProject(base string) bool {
	switch path.Ext(base) {
	case ".csproj", ".fsproj", ".vbproj":
		return true
	}
	return base == "directory.build.props" || base == "directory.build.targets"
}

// settings collects what one file chooses.
type settings struct {
	ecosystem string
	out       *evidence.Snapshot
}

// add notes an address. A path of the tree is no registry.
func (s settings) add(setting string, address text.Text, more evidence.Registry) {
	more.Host, more.URL = evidence.AddressHost(address.Value)
	if more.Host == "" {
		return
	}
	s.note(setting, address, more)
}

// note notes a setting that names no address: a host to be trusted, a check
// turned off.
func (s settings) note(setting string, value text.Text, more evidence.Registry) {
	more.Ecosystem, more.Setting, more.At = s.ecosystem, setting, value.At()
	if more.URL == "" {
		more.URL = value.Value
	}
	if more.Anchor == "" {
		more.Anchor = setting
	}
	s.out.Registries = append(s.out.Registries, more)
}
