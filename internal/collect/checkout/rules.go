package checkout

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/gitignore"
)

// maxMatches is how often a path is held against a rule, about three seconds' worth.
const maxMatches = 20_000_000

var errManyRules = fmt.Errorf("%w, and the ignore rules are too many to follow without", errNoProgram)

// maxRuleFile is how many bytes an ignore file may have; honest ones have a tenth.
const maxRuleFile = 64 << 10

// rules are git's ignore rules, for where there is no git program. Those of deeper
// folders outrank those above.
type rules struct {
	patterns []gitignore.Pattern
	matches  int // so far
}

// rules are those that hold in the folder that is looked at.
func (l *library) rules(tree *os.Root) *rules {
	var all rules
	if info, err := l.storage.Filesystem().Stat("info/exclude"); err == nil && info.Mode().IsRegular() {
		if file, err := l.storage.Filesystem().Open("info/exclude"); err == nil {
			all.add(file, nil)
			file.Close()
		}
	}
	all.read(tree, ".")
	if l.below == "." {
		return &all
	}
	at := ""
	for part := range strings.SplitSeq(l.below, "/") {
		at = path.Join(at, part)
		all.read(tree, at)
	}
	return &all
}

// read takes a folder's own ignore file. A link is not followed, as by git.
func (r *rules) read(tree *os.Root, folder string) {
	name := filepath.FromSlash(path.Join(folder, ".gitignore"))
	if info, err := tree.Lstat(name); err != nil || !info.Mode().IsRegular() {
		return // there is none
	}
	file, err := tree.Open(name)
	if err != nil {
		return // it hides nothing
	}
	defer file.Close()
	var domain []string
	if folder != "." {
		domain = strings.Split(folder, "/")
	}
	r.add(file, domain)
}

func (r *rules) add(file io.Reader, domain []string) {
	content, err := io.ReadAll(io.LimitReader(file, maxRuleFile+1))
	if err != nil {
		return // it hides nothing
	}
	if len(content) > maxRuleFile {
		r.matches = maxMatches + 1
		return
	}
	lines := bufio.NewScanner(bytes.NewReader(content))
	for lines.Scan() {
		line := lines.Text()
		if strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "#") {
			r.patterns = append(r.patterns, gitignore.ParsePattern(line, domain))
		}
	}
}

func (r *rules) hide(name string, folder bool) bool {
	r.matches += len(r.patterns)
	return gitignore.NewMatcher(r.patterns).Match(strings.Split(name, "/"), folder)
}
