package gitlab

import (
	"maps"
	"strings"

	"github.com/sealvet/sealvet/internal/parse/doc"
)

const (
	maxVariables = 200
	maxValue     = 1 << 10
)

// addVariables keeps the constants of a variables: block. A value that names a
// variable GitLab sets is none, and hides an older constant.
func (r *reader) addVariables(into map[string]string, block *doc.Node) {
	for name, node := range r.follow(block).All() {
		if node = r.follow(node); node != nil && node.Kind == doc.Map {
			node = node.Get("value")
		}
		value, open := r.fill(node.String(), into)
		if open != "" || node == nil || len(value) > maxValue || len(into) >= maxVariables {
			delete(into, name.Value)
			continue
		}
		into[name.Value] = value
	}
}

// variables are the constants that hold in a job.
func (r *reader) variables(j job) map[string]string {
	all := maps.Clone(r.global)
	for i := len(j.line) - 1; i >= 0; i-- {
		r.addVariables(all, r.jobs[j.line[i]].node.Get("variables"))
	}
	return all
}

const maxVariants = 50

// variants are the variables of each run of a job: one, or what its matrix makes
// of it. Values are tried one by one, not each with each.
func (r *reader) variants(j job) []map[string]string {
	base := r.variables(j)
	parallel, _ := r.setting(j, "parallel")
	variants := []map[string]string{base}
	given := make(map[string]bool)
	for _, entry := range r.follow(parallel.Get("matrix")).List() {
		for name, values := range r.follow(entry).All() {
			for i, value := range r.follow(values).Strings() {
				if i == 0 && !given[name.Value] {
					given[name.Value] = true
					base[name.Value] = value.Value
					continue
				}
				if len(variants) == maxVariants {
					return variants
				}
				variant := maps.Clone(base)
				variant[name.Value] = value.Value
				variants = append(variants, variant)
			}
		}
	}
	return variants
}

// fill puts constants and inputs into a value. open is the first name that has
// no value; it stays as written.
func (r *reader) fill(s string, known map[string]string) (filled, open string) {
	var b strings.Builder
	for all := s; s != ""; {
		if b.Len() > maxValue {
			return all, "$" // nothing that a person wrote grows like this
		}
		before, rest, found := strings.Cut(s, "$")
		b.WriteString(before)
		if !found {
			return b.String(), open
		}
		size, name, value, ok := r.reference(rest, known)
		if !ok {
			value = "$" + rest[:size]
			if open == "" {
				open = name
			}
		}
		b.WriteString(value)
		s = rest[size:]
	}
	return b.String(), open
}

// reference reads what follows a dollar: NAME, {NAME}, [[ inputs.name ]] or
// another dollar.
func (r *reader) reference(s string, known map[string]string) (size int, name, value string, ok bool) {
	switch {
	case strings.HasPrefix(s, "$"):
		return 1, "", "$", true
	case strings.HasPrefix(s, "[["):
		inner, _, found := strings.Cut(s[2:], "]]")
		if !found {
			return 0, "$", "", false
		}
		name, _, _ = strings.Cut(inner, "|") // functions such as expand_vars follow it
		name = strings.TrimSpace(name)
		value, ok = r.inputs[strings.TrimPrefix(name, "inputs.")]
		return len(inner) + 4, name, value, ok
	case strings.HasPrefix(s, "{"):
		end := strings.IndexByte(s, '}')
		if end < 0 {
			return 0, "$", "", false
		}
		name = s[1:end]
		value, ok = known[name]
		return end + 1, name, value, ok
	}
	for size < len(s) && nameByte(s[size]) {
		size++
	}
	name = s[:size]
	value, ok = known[name]
	if name == "" {
		name = "$"
	}
	return size, name, value, ok
}

func nameByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
