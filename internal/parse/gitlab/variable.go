package gitlab

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
)

const (
	maxVariables = 200
	maxValue     = 1 << 10
)

// constants are variables of known value, and where it is written.
type constants map[string]evidence.Text

// values are the constants as package shell takes them.
func (c constants) values() map[string]string {
	values := make(map[string]string, len(c))
	for name, one := range c {
		values[name] = one.Value
	}
	return values
}

// addVariables keeps the constants of a variables: block. A value that names a
// variable GitLab sets is none, and hides an older constant.
func (r *reader) addVariables(into constants, block *doc.Node) {
	for name, node := range r.follow(block).All() {
		if node = r.follow(node); node != nil && node.Kind == doc.Map {
			node = node.Get("value")
		}
		value, _, open := r.fill(node.String(), into)
		if open != "" || node.String() == "" || len(value) > maxValue || len(into) >= maxVariables {
			delete(into, name.Value)
			continue
		}
		into[name.Value] = evidence.Text{Value: value, At: node.Text.At()}
	}
}

// variables are the constants that hold in a job.
func (r *reader) variables(j job) constants {
	all := maps.Clone(r.global)
	for i := len(j.line) - 1; i >= 0; i-- {
		r.addVariables(all, r.jobs[j.line[i]].node.Get("variables"))
	}
	return all
}

const maxVariants = 50

// variants are the variables of each run of a job: one, or what its matrix makes
// of it. Values are tried one by one, not each with each.
func (r *reader) variants(j job) []constants {
	base := r.variables(j)
	parallel, _ := r.setting(j, "parallel")
	variants := []constants{base}
	given := make(map[string]bool)
	for _, entry := range r.follow(parallel.Get("matrix")).List() {
		for name, values := range r.follow(entry).All() {
			for i, value := range r.follow(values).Strings() {
				if i == 0 && !given[name.Value] {
					given[name.Value] = true
					base[name.Value] = value.Located()
					continue
				}
				if len(variants) == maxVariants {
					return variants
				}
				variant := maps.Clone(base)
				variant[name.Value] = value.Located()
				variants = append(variants, variant)
			}
		}
	}
	return variants
}

// fill puts constants and inputs into a value, and says which it used. open is
// the first name that has no value; it stays as written.
func (r *reader) fill(s string, known constants) (filled string, used []evidence.Text, open string) {
	var b strings.Builder
	for all := s; s != ""; {
		if b.Len() > maxValue {
			return all, nil, "$" // nothing that a person wrote grows like this
		}
		before, rest, found := strings.Cut(s, "$")
		b.WriteString(before)
		if !found {
			break
		}
		size, name := reference(rest)
		one, ok := r.valueOf(name, known)
		switch {
		case ok:
			b.WriteString(one.Value)
		case name == "$":
			b.WriteString("$") // $$, or one that names nothing
		default:
			b.WriteString("$" + rest[:size])
			open = cmp.Or(open, name)
		}
		if ok && one.At.Line > 0 && !slices.Contains(used, one) {
			used = append(used, one)
		}
		s = rest[size:]
	}
	return b.String(), used, open
}

// reference reads what follows a dollar: NAME, {NAME}, [[ inputs.name ]] or
// another dollar, which is what all that names nothing counts as.
func reference(s string) (size int, name string) {
	switch {
	case strings.HasPrefix(s, "$"):
		return 1, "$"
	case strings.HasPrefix(s, "[["):
		if end := strings.Index(s, "]]"); end > 0 {
			name, _, _ = strings.Cut(s[2:end], "|") // functions such as expand_vars follow it
			return end + len("]]"), cmp.Or(strings.TrimSpace(name), "$")
		}
		return 0, "$"
	case strings.HasPrefix(s, "{"):
		if end := strings.IndexByte(s, '}'); end > 0 {
			return end + 1, cmp.Or(s[1:end], "$")
		}
		return 0, "$"
	}
	for size < len(s) && nameByte(s[size]) {
		size++
	}
	return size, cmp.Or(s[:size], "$")
}

func (r *reader) valueOf(name string, known constants) (evidence.Text, bool) {
	if input, is := strings.CutPrefix(name, "inputs."); is {
		one, found := r.inputs[input]
		return one, found
	}
	one, found := known[name]
	return one, found
}

func nameByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
