package pinning

import (
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

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

// hasWord says whether an argument of the command is one of these.
func hasWord(c *evidence.Command, any []string) bool {
	return slices.ContainsFunc(c.Words[1:], func(word evidence.Word) bool { return slices.Contains(any, word.Value) })
}

func installs(c *evidence.Command) bool {
	has := func(any ...string) bool { return hasWord(c, any) }
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
