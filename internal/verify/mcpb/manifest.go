package mcpb

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/sealvet/sealvet/internal/verify/archive"
)

// maxManifest is far more than any manifest of the corpus has: 60 kB.
const maxManifest = 4 << 20

// identity is the name and version that the manifest gives, as name@version. It
// walks the whole directory, so that it also tells what is wrong with the zip.
func identity(from io.ReaderAt, size int64) (string, error) {
	data, err := archive.Read(archive.Zip(from, size, archive.Limits{}), "manifest.json", maxManifest)
	if err != nil {
		return "", fmt.Errorf("the zip cannot be read whole: %w", err)
	}
	var manifest struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	if err := json.Unmarshal(data, &manifest); err != nil {
		return "", fmt.Errorf("manifest.json cannot be read: %w", err)
	}
	return manifest.Name + "@" + manifest.Version, nil
}
