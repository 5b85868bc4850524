package evidence

import (
	"path"
	"strings"
)

// FiledName is the form of a name under which its ecosystem files a package: two
// spellings that share it name one package. PyPI's rule is PEP 503.
func FiledName(ecosystem, name string) string {
	switch ecosystem {
	case PyPI:
		return strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' }), "-")
	case NuGet, Composer:
		return strings.ToLower(name)
	}
	return name
}

// Folder is the folder of a path in the repository; the root is "", as everywhere
// in a Snapshot.
func Folder(of string) string {
	if folder := path.Dir(of); folder != "." {
		return folder
	}
	return ""
}
