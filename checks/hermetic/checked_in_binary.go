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

//go:embed checked_in_binary.md
var checkedInBinaryDoc string

//go:embed gradle_wrappers.txt
var gradleWrappers string

// CheckedInBinary finds programs and archives that lie in the tree, where nobody
// can read what they do.
var CheckedInBinary = &audit.Check{
	ID:       "checked-in-binary",
	Title:    "Program or archive is checked in where its source should be",
	Family:   audit.Hermetic,
	Severity: audit.Medium,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Files},
	Doc:      checkedInBinaryDoc,
	Controls: []string{"OSPS-QA-05.01", "OSPS-QA-05.02", "CIS-SSC-2.3.1", "SSDF-PW.4.1", "S2C2F-REB-1", "OWASP-MCP04"},
	Inspect:  inspectCheckedInBinary,
}

func inspectCheckedInBinary(seen *evidence.Snapshot, record *audit.Record) {
	shipped := shippedNatives(seen)
	found := false
	for _, file := range seen.Files {
		what := binaryKind(file)
		at := evidence.Location{Path: file.Path}
		switch {
		case what == "":
			continue // text, an image, a document: anybody can look at it
		case shipped[file.Path] != "":
			continue // unsigned-native-extension looks at it
		case file.Magic == evidence.LFSPointer:
			found = true
			record.Doubt(audit.Doubt{Subject: file.Path, Location: at, Reason: "Git LFS keeps it, and the checkout holds only its pointer", Unlock: "check out with LFS"})
		case strings.HasSuffix(file.Path, "-wrapper.jar") && file.SHA256 != "":
			found = true
			judgeWrapper(file, record)
		default:
			found = true
			record.Defect(audit.Finding{
				Subject: file.Path, Location: at,
				Message: fmt.Sprintf("%s is %s, which no review can read; build it from source in the release, or fetch it by its checksum", file.Path, what),
			})
		}
	}
	if !found && len(seen.Files) > 0 {
		record.Pass("the files of the tree", evidence.Location{Path: seen.Files[0].Path})
	}
}

// judgeWrapper compares a build wrapper with those that its makers published.
func judgeWrapper(file evidence.File, record *audit.Record) {
	at := evidence.Location{Path: file.Path}
	if path.Base(file.Path) == "gradle-wrapper.jar" && slices.Contains(strings.Fields(gradleWrappers), file.SHA256) {
		record.Pass(file.Path, at)
		return
	}
	record.Doubt(audit.Doubt{
		Subject: file.Path, Location: at, Reason: fmt.Sprintf("wrapper jar: its checksum %s is not known to this sealvet", file.SHA256),
		Unlock: "compare it with the checksums that the build tool's project publishes",
	})
}

// binaryKind says what a file is that has no source in it; "" is anything else.
func binaryKind(file evidence.File) string {
	name := strings.ToLower(path.Base(file.Path))
	extension := path.Ext(name)
	switch file.Magic {
	case "":
		return ""
	case evidence.ELF, evidence.MachO, evidence.PE:
		return "a compiled program or library"
	case evidence.WASM:
		return "compiled WebAssembly"
	case evidence.JavaClass, evidence.PythonCode, evidence.Dex, evidence.Bitcode:
		return "compiled code"
	case evidence.StaticLib:
		return "a library or package of compiled code"
	case evidence.LFSPointer:
		if slices.Contains(codeExtensions, extension) {
			return "a program or archive"
		}
		return ""
	case evidence.Zip:
		return zipKind(extension)
	case evidence.Gzip, evidence.Bzip2, evidence.XZ, evidence.Zstd:
		if !strings.Contains(name, ".tar") && !slices.Contains([]string{".tgz", ".tbz2", ".txz", ".tzst", ".crate", ".apk"}, extension) {
			return "" // compressed data: a model, a list of words
		}
	}
	return "an archive"
}

// codeExtensions are those of programs and packages.
var codeExtensions = []string{
	".exe", ".dll", ".so", ".dylib", ".node", ".pyd", ".jar", ".war", ".class", ".wasm", ".whl", ".zip", ".tgz", ".gem", ".nupkg", ".mcpb", ".dxt", ".vsix", ".a", ".lib", ".msi", ".deb", ".rpm",
}

// zipKind tells archives from the many formats that are a zip inside.
func zipKind(extension string) string {
	switch extension {
	case ".jar", ".war", ".ear", ".aar":
		return "an archive of compiled code"
	case ".whl", ".nupkg", ".egg", ".vsix", ".xpi", ".crx":
		return "a built package"
	case ".mcpb", ".dxt":
		return "a built bundle, with whatever its builder had at hand"
	case ".zip":
		return "an archive"
	case "":
		return "an archive without an ending that says so"
	}
	return "" // a document, a drawing, a model: its program opens it, nobody runs it
}
