package python

import (
	"bytes"
	"errors"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// TakesScript takes every Python file: one may say in a comment what it needs
// (PEP 723), and uv run installs that.
func TakesScript(file string) bool { return strings.HasSuffix(file, ".py") && own(file) }

const (
	inlineStart = "# /// script"
	inlineEnd   = "# ///"
)

// ReadScript reads that comment, if there is one:
//
//	# /// script
//	# dependencies = ["httpx"]
//	# ///
func ReadScript(src *text.Source, out *evidence.Snapshot) error {
	inner := inline(src)
	if inner == nil {
		return nil
	}
	root, err := doc.TOML(inner)
	m := evidence.Manifest{
		Path: src.Path(), Ecosystem: evidence.PyPI, Tool: "uv", At: evidence.Location{Path: src.Path()},
	}
	d := declaration{Manifest: &m, sources: sourcesOf(root.Get("tool", "uv", "sources"))}
	d.list(root.Field("dependencies"), "script")
	if len(m.Dependencies) > 0 {
		out.Manifests = append(out.Manifests, m)
	}
	return errors.Join(err, errors.Join(d.problems...))
}

// inline is the file with everything blanked out but the TOML of the comment,
// so that what is read stands where it stands.
func inline(src *text.Source) *text.Source {
	if !bytes.Contains(src.Data(), []byte(inlineStart)) {
		return nil
	}
	blank := blanked(src.Data())
	inside, ended := false, false
	for line := range src.Text(0, src.Len()).Lines() {
		start, end := line.Offsets()
		switch trimmed := strings.TrimRight(line.Value, " \t"); {
		case !inside:
			inside = trimmed == inlineStart
		case trimmed == inlineEnd:
			ended = true
		case strings.HasPrefix(trimmed, "#"):
			copy(blank[start+1:end], src.Data()[start+1:end])
		default:
			return nil // the comment breaks off: it is none
		}
		if ended {
			return text.NewSource(src.Path(), blank)
		}
	}
	return nil
}

// blanked keeps the line ends, and the number of columns of each line.
func blanked(data []byte) []byte {
	blank := make([]byte, len(data))
	for i, b := range data {
		blank[i] = ' '
		if b == '\n' || b == '\r' {
			blank[i] = b
		}
	}
	return blank
}
