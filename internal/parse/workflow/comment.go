package workflow

import (
	"strings"

	"github.com/sealvet/sealvet/internal/parse/doc"
)

// maxComment is in bytes; what names a version is shorter.
const maxComment = 200

// comment is what stands behind a value on its line, without the #. Only the
// brackets of a flow may stand between.
func (r *reader) comment(value *doc.Node) string {
	if !isScalar(value) {
		return ""
	}
	at := value.At()
	rest := r.src.String()[r.src.Offset(at.EndLine, at.EndColumn):]
	rest, _, _ = strings.Cut(rest, "\n")
	before, comment, found := strings.Cut(rest, "#")
	blank := strings.HasSuffix(before, " ") || strings.HasSuffix(before, "\t")
	if !found || !blank || strings.Trim(before, " \t,}]") != "" {
		return ""
	}
	if comment = strings.TrimSpace(comment); len(comment) > maxComment {
		return ""
	}
	return strings.ToValidUTF8(comment, "\uFFFD")
}
