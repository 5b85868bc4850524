package client

import (
	"bytes"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/launch"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Read reads a configuration that Takes knows.
func Read(src *text.Source, out *evidence.Snapshot) error {
	roots, err := parse(src)
	place := launch.Place{Path: src.Path(), Origin: origin(src.Path())}
	for _, root := range roots {
		found := launch.Servers(root, place, out)
		plugins(root, place, out)
		problems(src.Path(), root, out)
		if !found && path.Base(src.Path()) != "settings.json" && strings.Contains(path.Base(src.Path()), "mcp") {
			launch.Bare(root, place, out) // Claude's and Cursor's plugins may leave mcpServers out
		}
	}
	return err
}

// ReadGuess reads a file that Guesses took. What is no configuration, or cannot
// be read, is somebody else's file.
func ReadGuess(src *text.Source, out *evidence.Snapshot) error {
	if src.Len() > maxGuess {
		return nil
	}
	roots, _ := parse(src)
	for _, root := range roots {
		launch.Servers(root, launch.Place{Path: src.Path(), Origin: origin(src.Path())}, out)
	}
	return nil
}

// maxGuess is the size of the largest file that may be a configuration by its
// name alone: data is often named after what it is about.
const maxGuess = 1 << 20

// parse reads a file in the language that its name tells.
func parse(src *text.Source) ([]*doc.Node, error) {
	switch path.Ext(src.Path()) {
	case ".toml":
		root, err := doc.TOML(src)
		return []*doc.Node{root}, err
	case ".yaml", ".yml":
		return doc.YAML(src)
	case ".md":
		root, err := doc.FrontMatter(src)
		if !bytes.Contains(src.Data(), []byte("mcpServers")) && !bytes.Contains(src.Data(), []byte("mcp-servers")) {
			err = nil // an agent without servers: its front matter is none of ours
		}
		return []*doc.Node{root}, err
	}
	root, err := doc.JSON(src)
	return []*doc.Node{root}, err
}

// plugins reads the servers that a marketplace gives its plugins by itself.
func plugins(root *doc.Node, place launch.Place, out *evidence.Snapshot) {
	for _, plugin := range root.Get("plugins").List() {
		here := place
		here.Anchor = "plugins/" + plugin.Get("name").String()
		launch.Servers(plugin, here, out)
	}
}
