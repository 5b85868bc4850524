package jenkins

import (
	"strings"
	"unicode/utf8"

	"github.com/sealvet/sealvet/internal/parse/text"
)

// kind is the sort of a token.
type kind byte

const (
	name   kind = iota // a word: a name, a keyword, a number
	quoted             // a string of any style
	sign               // one character of punctuation
)

// token is one token of Groovy.
type token struct {
	kind  kind
	text  text.Text // as written
	value value     // of a string
	// first: it is the first of its line.
	first bool
	// match is the index of the bracket that closes this one, or that opens it.
	match int
	depth int // brackets that are open around it
}

const (
	maxTokens = 400_000
	maxDepth  = 200
)

// tokenizer walks one file.
type tokenizer struct {
	src    *text.Source
	data   string
	at     int
	tokens []token
	open   []int
	first  bool
}

// tokenize takes a file apart. What stands behind the first error is not read.
func tokenize(src *text.Source) ([]token, *text.Error) {
	t := &tokenizer{src: src, data: src.String(), first: true}
	t.at = len(t.data) - len(strings.TrimPrefix(t.data, "\uFEFF"))
	if strings.HasPrefix(t.data[t.at:], "#!") {
		t.at = t.lineEnd()
	}
	for t.at < len(t.data) {
		if err := t.next(); err != nil {
			t.closeAll()
			return t.tokens, err
		}
	}
	if n := len(t.open); n > 0 {
		open := t.tokens[t.open[n-1]].text
		t.closeAll()
		return t.tokens, open.Errorf("%s is never closed", open)
	}
	return t.tokens, nil
}

// closeAll ends what is still open at the end of what was read.
func (t *tokenizer) closeAll() {
	for _, i := range t.open {
		t.tokens[i].match = len(t.tokens)
	}
}

func (t *tokenizer) lineEnd() int {
	if n := strings.IndexByte(t.data[t.at:], '\n'); n >= 0 {
		return t.at + n
	}
	return len(t.data)
}

// next reads one token, or what stands between two.
func (t *tokenizer) next() *text.Error {
	rest := t.data[t.at:]
	switch c := rest[0]; {
	case c == '\n' || c == ';':
		t.first = true
		t.at++
	case c == ' ' || c == '\t' || c == '\r' || c == '\f':
		t.at++
	case strings.HasPrefix(rest, "\\\n"):
		t.at += 2 // the line goes on
	case strings.HasPrefix(rest, "\\\r\n"):
		t.at += 3
	case strings.HasPrefix(rest, "//"):
		t.at = t.lineEnd()
	case strings.HasPrefix(rest, "/*"):
		end := strings.Index(rest[2:], "*/")
		if end < 0 {
			return t.src.Errorf(t.at, t.at+2, "the comment is never closed")
		}
		t.at += 2 + end + 2
	case c == '\'' || c == '"' || c == '/' && t.slashy() || strings.HasPrefix(rest, "$/"):
		return t.string()
	case isNameByte(c) || c >= utf8.RuneSelf:
		end := 1
		for end < len(rest) && (isNameByte(rest[end]) || rest[end] >= utf8.RuneSelf) {
			end++
		}
		return t.add(token{kind: name}, end)
	default:
		return t.punctuation(c)
	}
	return nil
}

func isNameByte(c byte) bool {
	return c == '_' || c == '$' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func (t *tokenizer) add(one token, size int) *text.Error {
	if len(t.tokens) == maxTokens {
		return t.src.Errorf(t.at, t.at+size, "more than %d tokens: the rest is not read", maxTokens)
	}
	one.text = t.src.Text(t.at, t.at+size)
	one.first, t.first = t.first, false
	one.match, one.depth = -1, len(t.open)
	t.tokens = append(t.tokens, one)
	t.at += size
	return nil
}

func (t *tokenizer) punctuation(c byte) *text.Error {
	switch c {
	case '{', '(', '[':
		if len(t.open) == maxDepth {
			return t.src.Errorf(t.at, t.at+1, "brackets nested more than %d deep are not read", maxDepth)
		}
		if err := t.add(token{kind: sign}, 1); err != nil {
			return err
		}
		t.open = append(t.open, len(t.tokens)-1)
		return nil
	case '}', ')', ']':
		n := len(t.open)
		if n == 0 || t.data[t.at] != closes(t.tokens[t.open[n-1]].text.Value[0]) {
			return t.src.Errorf(t.at, t.at+1, "%c closes nothing", c)
		}
		i := t.open[n-1]
		t.open = t.open[:n-1]
		if err := t.add(token{kind: sign}, 1); err != nil {
			return err
		}
		t.tokens[i].match, t.tokens[len(t.tokens)-1].match = len(t.tokens)-1, i
		return nil
	}
	return t.add(token{kind: sign}, 1)
}

func closes(open byte) byte {
	switch open {
	case '{':
		return '}'
	case '(':
		return ')'
	}
	return ']'
}

// slashy tells /text/ from a division, which stands behind a value.
func (t *tokenizer) slashy() bool {
	if len(t.tokens) == 0 || t.first {
		return true
	}
	last := t.tokens[len(t.tokens)-1]
	switch {
	case last.kind == quoted:
		return false
	case last.kind == name:
		_, runs := shells[last.text.Value]
		return runs || last.text.Value == "return"
	}
	return !strings.Contains(")]}", last.text.Value)
}
