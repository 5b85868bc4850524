package pinning

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// programOf is the program of a command in lower case, for PowerShell does not
// care and elsewhere the case tells no two of them apart.
func programOf(c *evidence.Command) string { return strings.ToLower(c.Program()) }

// keyOf names a file of the machine a script runs on, so that two ways to
// write it compare equal: ./x and x, ${HOME}/x and ~/x.
func keyOf(dir, name string) string {
	name = strings.ReplaceAll(name, `\`, "/")
	name = plainVariables(name)
	name = strings.TrimPrefix(name, "file://")
	if strings.HasPrefix(name, "/") || strings.HasPrefix(name, "~") || strings.HasPrefix(name, "$") || len(name) > 1 && name[1] == ':' {
		return path.Clean(name)
	}
	return path.Join("/", plainVariables(dir), name)[rooted(dir):]
}

// rooted keeps a leading slash only where the folder has one.
func rooted(dir string) int {
	if strings.HasPrefix(dir, "/") {
		return 0
	}
	return 1
}

// plainVariables writes ${NAME} and $env:NAME as $NAME, and the home folder as ~.
func plainVariables(s string) string {
	if !strings.Contains(s, "$") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '$' && i+1 < len(s) && s[i+1] == '{' {
			if end := strings.IndexByte(s[i:], '}'); end > 0 && isName(s[i+2:i+end]) {
				b.WriteString("$" + s[i+2:i+end])
				i += end
				continue
			}
		}
		b.WriteByte(s[i])
	}
	s = strings.ReplaceAll(b.String(), "$env:", "$")
	if s == "$HOME" || strings.HasPrefix(s, "$HOME/") {
		return "~" + s[len("$HOME"):]
	}
	return s
}

func isName(s string) bool {
	for _, c := range s {
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// inPath tells the folders that programs are looked up in.
func inPath(key string) bool {
	base := path.Base(strings.TrimRight(strings.ReplaceAll(key, `\`, "/"), "/"))
	return base == "bin" || base == "sbin"
}

// systemRoot tells the folders where an unpacked archive lands in use.
func systemRoot(key string) bool {
	return key == "/" || key == "/usr" || key == "/usr/local" || inPath(key)
}

// shared tells the folders that hold other things too, so that not every
// file below them is from one archive.
func shared(key string) bool {
	switch key {
	case "", ".", "/tmp", "/var/tmp", "~", "/opt", "/usr/local", "/usr", "/", "$RUNNER_TEMP", "$TMPDIR", "$GITHUB_WORKSPACE", "/root", "/app", "/src":
		return true
	}
	return false
}

// variable is the name of the variable that a word is nothing but.
func variable(word evidence.Word) string {
	s := plainVariables(word.Value)
	if len(s) > 1 && s[0] == '$' && isName(s[1:]) {
		return s[1:]
	}
	return ""
}
