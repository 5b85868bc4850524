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

//go:embed unsigned_native_extension.md
var unsignedNativeExtensionDoc string

// UnsignedNativeExtension finds native code that a package ships as it lies in
// the tree, with nothing beside it that says who built it.
var UnsignedNativeExtension = &audit.Check{
	ID:       "unsigned-native-extension",
	Title:    "Package ships prebuilt native code without signature or provenance",
	Family:   audit.Hermetic,
	Severity: audit.Low,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Files, evidence.Manifests, evidence.Bundles},
	Doc:      unsignedNativeExtensionDoc,
	Controls: []string{"OSPS-BR-06.01", "CIS-SSC-4.1.1", "SSDF-PS.2.1", "S2C2F-REB-2", "OWASP-MCP04"},
	Inspect:  inspectUnsignedNativeExtension,
}

func inspectUnsignedNativeExtension(seen *evidence.Snapshot, record *audit.Record) {
	shipped := shippedNatives(seen)
	names := make(map[string]bool, len(seen.Files))
	for _, file := range seen.Files {
		names[file.Path] = true
	}
	for _, file := range seen.Files {
		by, at := shipped[file.Path], evidence.Location{Path: file.Path}
		switch {
		case by == "":
			continue // not shipped: checked-in-binary looks at it
		case file.Magic == evidence.LFSPointer:
			record.Doubt(audit.Doubt{Subject: file.Path, Location: at, Reason: "Git LFS keeps it, and the checkout holds only its pointer", Unlock: "check out with LFS"})
		case signedBeside(names, file.Path):
			record.Pass(file.Path, at)
		default:
			record.Defect(audit.Finding{
				Subject: file.Path, Location: at,
				Message: fmt.Sprintf("%s is native code that %s ships as it lies here, and nothing beside it proves who built it; build it in the release, or keep its signature or attestation beside it", file.Path, by),
			})
		}
	}
}

func signedBeside(names map[string]bool, file string) bool {
	for _, suffix := range []string{".sig", ".asc", ".minisig", ".sigstore", ".sigstore.json", ".intoto.jsonl", ".bundle", ".att"} {
		if names[file+suffix] {
			return true
		}
	}
	return false
}

// shippedNatives maps native code to who ships it: a package or bundle whose
// files it lies among.
func shippedNatives(seen *evidence.Snapshot) map[string]string {
	var natives []string
	names := make(map[string]bool, len(seen.Files))
	for _, file := range seen.Files {
		names[file.Path] = true
		if file.Magic.Native() || file.Magic == evidence.LFSPointer && slices.Contains(nativeExtensions, path.Ext(file.Path)) {
			natives = append(natives, file.Path)
		}
	}
	shipped := make(map[string]string, len(natives))
	if len(natives) == 0 {
		return shipped
	}
	packages := publishedFolders(seen)
	for _, file := range natives {
		if by := shipper(seen, names, packages, file); by != "" {
			shipped[file] = by
		}
	}
	return shipped
}

var nativeExtensions = []string{".node", ".so", ".dylib", ".dll", ".pyd", ".exe"}

// publishedFolders finds the npm packages that may be published, by their folders.
func publishedFolders(seen *evidence.Snapshot) map[string]*evidence.Manifest {
	folders := make(map[string]*evidence.Manifest)
	for i := range seen.Manifests {
		manifest := &seen.Manifests[i]
		if manifest.Ecosystem == evidence.NPM && !manifest.Private && manifest.Name != "" && path.Base(manifest.Path) == "package.json" {
			folders[path.Dir(manifest.Path)] = manifest
		}
	}
	return folders
}

// takesAlong tells whether the files of a package name a file of its folder.
func takesAlong(manifest *evidence.Manifest, file string) bool {
	relative := strings.TrimPrefix(file, path.Dir(manifest.Path)+"/")
	return slices.ContainsFunc(manifest.Ships, func(pattern string) bool {
		pattern = strings.TrimSuffix(strings.TrimSuffix(path.Clean("/" + pattern)[1:], "/**"), "/*")
		matched, _ := path.Match(pattern, relative)
		return matched || pattern != "" && strings.HasPrefix(relative, pattern+"/")
	})
}

func shipper(seen *evidence.Snapshot, names map[string]bool, packages map[string]*evidence.Manifest, file string) string {
	extension := strings.ToLower(path.Ext(file))
	prebuilt := extension == ".node" || strings.Contains("/"+file, "/prebuilds/")
	for folder := path.Dir(file); ; folder = path.Dir(folder) {
		if one := packages[folder]; one != nil && (prebuilt || takesAlong(one, file)) {
			return "the package " + one.Name
		}
		if folder == "." || folder == "/" {
			break
		}
	}
	for _, bundle := range seen.Bundles {
		if bundle.Type == "binary" && (path.Dir(bundle.Path) == "." || strings.HasPrefix(file, path.Dir(bundle.Path)+"/")) {
			return "the bundle " + bundle.Name.Value
		}
	}
	switch folder := path.Dir(file); {
	case strings.Contains("/"+file, "/runtimes/") && path.Base(folder) == "native":
		return "a NuGet package"
	case slices.Contains(nativeExtensions, extension) && names[path.Join(folder, "__init__.py")]:
		return "the Python package " + path.Base(folder)
	}
	return ""
}
