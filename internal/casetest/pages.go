package casetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"github.com/sealvet/sealvet/internal/audit"
)

// Examples are the two repositories that "How to mend" of a page shows: one that
// has the defect, and the same one mended.
type Examples struct{ Before, After []txtar.File }

// ReadExamples reads the fenced blocks whose info is `<language> before <path>` or
// `<language> after <path>`; each is a whole file. Other blocks are words to the reader.
func ReadExamples(check *audit.Check) (Examples, error) {
	var found Examples
	page := []byte(check.Section("How to mend"))
	root := goldmark.DefaultParser().Parse(text.NewReader(page))
	for node := root.FirstChild(); node != nil; node = node.NextSibling() {
		block, fenced := node.(*ast.FencedCodeBlock)
		if !fenced || block.Info == nil {
			continue
		}
		info := string(block.Info.Value(page))
		words := strings.Fields(info)
		if len(words) < 2 {
			continue
		}
		if len(words) != 3 {
			return found, fmt.Errorf("a block opens with %q, not with a language, before or after, and a path", info)
		}
		file := txtar.File{Name: words[2], Data: block.Lines().Value(page)}
		switch words[1] {
		case "before":
			found.Before = append(found.Before, file)
		case "after":
			found.After = append(found.After, file)
		default:
			return found, fmt.Errorf("a block opens with %q: it is before or after the mending", info)
		}
	}
	return found, nil
}

// leftToHost are the checks whose mended example can only be half of the mending,
// with what the host has to say for the other half.
var leftToHost = map[string]string{
	"secret-outside-environment": "who may use the environment",
	"signing-key-exposed":        "who may use the environment",
}

// RunPages holds the pages of checks to their examples: the check fails on what is
// shown as before, and finds nothing in what is shown as after.
func RunPages(t *testing.T, register []*audit.Check) {
	for _, check := range register {
		t.Run(check.ID, func(t *testing.T) {
			examples, err := ReadExamples(check)
			if err != nil {
				t.Fatal(err)
			}
			holdExample(t, check, "before", examples.Before, audit.Failed)
			mended := []audit.Outcome{audit.Passed, audit.NotApplicable}
			if leftToHost[check.ID] != "" {
				mended = []audit.Outcome{audit.NotAssessed}
			}
			holdExample(t, check, "after", examples.After, mended...)
		})
	}
}

func holdExample(t *testing.T, check *audit.Check, side string, files []txtar.File, want ...audit.Outcome) {
	if len(files) == 0 {
		return // internal/house says which pages may do without
	}
	result := audit.Run([]*audit.Check{check}, collect(t, files))[0]
	if len(result.Gaps) > 0 {
		t.Errorf("the example %s cannot be read: %v", side, result.Gaps)
	}
	if !slices.Contains(want, result.Outcome) {
		t.Errorf("the example %s is %s, want %q: %q", side, result.Outcome, want, Say(result))
	}
}
