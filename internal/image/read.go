// Package image assembles the container image of sealvet from its Dockerfile
// without a container engine, so that a test can hold the image to what the file
// promises. It knows the few instructions that the file needs and refuses others.
package image

import (
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// recipe is what a Dockerfile asks for.
type recipe struct {
	labels     map[string]string
	user       string
	workdir    string
	entrypoint []string
	copies     []copied
}

// copied is one COPY from the build context.
type copied struct {
	sources     []string
	destination string // absolute; ends in / where it is a folder
	mode        int64  // permission bits; 0 keeps those of the file
}

func read(dockerfile io.Reader) (*recipe, error) {
	parsed, err := parser.Parse(dockerfile)
	if err != nil {
		return nil, err
	}
	made := &recipe{labels: map[string]string{}}
	for i, node := range parsed.AST.Children {
		name := strings.ToUpper(node.Value)
		if (i == 0) != (name == "FROM") {
			return nil, fmt.Errorf("line %d: %s: one stage is known, which FROM begins", node.StartLine, name)
		}
		if err := made.take(name, node); err != nil {
			return nil, fmt.Errorf("line %d: %s: %w", node.StartLine, name, err)
		}
	}
	return made, nil
}

func (r *recipe) take(name string, node *parser.Node) error {
	words, err := wordsOf(node)
	if err != nil {
		return err
	}
	if len(node.Flags) > 0 && name != "COPY" {
		return fmt.Errorf("flag %s is not known", node.Flags[0])
	}
	switch {
	case name == "FROM" && len(words) == 1 && words[0] == "scratch":
	case name == "LABEL" && len(words)%3 == 0: // name, value, the sign between
		for i := 0; i < len(words); i += 3 {
			r.labels[words[i]] = words[i+1]
		}
	case name == "USER" && len(words) == 1:
		r.user = words[0]
	case name == "WORKDIR" && len(words) == 1 && path.IsAbs(words[0]):
		r.workdir = path.Clean(words[0])
	case name == "ENTRYPOINT" && node.Attributes["json"]:
		r.entrypoint = words
	case name == "COPY" && len(words) > 1:
		return r.copy(words, node.Flags)
	default:
		return fmt.Errorf("not known with %q", words)
	}
	return nil
}

func (r *recipe) copy(words, flags []string) error {
	last := len(words) - 1
	one := copied{sources: words[:last], destination: words[last]}
	if !path.IsAbs(one.destination) || len(one.sources) > 1 && !strings.HasSuffix(one.destination, "/") {
		return fmt.Errorf("the destination %s is no absolute folder", one.destination)
	}
	for _, flag := range flags {
		bits, is := strings.CutPrefix(flag, "--chmod=")
		mode, err := strconv.ParseInt(bits, 8, 64)
		if !is || err != nil || mode <= 0 || mode > 0o777 {
			return fmt.Errorf("flag %s is not known", flag)
		}
		one.mode = mode
	}
	r.copies = append(r.copies, one)
	return nil
}

// wordsOf are an instruction's arguments without their quotes. No variable is known.
func wordsOf(node *parser.Node) ([]string, error) {
	lex := shell.NewLex('\\')
	var words []string
	for next := node.Next; next != nil; next = next.Next {
		word := next.Value
		if !node.Attributes["json"] {
			plain, unset, err := lex.ProcessWord(word, shell.EnvsFromSlice(nil))
			if err != nil {
				return nil, err
			}
			if len(unset) > 0 {
				return nil, fmt.Errorf("variables are not known: %s", word)
			}
			word = plain
		}
		words = append(words, word)
	}
	return words, nil
}
