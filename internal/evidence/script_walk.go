package evidence

import "strings"

// Program is the name of the program a command runs: no folder, no .exe, and
// lower case where the name is a Windows one. It is empty for a bare assignment.
func (c Command) Program() string {
	if len(c.Words) == 0 {
		return ""
	}
	return ProgramName(c.Words[0].Value)
}

// ProgramName is the name of a program as Program gives it.
func ProgramName(word string) string {
	name := word[strings.LastIndexAny(word, `/\`)+1:]
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		switch extension := strings.ToLower(name[i:]); extension {
		case ".exe", ".cmd", ".bat", ".com":
			return strings.ToLower(name[:i])
		}
	}
	if strings.ContainsRune(word, '\\') {
		return strings.ToLower(name)
	}
	return name
}
