package pinning

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// unused is what a file may hold still: another branch, or a fallback, may have
// saved it under the same name.
func (m *machine) unused(key string) []*download {
	var kept []*download
	for _, d := range m.files[key] {
		if d.use == nil {
			kept = append(kept, d)
		}
	}
	return kept
}

// held is what a file holds: downloaded, or unpacked from what was.
func (m *machine) held(dir, name string) []*download {
	if name == "" || name[0] == '-' || strings.Contains(name, "://") {
		return nil
	}
	key := keyOf(dir, name)
	if strings.Contains(key, "*") {
		if m.patterns++; m.patterns > maxPatterns {
			return nil
		}
		var found []*download
		for _, file := range slices.Sorted(maps.Keys(m.files)) {
			if ok, err := path.Match(key, file); ok && err == nil {
				found = union(found, m.files[file])
			}
		}
		return found
	}
	if found := m.files[key]; len(found) > 0 {
		return found
	}
	if m.tree[key] {
		return nil // the repository's own
	}
	return m.unpacked(key)
}

// unpacked is the archive that a file below a folder comes from. In a folder
// that holds other things too, the file must bear the archive's name.
func (m *machine) unpacked(key string) []*download {
	if len(m.folders) == 0 {
		return nil
	}
	for folder := path.Dir(key); ; folder = path.Dir(folder) {
		if folder == "." {
			folder = ""
		}
		for _, d := range m.folders[folder] {
			if !shared(folder) && !m.tree[folder] || d.bears(strings.TrimPrefix(key[len(folder):], "/")) {
				return []*download{d}
			}
		}
		if folder == "" || folder == "/" || folder == "~" {
			return nil
		}
	}
}

// bears says whether a path has a part of the download's name in it: the
// program gitleaks in .../gitleaks_8.1.tar.gz.
func (d *download) bears(name string) bool {
	address := d.from
	if i := strings.Index(address, "://"); i >= 0 {
		_, address, _ = strings.Cut(address[i+3:], "/")
	}
	address = strings.ToLower("/" + address + "/" + d.base + "/")
	for part := range strings.SplitSeq(strings.ToLower(name), "/") {
		if part = strings.TrimSuffix(part, ".exe"); len(part) > 1 && namedIn(address, part) {
			return true
		}
	}
	return false
}

// namedIn says whether a name stands in an address as a word of its own.
func namedIn(address, name string) bool {
	for at := 0; ; {
		i := strings.Index(address[at:], name)
		if i < 0 {
			return false
		}
		start, end := at+i, at+i+len(name)
		if !letter(address[start-1]) && !letter(address[end]) {
			return true
		}
		at = end
	}
}

func letter(c byte) bool { return 'a' <= c && c <= 'z' }

// save follows output into files, and files into copies and folders.
func (m *machine) save(i int, c *evidence.Command, out flow) {
	for _, redir := range c.Redir {
		if !isOutput(redir.Op) {
			continue
		}
		key := keyOf(c.Dir, redir.Target.Value)
		m.write(key, out.bytes)
		if inPath(path.Dir(key)) {
			m.used(i, c.At, out.bytes, "installed")
		}
	}
	args := operands(c)
	switch programOf(c) {
	case "tee", "sponge", "set-content", "out-file":
		for _, name := range args {
			m.write(keyOf(c.Dir, name), out.bytes)
		}
	case "cp", "mv", "ln", "install", "rsync", "copy", "move", "move-item", "copy-item":
		if len(args) > 1 {
			into := keyOf(c.Dir, args[len(args)-1])
			for _, name := range args[:len(args)-1] {
				held := m.held(c.Dir, name)
				m.write(into, held)
				m.write(path.Join(into, path.Base(name)), held)
			}
		}
	case "gunzip", "unxz", "bunzip2", "gzip", "xz", "bzip2", "zstd", "unzstd":
		for _, name := range args {
			key := keyOf(c.Dir, name)
			m.write(strings.TrimSuffix(key, path.Ext(key)), m.held(c.Dir, name))
		}
	}
}

func (m *machine) write(key string, held []*download) {
	if len(held) > 0 {
		m.files[key] = held
	} else {
		delete(m.files, key)
	}
}

// operands are the arguments that are no flags.
func operands(c *evidence.Command) []string {
	var names []string
	for i, word := range c.Words[min(1, len(c.Words)):] {
		if word.Value == "" || word.Value[0] == '-' {
			continue
		}
		if before := c.Words[i].Value; programOf(c) == "install" && (before == "-m" || before == "-o" || before == "-g" || before == "--mode" || before == "--owner" || before == "--group") {
			continue
		}
		names = append(names, word.Value)
	}
	return names
}
