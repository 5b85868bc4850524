// Package hidden finds characters that a model reads and a person does not see,
// in the files whose words reach a model. It knows which files those are and
// what Unicode hides; what it means is for a check to say.
package hidden

import (
	"bytes"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/catalog"
	"github.com/sealvet/sealvet/internal/parse/client"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/mcpb"
	"github.com/sealvet/sealvet/internal/parse/serverjson"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// prose are names of files that agents read as their instructions.
var prose = []string{
	"claude.md", "claude.local.md", "agents.md", "agent.md", "gemini.md", "qwen.md", "skill.md", "llms.txt", "llms-full.txt",
	".cursorrules", ".windsurfrules", ".clinerules", ".goosehints", ".roorules", "copilot-instructions.md",
}

// proseFolders are folders of such files.
var proseFolders = []string{
	".cursor/rules", ".windsurf/rules", ".clinerules", ".roo/rules", ".claude/commands", ".claude/agents", ".claude/rules", ".claude/skills",
	".github/instructions", ".github/prompts", ".github/agents", ".github/chatmodes", ".kiro/steering", ".amazonq/rules", ".gemini/commands", ".codex/prompts",
}

// Takes a file whose words reach a model.
func Takes(file string) bool {
	return isProse(file) || isStructured(file)
}

func isStructured(file string) bool {
	if path.Base(file) == "tools.json" || strings.HasSuffix(file, ".snap") && path.Base(path.Dir(file)) == "__toolsnaps__" {
		return true
	}
	return serverjson.Takes(file) || mcpb.Takes(file) || client.Takes(file) || client.TakesHooks(file) || catalog.Takes(file)
}

func isProse(file string) bool {
	name := strings.ToLower(path.Base(file))
	if slices.Contains(prose, name) || strings.HasSuffix(name, ".agent.md") || strings.HasSuffix(name, ".chatmode.md") || strings.HasSuffix(name, ".prompt.md") || strings.HasSuffix(name, ".instructions.md") || strings.HasSuffix(name, ".mdc") {
		return true
	}
	switch path.Ext(name) {
	case ".md", ".txt", "":
	default:
		return false
	}
	folder := "/" + path.Dir(file) + "/"
	return slices.ContainsFunc(proseFolders, func(known string) bool { return strings.Contains(folder, "/"+known+"/") })
}

// Read reads one file. Where its language cannot be read its bytes still can.
func Read(src *text.Source, out *evidence.Snapshot) error {
	data := src.Data()
	if strings.HasPrefix(path.Base(src.Path()), "manifest.") && !bytes.Contains(data, []byte("mcp_config")) && !bytes.Contains(data, []byte("dxt_version")) && !bytes.Contains(data, []byte("manifest_version\": \"0.")) {
		return nil // of a browser extension or a web page
	}
	f := &finder{file: evidence.ToolText{Path: src.Path()}}
	var err error
	if !plain(data) {
		err = f.read(src)
	}
	out.ToolTexts = append(out.ToolTexts, f.file)
	return err
}

// plain tells a file that can hide nothing: printable ASCII and no escapes.
func plain(data []byte) bool {
	for _, c := range data {
		if c >= 0x7f || c == '\\' || c < ' ' && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return true
}

type finder struct {
	file evidence.ToolText
}

// maxHidden is how many runs are told of one file.
const maxHidden = 50

func (f *finder) read(src *text.Source) error {
	if isProse(src.Path()) || path.Ext(src.Path()) == ".md" {
		f.lines(src)
		return nil
	}
	roots, err := parse(src)
	if err != nil {
		f.lines(src)
		return err
	}
	for _, root := range roots {
		f.node("", root)
	}
	return nil
}

// lines reads a file as it stands. One line is one language.
func (f *finder) lines(src *text.Source) {
	start := 0
	if bytes.HasPrefix(src.Data(), []byte("\ufeff")) {
		start = len("\ufeff") // how some editors begin a file
	}
	for line := range src.Text(start, src.Len()).Lines() {
		f.text("", line)
	}
}

func parse(src *text.Source) ([]*doc.Node, error) {
	switch path.Ext(src.Path()) {
	case ".toml":
		root, err := doc.TOML(src)
		return []*doc.Node{root}, err
	case ".yaml", ".yml":
		return doc.YAML(src)
	}
	root, err := doc.JSON(src)
	return []*doc.Node{root}, err
}

// maxAnchor is the length of the longest anchor: names can be long, and deep.
const maxAnchor = 200

// below is the anchor of a part; what would get too long keeps that of the whole.
func below(anchor, part string) string {
	switch {
	case len(anchor)+len(part) > maxAnchor:
		return anchor
	case anchor == "":
		return part
	}
	return anchor + "/" + part
}

// node walks a document: what it says, and the names it says it under. The
// depth is bounded by the readers of documents.
func (f *finder) node(anchor string, n *doc.Node) {
	if n == nil || len(f.file.Hidden) >= maxHidden {
		return
	}
	for name, value := range n.All() {
		here := below(anchor, visible(name.Value))
		f.text(here, name)
		f.node(here, value)
	}
	for i, item := range n.List() {
		f.node(below(anchor, strconv.Itoa(i)), item)
	}
	if n.Kind != doc.Map && n.Kind != doc.List {
		f.text(anchor, n.Text)
	}
}
