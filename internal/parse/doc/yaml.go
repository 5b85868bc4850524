package doc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/sealvet/sealvet/internal/parse/text"
	"go.yaml.in/yaml/v3"
)

// YAML reads all documents of a YAML stream; an empty file has none.
//
// Anchors and merge keys are followed: an alias is the very node of its
// anchor, so its place is where the anchor stands, and the fields that << adds
// come after the map's own, which win. Names are the text as written, so on:
// is "on"; the Kind of a scalar is what YAML 1.2 takes it for.
//
// On broken input the documents before the break are given, and the error
// joins *text.Error values. A key given twice is such an error too, and the
// last one counts. Aliases that would blow the document up, or that run in a
// circle, are refused together with their document.
func YAML(src *text.Source) ([]*Node, error) {
	return newYAMLReader(src, src.Len()).stream()
}

// FrontMatter reads the YAML between --- and --- (or ...) at the top of a
// Markdown file. It is nil without an error where the file has none.
func FrontMatter(src *text.Source) (*Node, error) {
	data := src.Data()
	start := markSize(data)
	opening, _, _ := bytes.Cut(data[start:], []byte("\n"))
	if strings.TrimRight(string(opening), " \t\r") != "---" {
		return nil, nil
	}
	for at := start + len(opening) + 1; at < len(data); {
		line, _, _ := bytes.Cut(data[at:], []byte("\n"))
		if mark := strings.TrimRight(string(line), " \t\r"); mark == "---" || mark == "..." {
			documents, err := newYAMLReader(src, at).stream()
			if len(documents) == 0 {
				return nil, err
			}
			return documents[0], err
		}
		at += len(line) + 1
	}
	return nil, nil // a rule at the top of the page, not front matter
}

// stream reads all documents.
func (r *yamlReader) stream() ([]*Node, error) {
	if !r.checkUTF8() {
		return nil, r.err()
	}
	var documents []*Node
	decoder := yaml.NewDecoder(strings.NewReader(r.lines.file))
	for {
		root, err := nextDocument(decoder)
		switch {
		case errors.Is(err, io.EOF):
			return documents, r.err()
		case err != nil:
			r.syntax(err)
			return documents, r.err()
		}
		if n := r.document(root); n != nil {
			documents = append(documents, n)
		}
	}
}

// nextDocument is the next document, or io.EOF after the last. The library
// reports some broken input by a panic.
func nextDocument(decoder *yaml.Decoder) (root *yaml.Node, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("%v", reason)
		}
	}()
	root = new(yaml.Node)
	err = decoder.Decode(root)
	return root, err
}

// syntax notes an error of the library, which names a line in its text only.
func (r *yamlReader) syntax(err error) {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	var line int
	at := int(r.lines.starts[0])
	if n, _ := fmt.Sscanf(message, "line %d:", &line); n == 1 {
		_, message, _ = strings.Cut(message, ": ")
		at = r.lines.offset(line, 1)
	}
	r.add(at, r.lines.lineEnd(at), "%s", message)
}
