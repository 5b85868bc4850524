// Package parsetest helps the tests of parsers: it writes evidence as lines
// that are easy to compare, and checks that every place lies inside the file.
package parsetest

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Read reads one file, and fails the test where the reader does.
func Read(t *testing.T, read func(*text.Source, *evidence.Snapshot) error, path, data string) *evidence.Snapshot {
	t.Helper()
	var out evidence.Snapshot
	if err := read(text.NewSource(path, []byte(data)), &out); err != nil {
		t.Errorf("%s: %v", path, err)
	}
	return &out
}

// Fuzz gives the reader data under each of the paths that its seeds have: no
// crash, and every place inside the file.
func Fuzz(f *testing.F, read func(*text.Source, *evidence.Snapshot) error, seeds map[string]string) {
	for path, data := range seeds {
		f.Add(path, []byte(data))
	}
	f.Fuzz(func(t *testing.T, path string, data []byte) {
		if _, known := seeds[path]; !known {
			t.Skip("not a file of this reader")
		}
		var out evidence.Snapshot
		source := text.NewSource(path, data)
		if err := read(source, &out); err != nil && err.Error() == "" {
			t.Error("an error without words")
		}
		Inside(t, source, out)
	})
}

// Inside checks every Location of a value, however deep.
func Inside(t *testing.T, source *text.Source, value any) {
	t.Helper()
	walk(reflect.ValueOf(value), func(at evidence.Location) {
		if at.Line == 0 {
			return
		}
		start, end := source.Offset(at.Line, at.Column), source.Offset(at.EndLine, at.EndColumn)
		if at != source.Location(start, end) {
			t.Errorf("%s to %d:%d is outside the file", at, at.EndLine, at.EndColumn)
		}
	})
}

func walk(v reflect.Value, visit func(evidence.Location)) {
	if at, ok := v.Interface().(evidence.Location); ok {
		visit(at)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				walk(v.Field(i), visit)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), visit)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			walk(v.Elem(), visit)
		}
	}
}

// Dependencies writes a manifest's dependencies, one a line: place, group,
// name, requirement, class.
func Dependencies(m evidence.Manifest) string {
	var b strings.Builder
	for _, d := range m.Dependencies {
		fmt.Fprintf(&b, "%s %s %s %q %s", span(d.At), d.Group, d.Name, d.Requirement, d.Class)
		if d.Commit != "" {
			fmt.Fprintf(&b, " commit %.7s", d.Commit)
		}
		if d.Hashed {
			b.WriteString(" hashed")
		}
		if d.Inherits {
			b.WriteString(" inherits")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// Entries writes a lock's entries and what it declares.
func Entries(lock evidence.Lockfile) string {
	var b strings.Builder
	for _, e := range lock.Entries {
		fmt.Fprintf(&b, "%s %s %s %s", span(e.At), e.Name, e.Version, strings.Join(e.Integrity, ","))
		for _, more := range []string{string(e.Source), e.Resolved, e.Commit} {
			if more != "" {
				b.WriteString(" " + more)
			}
		}
		if e.Unhashed > 0 {
			fmt.Fprintf(&b, " unhashed %d", e.Unhashed)
		}
		b.WriteByte('\n')
	}
	for _, d := range lock.Declared {
		fmt.Fprintf(&b, "%s declared %q %s %s %q\n", span(d.At), d.Importer, d.Group, d.Name, d.Requirement)
	}
	return b.String()
}

// Registries writes registry settings, one a line.
func Registries(all []evidence.Registry) string {
	var b strings.Builder
	for _, r := range all {
		fmt.Fprintf(&b, "%s %s %s %s host %q", span(r.At), r.Ecosystem, r.Setting, r.URL, r.Host)
		if r.Scope != "" {
			b.WriteString(" for " + r.Scope)
		}
		if r.Extra {
			b.WriteString(" extra")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func span(at evidence.Location) string {
	if at.EndLine != at.Line {
		return fmt.Sprintf("%d:%d-%d:%d", at.Line, at.Column, at.EndLine, at.EndColumn)
	}
	return fmt.Sprintf("%d:%d-%d", at.Line, at.Column, at.EndColumn)
}
