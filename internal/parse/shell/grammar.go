package shell

import (
	"errors"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/sealvet/sealvet/internal/evidence"
)

// The parser is recursive and knows no limit of its own: text that could nest
// deep enough to exhaust the stack is read line by line instead.
const (
	maxParse    = 512 << 10
	maxBrackets = 20_000
	maxResumes  = 50
	maxSalvaged = 4 << 20 // bytes parsed again
)

// chunk is a run of statements that parsed; their offsets count from base.
type chunk struct {
	stmts []*syntax.Stmt
	base  int
}

var variants = map[evidence.Shell][]syntax.LangVariant{
	evidence.POSIX: {syntax.LangPOSIX, syntax.LangBash, syntax.LangZsh},
	evidence.Bash:  {syntax.LangBash, syntax.LangZsh},
}

// readShell parses a unit and walks what parsed. A script that is not of its
// own dialect but of the next is no problem.
func (r *reader) readShell(u unit, shell evidence.Shell, sc scope) (success []int) {
	chunks := r.parse(u, shell)
	w := r.walker(u, sc)
	w.survey(chunks)
	for _, one := range chunks {
		w.base = one.base
		success = w.stmts(one.stmts).success
	}
	return success
}

func (r *reader) parse(u unit, shell evidence.Shell) []chunk {
	var first error
	if parseable(u.masked) {
		for _, variant := range variants[shell] {
			stmts, err := parse(u.masked, variant)
			if err == nil {
				return []chunk{{stmts, 0}}
			}
			if first == nil || variant == syntax.LangBash {
				first = err // sh is told what bash makes of it
			}
		}
	} else {
		first = errors.New("too large or too deeply nested to be parsed as a whole")
	}
	at, reason := place(first)
	at = min(at, len(u.text.Value))
	r.problem(u.text.Slice(at, lineEnd(u.text.Value, at)).Errorf("shell script does not parse: %s", reason))
	return salvage(u.masked)
}

func parseable(s string) bool {
	if len(s) > maxParse {
		return false
	}
	return strings.Count(s, "(")+strings.Count(s, "{") <= maxBrackets
}

// parse gives the statements before the first error too. The parser panics on
// some byte sequences that are no shell; that is an error like any other.
func parse(s string, variant syntax.LangVariant) (stmts []*syntax.Stmt, err error) {
	defer func() {
		if recover() != nil {
			stmts, err = nil, errors.New("the parser gave up")
		}
	}()
	for stmt, problem := range syntax.NewParser(syntax.Variant(variant)).StmtsSeq(strings.NewReader(s)) {
		if problem != nil {
			return stmts, problem
		}
		stmts = append(stmts, stmt)
	}
	return stmts, nil
}

// salvage reads what it can of a script that does not parse: it leaves out the
// line at which a statement fails and goes on behind it, and after too many of
// those takes each line for itself.
func salvage(s string) []chunk {
	var chunks []chunk
	at := 0 // where the part that is not read yet begins
	if parseable(s) {
		for n, parsed := 0, 0; n < maxResumes && parsed < maxSalvaged; n++ {
			parsed += len(s) - at
			stmts, err := parse(s[at:], syntax.LangBash)
			chunks = append(chunks, chunk{stmts, at})
			if err == nil {
				return chunks
			}
			if n := len(stmts); n > 0 {
				at = min(at+int(stmts[n-1].End().Offset()), len(s))
			}
			if at = logicalEnd(s, statementStart(s, at)); at >= len(s) {
				return chunks
			}
		}
	}
	for at < len(s) {
		end := logicalEnd(s, at)
		if line := s[at:end]; parseable(line) && strings.TrimSpace(line) != "" {
			if stmts, err := parse(line, syntax.LangBash); err == nil {
				chunks = append(chunks, chunk{stmts, at})
			}
		}
		at = end
	}
	return chunks
}

// statementStart skips what may stand between two statements.
func statementStart(s string, at int) int {
	for at < len(s) {
		switch s[at] {
		case ' ', '\t', '\r', '\n', ';', '&', '|':
			at++
		case '#':
			at = lineEnd(s, at)
		default:
			return at
		}
	}
	return at
}

// logicalEnd is the start of the line after the one at an offset, where a line
// that ends in a backslash goes on.
func logicalEnd(s string, at int) int {
	for {
		end := lineEnd(s, at)
		if end == len(s) {
			return end
		}
		if end == at || strings.TrimSuffix(s[at:end], "\r") == "" || !strings.HasSuffix(strings.TrimSuffix(s[at:end], "\r"), `\`) {
			return end + 1
		}
		at = end + 1
	}
}

func lineEnd(s string, at int) int {
	if i := strings.IndexByte(s[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(s)
}

// place takes a parser's error apart.
func place(err error) (offset int, reason string) {
	var wrong syntax.ParseError
	var dialect syntax.LangError
	switch {
	case errors.As(err, &wrong):
		return int(wrong.Pos.Offset()), wrong.Text
	case errors.As(err, &dialect):
		return int(dialect.Pos.Offset()), dialect.Feature + " is not part of this shell"
	}
	return 0, err.Error()
}
