// Package catalog reads the files by which a server is listed and started in
// catalogues: smithery.yaml and the server.yaml of Docker's MCP registry.
package catalog

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/launch"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Takes a file by its name.
func Takes(file string) bool {
	switch path.Base(file) {
	case "smithery.yaml", "smithery.yml":
		return true
	case "server.yaml":
		return path.Base(path.Dir(path.Dir(file))) == "servers" // servers/<name>/server.yaml
	}
	return false
}

// Read reads one file.
func Read(src *text.Source, out *evidence.Snapshot) error {
	roots, err := doc.YAML(src)
	for _, root := range roots {
		if strings.HasPrefix(path.Base(src.Path()), "smithery.") {
			out.Signals = append(out.Signals, evidence.Signal{Name: "smithery.yaml", Score: 3, At: evidence.Location{Path: src.Path()}})
			smithery(src.Path(), root, out)
			continue
		}
		docker(src.Path(), root, out)
	}
	return err
}

// docker reads an entry of Docker's registry. Images under mcp/ are built there
// from the commit that the entry pins; any other image is run by its name.
func docker(file string, root *doc.Node, out *evidence.Snapshot) {
	place := launch.Place{Path: file, Origin: evidence.LaunchCatalog, Server: root.Get("name").String()}
	if address := root.Get("remote", "url"); address.String() != "" {
		auth := evidence.Unknown
		if root.Get("remote", "headers") != nil || root.Get("oauth") != nil {
			auth = evidence.Yes
		}
		out.Remotes = append(out.Remotes, evidence.Remote{
			Path: file, Origin: place.Origin, Server: place.Server, Anchor: "remote", URL: address.Text.Located(), Auth: auth, At: address.At(),
		})
	}
	image := root.Get("image")
	if image.String() == "" || strings.HasPrefix(image.String(), "mcp/") && root.Get("source", "commit").String() != "" {
		return
	}
	at := image.Text.At()
	words := []evidence.Word{{Value: "docker", Known: true, At: at}, {Value: "run", Known: true, At: at}, launch.Word(image.Text)}
	place.Anchor = "image"
	l, _ := launch.Words(words, at, place)
	out.Launches = append(out.Launches, l)
}
