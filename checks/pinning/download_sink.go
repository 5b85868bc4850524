package pinning

import (
	"path"
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
	if first.Known == false && len(in.bytes) > 0 && variable(first) != "" && len(c.Words) == 1 {
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

// executable says whether a chmod sets an x.
func (m *machine) executable(c *evidence.Command) bool {
	if len(c.Words) < 3 {
		return false
	}
	for _, word := range c.Words[1:] {
		mode := word.Value
		if _, set, ok := strings.Cut(mode, "+"); ok && strings.ContainsRune(set, 'x') {
			return true
		}
		if _, set, ok := strings.Cut(mode, "="); ok && strings.ContainsRune(set, 'x') {
			return true
		}
		if len(mode) >= 3 && len(mode) <= 4 && strings.Trim(mode, "01234567") == "" {
			return strings.ContainsAny(mode[len(mode)-3:], "1357")
		}
	}
	return false
}

// unpack follows an archive into the folder it is unpacked in.
func (m *machine) unpack(i int, c *evidence.Command, in flow) {
	from, into, listing := in.bytes, "", false
	for n := 1; n < len(c.Words); n++ {
		value := c.Words[n].Value
		switch flag := strings.TrimLeft(value, "-"); {
		case programOf(c) == "tar" && n == 1 && strings.ContainsAny(flag, "tc") && !strings.ContainsAny(flag, "x") && !strings.HasPrefix(value, "--"):
			listing = true
		case value == "-C" || value == "-d" || value == "--directory" || strings.EqualFold(value, "-DestinationPath"):
			if n+1 < len(c.Words) {
				n++
				into = c.Words[n].Value
			}
		case strings.HasPrefix(value, "--directory="):
			into = value[len("--directory="):]
		case strings.HasPrefix(value, "-C") && programOf(c) != "unzip" && len(value) > 2:
			into = value[2:]
		case strings.HasPrefix(value, "-o") && strings.HasPrefix(programOf(c), "7z") && len(value) > 2:
			into = value[2:]
		default:
			from = union(from, m.content(c, c.Words[n]))
		}
	}
	if len(from) == 0 || listing {
		return
	}
	folder := keyOf(c.Dir, into)
	if systemRoot(folder) {
		m.used(i, c.At, from, "unpacked into "+folder)
		return
	}
	all := union(m.folders[folder], from)
	m.folders[folder] = all[max(0, len(all)-maxUnpacked):]
}

// placed looks at a file that is put among the programs.
func (m *machine) placed(i int, c *evidence.Command, in flow) {
	args := operands(c)
	if programOf(c) == "tee" || programOf(c) == "dd" {
		for _, name := range args {
			if name = strings.TrimPrefix(name, "of="); inPath(path.Dir(keyOf(c.Dir, name))) && len(in.bytes) > 0 {
				m.used(i, c.At, in.bytes, "installed")
			}
		}
		return
	}
	into, names := "", args
	for n, word := range c.Words {
		if (word.Value == "-t" || strings.EqualFold(word.Value, "-Destination")) && n+1 < len(c.Words) {
			into = c.Words[n+1].Value
		}
	}
	if into == "" && len(args) > 1 {
		into, names = args[len(args)-1], args[:len(args)-1]
	}
	key := keyOf(c.Dir, into)
	if into == "" || !inPath(key) && !inPath(path.Dir(key)) {
		return
	}
	for _, name := range names {
		if held := m.held(c.Dir, name); len(held) > 0 {
			m.used(i, c.At, held, "installed")
		}
	}
}

// installed looks at the programs that install a package file.
func (m *machine) installed(i int, c *evidence.Command) {
	if !installs(c) {
		return
	}
	for n, word := range c.Words[1:] {
		held := m.held(c.Dir, word.Value)
		if len(held) == 0 && n > 0 && strings.Contains(word.Value, "://") && directly[programOf(c)] && !isHere(word.Value) {
			held = m.direct(c, word.Value)
		}
		if len(held) > 0 {
			m.used(i, c.At, held, "installed")
		}
	}
}

// direct is a download by the very program that runs or installs it.
func (m *machine) direct(c *evidence.Command, from string) []*download {
	d := &download{from: from, at: c.At, anchor: m.script.Anchor, idle: m.idle}
	m.downloads = append(m.downloads, d)
	return []*download{d}
}

// directly lists the installers that take an address and check nothing: rpm
// and its front ends do not verify a package given so.
var directly = map[string]bool{"rpm": true, "dnf": true, "yum": true, "microdnf": true, "zypper": true, "msiexec": true}

func installs(c *evidence.Command) bool {
	has := func(list ...string) bool {
		for _, word := range c.Words[1:] {
			for _, one := range list {
				if word.Value == one {
					return true
				}
			}
		}
		return false
	}
	switch programOf(c) {
	case "dpkg":
		return has("-i", "--install", "-x", "--unpack", "-iE")
	case "apt", "apt-get", "aptitude", "dnf", "yum", "microdnf", "zypper", "pip", "pip3", "npm", "pnpm", "yarn", "bun", "gem", "brew", "snap", "flatpak", "uv", "pipx", "conda", "dotnet", "cargo", "code":
		return has("install", "localinstall", "add", "i", "in", "--install-extension", "-i", "global", "tool", "reinstall")
	case "python", "python3", "py":
		return has("pip")
	case "rpm":
		for _, word := range c.Words[1:] {
			if v := word.Value; v == "--install" || v == "--upgrade" || len(v) > 1 && v[0] == '-' && v[1] != '-' && strings.ContainsAny(v, "iUF") && !strings.ContainsAny(v, "qK") {
				return true
			}
		}
		return false
	case "apk":
		return has("add")
	case "installer", "msiexec", "gdebi", "start-process", "start", "saps", "hdiutil", "add-appxpackage", "install-package", "import-module", "sudo-installer":
		return true
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
