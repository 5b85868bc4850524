package registry

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Choice is what a variable or an option chooses.
type Choice struct {
	Ecosystem string
	Extra     bool // beside the default
	Plain     bool // no address: a host that is trusted, names that are not checked
}

// variables go by their names in upper case, since npm takes either.
var variables = map[string]Choice{
	"NPM_CONFIG_REGISTRY":      {Ecosystem: evidence.NPM},
	"YARN_REGISTRY":            {Ecosystem: evidence.NPM},
	"YARN_NPM_REGISTRY_SERVER": {Ecosystem: evidence.NPM},
	"BUN_CONFIG_REGISTRY":      {Ecosystem: evidence.NPM},
	"PIP_INDEX_URL":            {Ecosystem: evidence.PyPI},
	"PIP_EXTRA_INDEX_URL":      {Ecosystem: evidence.PyPI, Extra: true},
	"PIP_FIND_LINKS":           {Ecosystem: evidence.PyPI, Extra: true},
	"PIP_TRUSTED_HOST":         {Ecosystem: evidence.PyPI, Plain: true},
	"UV_DEFAULT_INDEX":         {Ecosystem: evidence.PyPI},
	"UV_INDEX_URL":             {Ecosystem: evidence.PyPI},
	"UV_INDEX":                 {Ecosystem: evidence.PyPI, Extra: true},
	"UV_EXTRA_INDEX_URL":       {Ecosystem: evidence.PyPI, Extra: true},
	"UV_FIND_LINKS":            {Ecosystem: evidence.PyPI, Extra: true},
	"UV_INSECURE_HOST":         {Ecosystem: evidence.PyPI, Plain: true},
	"GOPROXY":                  {Ecosystem: evidence.Golang},
	"GOSUMDB":                  {Ecosystem: evidence.Golang, Plain: true},
	"GONOSUMDB":                {Ecosystem: evidence.Golang, Plain: true},
	"GONOSUMCHECK":             {Ecosystem: evidence.Golang, Plain: true},
	"GOINSECURE":               {Ecosystem: evidence.Golang, Plain: true},
	"GOPRIVATE":                {Ecosystem: evidence.Golang, Plain: true},
	"GOFLAGS":                  {Ecosystem: evidence.Golang, Plain: true},
}

// OfVariable gives the sources that an environment variable chooses, none for
// most variables.
func OfVariable(name, value string, at evidence.Location, anchor string) []evidence.Registry {
	name = strings.ToUpper(name)
	what, known := variables[name]
	if index, found := strings.CutPrefix(name, "CARGO_REGISTRIES_"); found && strings.HasSuffix(index, "_INDEX") {
		what, known = Choice{Ecosystem: evidence.Cargo}, true
	}
	if !known || value == "" || name == "GOFLAGS" && !slices.Contains(strings.Fields(value), "-insecure") {
		return nil // flags that choose no source
	}
	var all []evidence.Registry
	for _, one := range what.split(name, value) {
		if found, ok := what.Registry(name, one, at, anchor); ok {
			all = append(all, found)
		}
	}
	return all
}

// split parts a list of addresses. An expression holds blanks, bars and commas
// of its own.
func (c Choice) split(name, value string) []string {
	switch {
	case c.Plain, strings.Contains(value, "${{"):
		return []string{value}
	case name == "GOPROXY":
		return strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == '|' || r == ' ' })
	}
	return strings.Fields(value)
}

// Registry is the choice with a value put in; found is false where that is no
// address: direct, off, a folder.
func (c Choice) Registry(setting, value string, at evidence.Location, anchor string) (one evidence.Registry, found bool) {
	one = evidence.Registry{
		Ecosystem: c.Ecosystem, URL: value, Setting: setting, Extra: c.Extra, Anchor: strings.Trim(anchor+"/"+setting, "/"), At: at,
	}
	if strings.HasPrefix(setting, "@") {
		one.Scope = strings.TrimSuffix(setting, ":registry")
	}
	if c.Plain {
		return one, true
	}
	if named, address, assigned := strings.Cut(value, "="); assigned && strings.Contains(address, "://") && !strings.Contains(named, "/") {
		value = address // uv: name=address
	}
	one.Host, one.URL = evidence.AddressHost(value)
	return one, one.Host != ""
}
