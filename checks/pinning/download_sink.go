package pinning

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// interpreters run a file that they are given, or what they read. The value
// lists the flags after which the next word is code, not a file.
var interpreters = map[string]string{
	"sh": "-c", "bash": "-c", "dash": "-c", "ash": "-c", "zsh": "-c", "ksh": "-c", "fish": "-c",
	"python": "-c -m", "python2": "-c -m", "python3": "-c -m", "pypy3": "-c -m",
	"node": "-e -p --eval --print -r --require", "bun": "-e", "deno": "",
	"perl": "-e -ne -pe -i -pi -lne -n -p", "ruby": "-e", "php": "-r", "lua": "-e", "osascript": "-e",
	"pwsh": "-c -command -Command", "powershell": "-c -command -Command",
	"iex": "", "invoke-expression": "", "source": "", ".": "", "eval": "", "java": "-cp -classpath", "rscript": "-e", "groovy": "-e",
	"bunx": "", "tclsh": "", "ksh93": "-c",
}

// sink notes where a command runs or installs something that was downloaded.
func (m *machine) sink(i int, in flow) {
	c := &m.script.Commands[i]
	if len(c.Words) == 0 {
		return
	}
	program, first := programOf(c), c.Words[0]
	if run := m.ran(c, first); len(run) > 0 {
		m.used(i, c.At, run, "run")
	}
	if !first.Known && len(in.bytes) > 0 && variable(first) != "" && len(c.Words) == 1 {
		m.doubted(in.bytes, c.At)
	}
	if code, ok := interpreters[program]; ok {
		m.interpreted(i, c, code, in)
		return
	}
	switch program {
	case "chmod":
		if m.executable(c) {
			for _, word := range c.Words[2:] {
				if held := m.held(c.Dir, word.Value); len(held) > 0 {
					m.used(i, c.At, held, "made executable")
				}
			}
		}
	case "tar", "bsdtar", "unzip", "7z", "7za", "expand-archive", "ditto", "cpio":
		m.unpack(i, c, in)
	case "install", "cp", "mv", "ln", "tee", "dd", "move-item", "copy-item", "move", "copy":
		m.placed(i, c, in)
	default:
		m.installed(i, c)
	}
}

// ran is what the first word of a command starts: a downloaded file, or the
// output of $(...).
func (m *machine) ran(c *evidence.Command, first evidence.Word) []*download {
	if f := m.result(first); len(first.Runs) > 0 && len(f.bytes) > 0 {
		return f.bytes
	}
	if name := variable(first); name != "" {
		if f, ok := m.variables[name]; ok && len(f.bytes) > 0 {
			return f.bytes
		}
	}
	if strings.ContainsAny(first.Value, `/\`) || strings.HasPrefix(first.Value, "$") {
		return m.held(c.Dir, first.Value)
	}
	if ordinary[first.Value] {
		return nil
	}
	// by its bare name: what lies here, or where it was saved under that name
	if held := m.files[keyOf(c.Dir, first.Value)]; len(held) > 0 {
		return held
	}
	return nil
}

// ordinary names are programs of every system: a file of such a name that was
// downloaded is not what they start.
var ordinary = map[string]bool{
	"test": true, "[": true, "cat": true, "echo": true, "node": true, "python": true, "python3": true, "make": true, "install": true,
	"tar": true, "curl": true, "wget": true, "git": true, "cd": true, "ls": true, "bash": true, "sh": true, "data": true,
}

// interpreted looks at what an interpreter is given to run.
func (m *machine) interpreted(i int, c *evidence.Command, code string, in flow) {
	for n := 1; n < len(c.Words); n++ {
		word := c.Words[n]
		if isFlag(word.Value) && len(word.Runs) == 0 {
			if strings.Contains(" "+code+" ", " "+word.Value+" ") || code == "-c" && strings.HasPrefix(word.Value, "-") && !strings.HasPrefix(word.Value, "--") && strings.Contains(word.Value, "c") {
				if n+1 < len(c.Words) {
					m.code(i, c, c.Words[n+1])
				}
				return
			}
			if word.Value == "-s" {
				break // the words behind it are arguments of what is read
			}
			continue
		}
		if word.Value == "-" || word.Value == "/dev/stdin" {
			break
		}
		if strings.HasPrefix(word.Value, "<(") || programOf(c) == "eval" || programOf(c) == "iex" || programOf(c) == "invoke-expression" {
			m.code(i, c, word)
			return
		}
		if programOf(c) == "deno" && (word.Value == "run" || word.Value == "install" || word.Value == "eval") || programOf(c) == "bun" && word.Value == "run" {
			continue
		}
		if held := m.held(c.Dir, word.Value); len(held) > 0 {
			m.used(i, c.At, held, "run")
		} else if programOf(c) == "deno" && strings.Contains(word.Value, "://") && !isHere(word.Value) {
			m.used(i, c.At, m.direct(c, word.Value), "run") // deno runs an address
		}
		return
	}
	if len(in.bytes) > 0 && !viaXargs(c) {
		m.used(i, c.At, in.bytes, "run")
	}
}

// code looks at a word that is run as a program text: all of it must come
// from the download, for a script that only mentions one does not run it.
func (m *machine) code(i int, c *evidence.Command, word evidence.Word) {
	value := strings.TrimSpace(word.Value)
	if !strings.HasPrefix(value, "$(") && !strings.HasPrefix(value, "`") && !strings.HasPrefix(value, "<(") && !strings.HasPrefix(value, "(") && variable(word) == "" && !strings.HasPrefix(value, "$((") {
		return
	}
	if f := m.result(word); len(f.bytes) > 0 {
		m.used(i, c.At, f.bytes, "run")
	}
}

func isFlag(s string) bool { return len(s) > 1 && (s[0] == '-' || s[0] == '+') }

func viaXargs(c *evidence.Command) bool {
	for _, via := range c.Via {
		if via == "xargs" {
			return true
		}
	}
	return false
}

// used notes that downloads are run here. The first use counts, but being made
// executable only until something runs or installs it.
func (m *machine) used(i int, at evidence.Location, what []*download, how string) {
	weak := how == "made executable"
	for _, d := range what {
		if d.use != nil && (!d.use.weak || weak) {
			continue
		}
		verified := m.heeded(d, i)
		if d.use != nil && d.use.verified && !verified {
			continue // checked before it was made executable
		}
		d.use = &use{at: at, how: how, weak: weak, verified: verified}
	}
}

func (m *machine) doubted(what []*download, at evidence.Location) {
	for _, d := range what {
		if d.use == nil {
			d.use = &use{at: at, doubt: true}
		}
	}
}
