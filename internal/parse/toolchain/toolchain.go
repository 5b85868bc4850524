// Package toolchain reads the files that choose a compiler, an interpreter or a
// package manager, and knows which choices leave the choice open.
package toolchain

import (
	"encoding/hex"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// readFunc appends what one file chooses.
type readFunc func(*text.Source, *evidence.Snapshot) error

// files are the names of the files this package reads.
var files = map[string]readFunc{
	".python-version":     versionFile("python"),
	".nvmrc":              versionFile("node"),
	".node-version":       versionFile("node"),
	".java-version":       versionFile("java"),
	".go-version":         versionFile("go"),
	".ruby-version":       versionFile("ruby"),
	".bun-version":        versionFile("bun"),
	".tool-versions":      toolVersions,
	"mise.toml":           mise,
	".mise.toml":          mise,
	"rust-toolchain":      rustToolchain,
	"rust-toolchain.toml": rustToolchainTOML,
	"global.json":         globalJSON,
	"package.json":        packageJSON,
	"go.mod":              goMod,
}

// Takes tells by its name whether the file chooses a toolchain.
func Takes(file string) bool {
	_, found := files[path.Base(file)]
	return found
}

// Read reads one such file.
func Read(src *text.Source, out *evidence.Snapshot) error {
	return files[path.Base(src.Path())](src, out)
}

// choose appends a choice that stands in the file as written.
func choose(out *evidence.Snapshot, tool, anchor string, version text.Text) {
	pin, why := Classify(tool, version.Value)
	out.Toolchains = append(out.Toolchains, evidence.Toolchain{
		Tool: tool, Version: version.Value, Pin: pin, Why: why,
		Where: path.Base(version.At().Path), Anchor: anchor, At: version.At(),
	})
}

// versionFile reads a file that holds nothing but versions of one tool, one a
// line.
func versionFile(tool string) readFunc {
	return func(src *text.Source, out *evidence.Snapshot) error {
		for line := range src.Text(0, src.Len()).Lines() {
			code, _, _ := line.Cut("#")
			if version := code.TrimSpace(); version.Value != "" {
				choose(out, tool, "", version)
			}
		}
		return nil
	}
}

// toolVersions reads lines of a tool and its versions.
func toolVersions(src *text.Source, out *evidence.Snapshot) error {
	for line := range src.Text(0, src.Len()).Lines() {
		code, _, _ := line.Cut("#")
		tool := ""
		for word := range code.Fields() {
			if tool == "" {
				tool = plainName(word.Value)
			} else {
				choose(out, tool, tool, word)
			}
		}
	}
	return nil
}

// plainName is the name that setup actions and version files give a tool that
// version managers call otherwise.
func plainName(tool string) string {
	switch tool {
	case "nodejs":
		return "node"
	case "golang":
		return "go"
	}
	return tool
}

// mise reads the tools of a mise.toml: a version, a list, or a table.
func mise(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.TOML(src)
	for name, value := range root.Get("tools").All() {
		if version := value.Get("version"); version != nil {
			value = version
		}
		for _, version := range value.Strings() {
			choose(out, plainName(name.Value), "tools/"+name.Value, version)
		}
	}
	return err
}

// rustToolchain reads the older file: a channel alone, or the TOML of the newer.
func rustToolchain(src *text.Source, out *evidence.Snapshot) error {
	if strings.Contains(src.String(), "[") {
		return rustToolchainTOML(src, out)
	}
	return versionFile("rust")(src, out)
}

func rustToolchainTOML(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.TOML(src)
	for _, channel := range root.Get("toolchain", "channel").Strings() {
		choose(out, "rust", "toolchain/channel", channel)
	}
	return err
}

// globalJSON reads the .NET SDK and how far a build may leave it.
func globalJSON(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.JSON(src)
	for _, version := range root.Get("sdk", "version").Strings() {
		choose(out, "dotnet", "sdk/version", version)
		roll := root.Get("sdk", "rollForward")
		if name := strings.ToLower(roll.String()); name == "major" || name == "latestmajor" {
			one := &out.Toolchains[len(out.Toolchains)-1]
			one.Pin, one.Why, one.At = evidence.PinFloating, "rollForward lets any newer version take its place", roll.Text.At()
		}
	}
	return err
}

// packageJSON reads the package manager and what Volta pins. The engines are no
// choice: they say what would do.
func packageJSON(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.JSON(src)
	if manager := root.Get("packageManager"); manager != nil && manager.Kind == doc.String {
		name, version, _ := manager.Text.Cut("@")
		pin, why := packageManager(version.Value)
		out.Toolchains = append(out.Toolchains, evidence.Toolchain{
			Tool: name.Value, Version: version.Value, Pin: pin, Why: why,
			Where: "packageManager", Anchor: "packageManager", At: manager.Text.At(),
		})
	}
	for tool, version := range root.Get("volta").All() {
		if tool.Value != "extends" {
			for _, one := range version.Strings() {
				choose(out, tool.Value, "volta/"+tool.Value, one)
			}
		}
	}
	return err
}

// packageManager judges what Corepack reads: a version with the hash of its
// archive, as 9.1.0+sha512.ab12.
func packageManager(version string) (evidence.Pin, string) {
	number, hash, _ := strings.Cut(version, "+")
	if pin, why := Classify("", number); pin != evidence.PinExact {
		return pin, why
	}
	algorithm, digest, _ := strings.Cut(hash, ".")
	if _, err := hex.DecodeString(digest); algorithm == "" || digest == "" || err != nil {
		return evidence.PinFloating, "no hash behind the version"
	}
	return evidence.PinExact, ""
}
