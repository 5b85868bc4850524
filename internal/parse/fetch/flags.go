package fetch

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// flag is one option of a command line, with its value if it has one.
type flag struct {
	name  string
	value evidence.Word
}

// arguments is a command line taken apart by a tool's flag grammar.
type arguments struct {
	words []evidence.Word // positional ones
	flags []flag
}

// grammar says how a tool reads its flags.
type grammar struct {
	valued string // flags that take the next word, separated by spaces
	first  bool   // stop at the first positional: the rest belongs to the program that is run
	long   bool   // one dash does as two: -Version is one flag, not seven
}

// split takes words apart. --name=value needs no grammar; "--" ends the flags.
func (g grammar) split(words []evidence.Word) arguments {
	var a arguments
	for i := 0; i < len(words); i++ {
		word := words[i]
		switch name, value, joined := strings.Cut(word.Value, "="); {
		case word.Value == "--":
			a.words = append(a.words, words[i+1:]...)
			return a
		case !g.long && isCluster(word.Value):
			if a.cluster(word, g) && i+1 < len(words) {
				i++
				a.flags[len(a.flags)-1].value = words[i]
			}
		case !strings.HasPrefix(word.Value, "-") || word.Value == "-":
			if a.words = append(a.words, word); g.first {
				a.words = append(a.words, words[i+1:]...)
				return a
			}
		case joined:
			tail := word
			tail.Value = value
			a.flags = append(a.flags, flag{name, tail})
		case g.takesValue(word.Value) && i+1 < len(words):
			i++
			a.flags = append(a.flags, flag{word.Value, words[i]})
		default:
			a.flags = append(a.flags, flag{name: word.Value})
		}
	}
	return a
}

// takesValue looks a flag up in the list as it is: most command lines hold few.
func (g grammar) takesValue(flag string) bool {
	for rest := g.valued; ; {
		at := strings.Index(rest, flag)
		if at < 0 || flag == "" {
			return false
		}
		end := at + len(flag)
		if (at == 0 || rest[at-1] == ' ') && (end == len(rest) || rest[end] == ' ') {
			return true
		}
		rest = rest[end:]
	}
}

// isCluster knows short flags that share a dash: -qr file, -dp 80:80, -j4.
func isCluster(word string) bool {
	return len(word) > 2 && word[0] == '-' && word[1] != '-'
}

// cluster takes short flags apart up to the first that has a value, which is
// the rest of the word or the next one; it says whether the next one is it.
func (a *arguments) cluster(word evidence.Word, g grammar) (next bool) {
	for i := 1; i < len(word.Value); i++ {
		if word.Value[i] == '=' {
			return false // -x=1 of a flag that has no value by the grammar
		}
		one := flag{name: "-" + word.Value[i:i+1]}
		if !g.takesValue(one.name) {
			a.flags = append(a.flags, one)
			continue
		}
		one.value = word
		one.value.Value = strings.TrimPrefix(word.Value[i+1:], "=")
		a.flags = append(a.flags, one)
		return one.value.Value == ""
	}
	return false
}

// has says whether any of the flags is given (and not switched off with =false).
func (a arguments) has(names ...string) bool {
	for _, f := range a.flags {
		for _, name := range names {
			if f.name == name && f.value.Value != "false" {
				return true
			}
		}
	}
	return false
}

// off says whether any of the flags is switched off by =false.
func (a arguments) off(names ...string) bool {
	for _, f := range a.flags {
		for _, name := range names {
			if f.name == name && f.value.Value == "false" {
				return true
			}
		}
	}
	return false
}

// values lists the values of any of the flags, in order.
func (a arguments) values(names ...string) []evidence.Word {
	var all []evidence.Word
	for _, f := range a.flags {
		for _, name := range names {
			if f.name == name && f.value.Value != "" {
				all = append(all, f.value)
			}
		}
	}
	return all
}

// value is the last value of any of the flags, or the zero word.
func (a arguments) value(names ...string) evidence.Word {
	all := a.values(names...)
	if len(all) == 0 {
		return evidence.Word{}
	}
	return all[len(all)-1]
}

// help says that the command only talks.
func (a arguments) help() bool {
	for _, f := range a.flags {
		if f.value.Value == "" && (f.name == "--help" || f.name == "-h" || f.name == "--version") {
			return true
		}
	}
	return false
}
