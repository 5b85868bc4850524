package pinning

import (
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// A machine follows what was downloaded through the scripts that run on it one
// after the other: into files, through pipes and variables, until it is run.
type machine struct {
	tree      map[string]bool        // folders and files of the repository
	files     map[string][]*download // by key: what a file holds
	folders   map[string][]*download // by key: what was unpacked there
	variables map[string]flow
	verifiers map[string]bool // functions of the script, and whether they verify
	downloads []*download
	patterns  int // file name patterns looked up so far
	script    *evidence.Script
	idle      bool   // no job and no image build runs the script
	number    int    // of the script, from 0
	out       []flow // of the script's commands
}

// A download is one thing from the network and what became of it.
type download struct {
	from    string
	base    string // the file it was saved as, without folder; "" if piped
	at      evidence.Location
	anchor  string
	idle    bool
	use     *use
	checks  []checked // that compared it
	beside  *download // the checksum it was compared with, which came from the same place
	called  string    // the function of another file that may verify it, by its name
	ignored bool      // a check did compare it, and nobody heeds the outcome
}

// A use is the first place where a download is run or installed.
type use struct {
	at       evidence.Location
	how      string // run, installed, made executable
	weak     bool   // made executable only: a later run says more
	verified bool
	doubt    bool
}

// checked is a command that can tell other bytes.
type checked struct {
	script, command int
	function        string
	fatal           bool // the script ends if it fails
}

// flow is what comes out of a command: bytes of downloads, or their hashes.
type flow struct {
	bytes  []*download
	hashes []*download
}

func (f flow) and(other flow) flow {
	return flow{union(f.bytes, other.bytes), union(f.hashes, other.hashes)}
}

func union(a, b []*download) []*download {
	for _, d := range b {
		if !slices.Contains(a, d) {
			a = append(a[:len(a):len(a)], d)
		}
	}
	return a
}

// A script made to waste time must not: what is kept is bounded far above what
// people write.
const (
	maxPatterns = 200
	maxUnpacked = 50   // archives in one folder, the newest
	maxNeeded   = 1000 // commands followed back from one
	maxPending  = 200  // downloads that a check without names may be about, the newest
)

func newMachine(tree map[string]bool) *machine {
	return &machine{
		tree:  tree,
		files: make(map[string][]*download), folders: make(map[string][]*download), variables: make(map[string]flow),
	}
}

// treeOf is every file of the repository, and every folder.
func treeOf(seen *evidence.Snapshot) map[string]bool {
	tree := make(map[string]bool, 2*len(seen.Files))
	for _, file := range seen.Files {
		for name := file.Path; name != "." && name != "/" && !tree[name]; name = path.Dir(name) {
			tree[name] = true
		}
	}
	return tree
}

func (m *machine) run(script *evidence.Script, idle bool) {
	m.script, m.idle = script, idle
	m.out = make([]flow, len(script.Commands))
	m.verifiers = verifiersOf(script)
	for _, i := range m.order() {
		m.command(i)
	}
	m.number++
}

// order puts the commands within a word before the command whose word it is,
// for their output comes first. A script given to sh -c runs after it, which
// makes no difference to what it reads.
func (m *machine) order() []int {
	commands := m.script.Commands
	inner := make([][]int, len(commands)+1)
	for i, c := range commands {
		inner[c.Within] = append(inner[c.Within], i)
	}
	order := make([]int, 0, len(commands))
	var visit func(list []int)
	visit = func(list []int) {
		for _, i := range list {
			visit(inner[i+1])
			order = append(order, i)
		}
	}
	visit(inner[0])
	return order
}

func (m *machine) command(i int) {
	c := &m.script.Commands[i]
	in := m.input(c)
	if sources := sourcesOf(*c); len(sources) > 0 {
		m.fetch(i, sources)
		return
	}
	m.verify(i, in)
	m.sink(i, in)
	m.out[i] = m.through(c, in)
	m.assign(c)
	m.save(i, c, m.out[i])
}

// input is what a command reads from its standard input.
func (m *machine) input(c *evidence.Command) flow {
	var in flow
	if c.Input > 0 {
		in = m.out[c.Input-1]
	}
	for _, redir := range c.Redir {
		switch redir.Op {
		case "<":
			in = m.result(redir.Target).and(flow{bytes: m.held(c.Dir, redir.Target.Value)})
		case "<<", "<<<":
			in = m.assigned(redir.Target, redir.Target.Value)
		}
	}
	return in
}

// result is what the commands and variables inside a word put into it.
func (m *machine) result(word evidence.Word) flow {
	var f flow
	for _, run := range word.Runs {
		if !m.feeds(run) {
			f = f.and(m.out[run-1])
		}
	}
	_, rest, _ := strings.Cut(plainVariables(outerText(word)), "$")
	for name := range strings.SplitSeq(rest, "$") {
		end := strings.IndexFunc(name, func(c rune) bool { return !isName(string(c)) })
		if end < 0 {
			end = len(name)
		}
		f = f.and(m.variables[name[:end]])
		if lower := strings.ToLower(name[:end]); lower != name[:end] && m.script.Shell == evidence.PowerShell {
			f = f.and(m.variables[lower])
		}
	}
	return f
}

// outerText is a word without the commands in it, whose output is known by itself.
func outerText(word evidence.Word) string {
	if len(word.Runs) == 0 {
		return word.Value
	}
	var b strings.Builder
	depth := 0
	for i := 0; i < len(word.Value); i++ {
		switch c := word.Value[i]; {
		case (c == '$' || c == '<' || c == '>') && strings.HasPrefix(word.Value[i+1:], "("):
			depth++
			i++
		case c == '(' && depth > 0:
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth == 0:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// content is what a word gives to read where a file is asked for: only <(...)
// brings its own, a name that is made from a download does not.
func (m *machine) content(c *evidence.Command, word evidence.Word) []*download {
	if strings.HasPrefix(word.Value, "<(") {
		return m.result(word).bytes
	}
	return m.held(c.Dir, word.Value)
}

// feeds says whether a command's output goes into another of the same list.
func (m *machine) feeds(run int) bool {
	for i := run; i < len(m.script.Commands) && i < run+8; i++ {
		if m.script.Commands[i].Input == run {
			return true
		}
	}
	return false
}

// fetch notes what a command downloads, and where to.
func (m *machine) fetch(i int, sources []source) {
	c := &m.script.Commands[i]
	for _, one := range sources {
		if isHere(one.from) {
			continue // the machine's own: no download
		}
		d := &download{from: one.from, at: c.At, anchor: m.script.Anchor, idle: m.idle}
		m.downloads = append(m.downloads, d)
		if one.into == "" {
			m.out[i].bytes = append(m.out[i].bytes, d)
			continue
		}
		key := keyOf(c.Dir, one.into)
		d.base = path.Base(key)
		m.files[key] = append(m.unused(key), d)
		if inPath(path.Dir(key)) {
			m.used(i, c.At, []*download{d}, "installed")
		}
	}
}

// through is what a command puts out of what it reads: its input, and for a
// filter the files it names.
func (m *machine) through(c *evidence.Command, in flow) flow {
	program := programOf(c)
	if hashers[program] || program == "openssl" || program == "get-filehash" || program == "certutil" {
		hashed := in.bytes
		for _, word := range c.Words[1:] {
			hashed = union(hashed, m.content(c, word))
		}
		return flow{hashes: hashed}
	}
	out := in
	if filters[program] {
		for n, word := range c.Words[1:] {
			switch {
			case program == "echo" || program == "printf":
				out = out.and(m.result(word))
			case !pattern[program] || !isFlag(word.Value) && n > 0:
				out = out.and(flow{bytes: m.content(c, word)})
			}
		}
	}
	return out
}

var filters = map[string]bool{
	"cat": true, "echo": true, "printf": true, "grep": true, "egrep": true, "fgrep": true, "sed": true, "awk": true, "gawk": true, "head": true, "tail": true, "cut": true,
	"tr": true, "sort": true, "jq": true, "yq": true, "base64": true, "zcat": true, "gzcat": true, "xzcat": true, "tac": true,
	"get-content": true, "gc": true, "type": true, "select-string": true, "envsubst": true,
}

// pattern lists the filters whose first argument is no file.
var pattern = map[string]bool{
	"grep": true, "egrep": true, "fgrep": true, "sed": true, "awk": true, "gawk": true, "jq": true, "yq": true, "tr": true,
	"select-string": true,
}

// assign keeps what goes into variables.
func (m *machine) assign(c *evidence.Command) {
	for _, set := range c.Env {
		m.set(set.Name, m.assigned(set.Value, set.Value.Value))
	}
	switch programOf(c) {
	case "export", "local", "declare", "readonly", "typeset":
		for _, word := range c.Words[1:] {
			if name, value, ok := strings.Cut(word.Value, "="); ok {
				m.set(name, m.assigned(word, value))
			}
		}
	}
}

// assigned is what a value brings into a variable. One that merely mentions a
// download, such as a version read from it, does not hold its bytes.
func (m *machine) assigned(word evidence.Word, value string) flow {
	f := m.result(word)
	word.Value = value
	if variable(word) == "" && strings.TrimSpace(outerText(word)) != "" && m.script.Shell != evidence.PowerShell {
		f.bytes = nil
	}
	return f
}

func (m *machine) set(name string, f flow) {
	if len(f.bytes)+len(f.hashes) == 0 {
		delete(m.variables, name)
		return
	}
	m.variables[name] = f
}
