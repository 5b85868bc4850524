package client

import (
	"bytes"
	"iter"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/launch"
	"github.com/sealvet/sealvet/internal/parse/text"
	"github.com/sealvet/sealvet/internal/parse/workflow"
)

// TakesWorkflow takes workflows and actions, in which agents are given servers.
func TakesWorkflow(file string) bool { return workflow.Takes(file) || workflow.TakesAction(file) }

// ReadWorkflow reads the JSON of servers in the inputs and scripts of steps: an
// input of its own, an argument (--mcp-config '{...}'), or a file that a script
// writes. What cannot be read of the workflow, its own reader reports.
func ReadWorkflow(src *text.Source, out *evidence.Snapshot) error {
	if !bytes.Contains(src.Data(), []byte("mcp")) {
		return nil
	}
	for _, handed := range workflow.HandedTexts(src) {
		place := launch.Place{Path: src.Path(), Origin: evidence.LaunchWorkflow, Anchor: handed.Anchor}
		if handed.Name == "run" {
			scriptServers(handed.Text, place, out)
			continue
		}
		for object := range objects(handed.Text) {
			if strings.Contains(object.Value, `"mcpServers"`) || strings.Contains(handed.Name, "mcp") {
				launch.InlineText(object, place, out)
			}
		}
	}
	return nil
}

// maxObjects is how many configurations one script may hold.
const maxObjects = 50

// scriptServers reads {"mcpServers": ...} in a script, whose own braces mean
// something else.
func scriptServers(script text.Text, place launch.Place, out *evidence.Snapshot) {
	const key = `"mcpServers"`
	rest := script
	for range maxObjects {
		at := strings.Index(rest.Value, key)
		if at < 0 {
			return
		}
		before := strings.TrimRight(rest.Value[:at], " \t\r\n")
		if strings.HasSuffix(before, "{") {
			for object := range objects(rest.Slice(len(before)-1, len(rest.Value))) {
				launch.InlineText(object, place, out)
				break
			}
		}
		rest = rest.Slice(at+len(key), len(rest.Value))
	}
}

// objects yields each {...} of a text whose braces close.
func objects(t text.Text) iter.Seq[text.Text] {
	return func(yield func(text.Text) bool) {
		depth, start := 0, 0
		quoted := false
		for i := 0; i < len(t.Value); i++ {
			switch c := t.Value[i]; {
			case c == '\\':
				i++
			case depth > 0 && c == '"':
				quoted = !quoted
			case quoted:
			case c == '{':
				if depth == 0 {
					start = i
				}
				depth++
			case c == '}' && depth > 0:
				if depth--; depth == 0 && !yield(t.Slice(start, i+1)) {
					return
				}
			}
		}
	}
}
