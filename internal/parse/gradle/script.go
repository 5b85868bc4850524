package gradle

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// readScript takes, line by line, the arguments of the known configurations:
//
//	implementation("group:name:version")
//	testImplementation libs.junit
//	id("org.example") version "1.2.3"
func readScript(src *text.Source, out *evidence.Snapshot) error {
	m := evidence.Manifest{Path: src.Path(), Ecosystem: evidence.Maven, Tool: "gradle", At: evidence.Location{Path: src.Path()}}
	for line := range src.Text(0, src.Len()).Lines() {
		line = line.TrimSpace()
		size := len(line.Value) - len(strings.TrimLeft(line.Value, letters))
		word, rest := line.Value[:size], line.Slice(size, len(line.Value)).TrimSpace()
		var d evidence.Dependency
		var found bool
		switch {
		case word == "id", word == "kotlin":
			d, found = plugin(word, rest)
		case isConfiguration(word):
			d, found = coordinates(word, rest)
		}
		if !found {
			continue
		}
		d.Anchor = d.Group + "/" + d.Name
		if m.At.Line == 0 {
			m.At = d.At
		}
		m.Dependencies = append(m.Dependencies, d)
	}
	out.Manifests = append(out.Manifests, m)
	return nil
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// isConfiguration knows the configurations of the Java, Kotlin and Android
// plugins, and those of source sets, which end like them.
func isConfiguration(word string) bool {
	switch word {
	case "implementation", "api", "compileOnly", "compileOnlyApi", "runtimeOnly", "annotationProcessor", "classpath", "compile", "runtime", "kapt", "ksp", "developmentOnly":
		return true
	}
	for _, ending := range []string{"Implementation", "Api", "CompileOnly", "RuntimeOnly", "AnnotationProcessor"} {
		if strings.HasSuffix(word, ending) {
			return true
		}
	}
	return false
}

// coordinates reads one argument: a string, or a name of the catalog, in
// brackets or not, in a platform or not.
func coordinates(configuration string, argument text.Text) (d evidence.Dependency, found bool) {
	d.Group = configuration
	argument = opened(argument)
	for _, wrapper := range []string{"platform", "enforcedPlatform"} {
		if strings.HasPrefix(argument.Value, wrapper+"(") {
			argument = opened(argument.Slice(len(wrapper), len(argument.Value)))
		}
	}
	if strings.HasPrefix(argument.Value, "libs.") {
		end := len(argument.Value) - len(strings.TrimLeft(argument.Value, letters+"0123456789._"))
		d.Name, d.At, d.Inherits = argument.Value[:end], argument.Span(0, end), true
		return d, true
	}
	value, ok := quoted(argument)
	if !ok {
		return d, false
	}
	parts := strings.Split(value.Value, ":")
	if len(parts) < 2 || parts[0] == "" || parts[1] == "" || strings.ContainsAny(value.Value, " \t") {
		return d, false
	}
	d.Name, d.At = parts[0]+":"+parts[1], value.At()
	if len(parts) == 2 {
		d.Inherits = true // a platform manages it
		return d, true
	}
	start := len(parts[0]) + len(parts[1]) + 2
	version := value.Slice(start, start+len(parts[2]))
	if strings.Contains(value.Value, "$") {
		d.Requirement, d.Inherits = version.Value, true // a variable of the script
		return d, true
	}
	return asked(d, version), true
}

// plugin reads id("name") version "1.2.3".
func plugin(word string, argument text.Text) (d evidence.Dependency, found bool) {
	name, ok := quoted(opened(argument))
	if !ok {
		return d, false
	}
	_, after, versioned := argument.Cut("version")
	version, ok := quoted(opened(after.TrimSpace()))
	if !versioned || !ok || strings.Contains(version.Value, "$") {
		return d, false // one of Gradle's own, or a version of the settings script
	}
	d.Name, d.Group = name.Value, "plugins"
	if word == "kotlin" {
		d.Name = "org.jetbrains.kotlin." + name.Value
	}
	return asked(d, version), true
}

func opened(t text.Text) text.Text {
	if strings.HasPrefix(t.Value, "(") {
		return t.Slice(1, len(t.Value)).TrimSpace()
	}
	return t
}

func quoted(t text.Text) (value text.Text, ok bool) {
	if t.Value == "" || !strings.Contains(`"'`, t.Value[:1]) {
		return t, false
	}
	value, _, ok = t.Slice(1, len(t.Value)).Cut(t.Value[:1])
	return value, ok
}
