package link

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// settings are what a manifest decides for others, the members of its
// workspace, or for itself alone.
type settings struct {
	forced   map[string]bool   // names whose requirement an override decides
	catalogs map[string]string // requirements by catalogs/<catalog>/<name>
}

// settingsOf reads them once a manifest; nil where there is no such manifest
// or nothing is set.
func (l *lockIndex) settingsOf(file string) *settings {
	if known, found := l.settings[file]; found {
		return known
	}
	var s *settings
	if m := l.byPath[file]; m != nil {
		s = newSettings(m)
	}
	l.settings[file] = s
	return s
}

func newSettings(m *evidence.Manifest) *settings {
	s := &settings{forced: map[string]bool{}, catalogs: map[string]string{}}
	for i := range m.Dependencies {
		switch d := &m.Dependencies[i]; {
		case d.Group == "overrides" || d.Group == "resolutions":
			s.forced[overridden(m.Ecosystem, d.Name)] = true
		case strings.HasPrefix(d.Group, "catalogs/"):
			s.catalogs[d.Group+"/"+d.Name] = d.Requirement
		}
	}
	if len(s.forced)+len(s.catalogs) == 0 {
		return nil
	}
	return s
}

// overridden is the package that a selector of npm's family ends with:
// parent>name@range, **/name, parent/@scope/name. Elsewhere it is a plain name.
func overridden(ecosystem, selector string) string {
	if ecosystem != evidence.NPM {
		return evidence.FiledName(ecosystem, selector)
	}
	selector = selector[strings.LastIndexByte(selector, '>')+1:]
	if at := strings.LastIndexByte(selector, '@'); at > 0 && selector[at-1] != '/' {
		selector = selector[:at]
	}
	parts := strings.Split(selector, "/")
	if n := len(parts); n > 1 && strings.HasPrefix(parts[n-2], "@") {
		return parts[n-2] + "/" + parts[n-1]
	}
	return parts[len(parts)-1]
}
