package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// word is one argument under work: its value with places, and the parts of it
// that only the run knows.
type word struct {
	text    text.Text
	unknown bool
	opaque  []span
	runs    []int
}

func (w word) evidence() evidence.Word {
	return evidence.Word{Value: w.text.Value, Known: !w.unknown, At: w.text.At(), Runs: w.runs}
}

// given is a word that no shell takes apart.
func (r *reader) given(t text.Text) word {
	w := word{text: t}
	for _, one := range r.expressions(t.Value) {
		w.unknown = true
		w.opaque = append(w.opaque, one)
	}
	return w
}

// unit is the word as a script of its own.
func (w word) unit() unit { return mask(w.text, w.opaque) }

// quoting says which characters of a literal are special.
type quoting uint8

const (
	bare quoting = iota
	double
	here    // body of a here-document
	hereTab // the same of <<-
	raw     // single quotes
	dollar  // $'...'
)

// fields puts words together from the parts of one syntax.Word. An unquoted
// variable can make several of one.
type fields struct {
	done    []word
	builder text.Builder
	current word
	open    bool // there is a word, though it may be empty
	whole   bool // the shell makes exactly one word of it
}

func (f *fields) add(value string, origin text.Text) {
	f.builder.Append(value, origin)
	f.open = true
}

func (f *fields) addUnknown(as text.Text, runs []int) {
	start := f.builder.Len()
	f.add(as.Value, as)
	f.current.unknown = true
	f.current.runs = append(f.current.runs, runs...)
	if end := f.builder.Len(); end > start {
		f.current.opaque = append(f.current.opaque, span{start: start, end: end, runs: runs})
	}
}

func (f *fields) split() {
	if !f.open {
		return
	}
	f.current.text = f.builder.Text()
	f.done = append(f.done, f.current)
	f.builder, f.current, f.open = text.Builder{}, word{}, false
}

// values evaluates a word; the commands in it stand within the given one.
func (w *walker) values(x *syntax.Word, within int) []word {
	if x == nil {
		return nil
	}
	var f fields
	w.parts(&f, x.Parts, bare, within)
	if f.open && f.builder.Len() == 0 { // "" is a word
		f.builder.Append("", w.slice(w.offset(x.Pos()), w.offset(x.Pos())))
	}
	f.split()
	return f.done
}

// value evaluates a word that the shell does not split: an assignment, the
// target of a redirection.
func (w *walker) value(x *syntax.Word, mode quoting, within int) word {
	if x == nil {
		return word{}
	}
	f := fields{whole: true, open: true}
	w.parts(&f, x.Parts, mode, within)
	if f.builder.Len() == 0 {
		f.builder.Append("", w.slice(w.offset(x.Pos()), w.offset(x.Pos())))
	}
	f.split()
	return f.done[0]
}

func (w *walker) parts(f *fields, parts []syntax.WordPart, mode quoting, within int) {
	for _, part := range parts {
		from, to := w.offset(part.Pos()), w.offset(part.End())
		switch x := part.(type) {
		case *syntax.Lit:
			w.literal(f, from, to, mode)
		case *syntax.SglQuoted:
			f.open = true
			if x.Dollar {
				w.literal(f, from+2, to-1, dollar)
			} else {
				w.literal(f, from+1, to-1, raw)
			}
		case *syntax.DblQuoted:
			f.open = true
			w.parts(f, x.Parts, double, within)
		case *syntax.ParamExp:
			w.param(f, x, mode, within)
		case *syntax.CmdSubst:
			f.addUnknown(w.slice(from, to), w.substitution(x.Stmts, within))
		case *syntax.ProcSubst:
			f.addUnknown(w.slice(from, to), w.substitution(x.Stmts, within))
		case *syntax.ArithmExp:
			f.addUnknown(w.slice(from, to), w.inside(x, within))
		default:
			f.addUnknown(w.slice(from, to), nil)
		}
	}
}

// literal adds plain text, with its escapes resolved and what is opaque in it
// left as written.
func (w *walker) literal(f *fields, from, to int, mode quoting) {
	if from > to {
		return
	}
	if mode == bare && !f.whole && expands(w.masked[from:to]) {
		f.current.unknown = true // a pattern of file names, or braces
	}
	next := w.opaqueFrom(from)
	for at := from; at < to; {
		if next < len(w.opaque) && w.opaque[next].start <= at {
			one := w.opaque[next]
			end := min(one.end, to)
			next++
			if whole := w.slice(at, end); one.known && at == one.start && w.affords(len(one.value)) {
				f.add(one.value, whole)
			} else {
				f.addUnknown(whole, one.runs)
			}
			at = end
			continue
		}
		stop := to
		if next < len(w.opaque) {
			stop = min(stop, w.opaque[next].start)
		}
		at = w.run(f, at, stop, mode)
	}
}

// run adds plain text up to stop, where nothing is opaque.
func (w *walker) run(f *fields, at, stop int, mode quoting) int {
	s := w.text.Value
	for at < stop {
		end := stop
		if i := strings.IndexByte(s[at:stop], '\\'); i >= 0 && mode != raw {
			end = at + i
		}
		if mode == hereTab {
			if i := strings.Index(s[at:end], "\n\t"); i >= 0 {
				end = at + i + 1
			}
			tabs := at
			if at == 0 || s[at-1] == '\n' {
				for tabs < end && s[tabs] == '\t' {
					tabs++
				}
			}
			at = tabs
		}
		if end > at {
			f.add(s[at:end], w.slice(at, end))
			at = end
		}
		if at < stop && s[at] == '\\' && mode != raw {
			at = w.escape(f, at, stop, mode)
		}
	}
	return at
}

// escape adds what a backslash and the byte behind it mean.
func (w *walker) escape(f *fields, at, stop int, mode quoting) int {
	s := w.text.Value
	if at+1 >= stop {
		f.add(s[at:stop], w.slice(at, stop))
		return stop
	}
	next := s[at+1]
	pair := w.slice(at, at+2)
	if next == '\r' && at+2 < stop && s[at+2] == '\n' {
		return at + 3
	}
	switch {
	case next == '\n' && mode != dollar:
		// the line goes on
	case mode == bare:
		f.add(s[at+1:at+2], pair.Slice(1, 2))
	case mode == dollar && strings.IndexByte("ntr\\'\"", next) >= 0:
		f.add(strings.NewReplacer("n", "\n", "t", "\t", "r", "\r").Replace(s[at+1:at+2]), pair)
	case mode != dollar && (strings.IndexByte("$`\\", next) >= 0 || mode == double && next == '"'):
		f.add(s[at+1:at+2], pair.Slice(1, 2))
	default:
		f.add(pair.Value, pair)
	}
	return at + 2
}

// expands says whether a bare literal is a pattern for the run to fill in.
func expands(s string) bool {
	if strings.IndexByte(s, '*') >= 0 {
		return true
	}
	open := strings.IndexByte(s, '{')
	if open < 0 {
		return false
	}
	end := strings.IndexByte(s[open:], '}')
	if end < 0 {
		return false
	}
	inner := s[open : open+end]
	return strings.Contains(inner, ",") || strings.Contains(inner, "..")
}

// substitution walks the commands of $(...) and tells which they are.
func (w *walker) substitution(stmts []*syntax.Stmt, within int) []int {
	first := len(w.script.Commands)
	w.apart(func() {
		w.within, w.input, w.errexit = within, 0, false
		w.stmts(stmts)
	})
	return w.since(first, within)
}

// since lists the commands from an index on that stand directly within one.
func (w *walker) since(first, within int) []int {
	var runs []int
	for i := first; i < len(w.script.Commands); i++ {
		if w.script.Commands[i].Within == within {
			runs = append(runs, i+1)
		}
	}
	return runs
}

// inside walks the command substitutions somewhere within a node whose own
// value nobody works out.
func (w *walker) inside(node syntax.Node, within int) []int {
	var runs []int
	syntax.Walk(node, func(inner syntax.Node) bool {
		switch x := inner.(type) {
		case *syntax.CmdSubst:
			runs = append(runs, w.substitution(x.Stmts, within)...)
			return false
		case *syntax.ProcSubst:
			runs = append(runs, w.substitution(x.Stmts, within)...)
			return false
		}
		return true
	})
	return runs
}

// affords keeps count of what variables add to the text, so that a script
// cannot blow up by doubling a value again and again.
func (r *reader) affords(size int) bool {
	if r.filled+size > maxFilled {
		return false
	}
	r.filled += size
	return true
}
