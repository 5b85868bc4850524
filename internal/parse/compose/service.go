package compose

import (
	"errors"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// settings are those that say how far a container is kept from its machine.
var settings = []string{"privileged", "network_mode", "pid", "ipc", "userns_mode", "volumes", "cap_add", "security_opt"}

// ReadServices reads how the services of a compose file are kept from the
// machine they run on.
func ReadServices(src *text.Source, out *evidence.Snapshot) error {
	r, err := newReader(src, out)
	for name, service := range r.root.Get("services").All() {
		if service.Kind != doc.Map {
			continue // Read says so
		}
		one := evidence.Service{Path: src.Path(), Name: name.Value, Builds: builds(service), At: name.At()}
		for _, key := range settings {
			one.Settings = append(one.Settings, values(key, service.Get(key))...)
		}
		out.Services = append(out.Services, one)
	}
	return errors.Join(err, errors.Join(r.problems...))
}

// values are those of one setting: a word, or a list of words and, for volumes, of maps.
func values(key string, n *doc.Node) []evidence.Variable {
	if n == nil {
		return nil
	}
	if n.Kind != doc.List {
		return value(key, n)
	}
	var all []evidence.Variable
	for _, item := range n.Items {
		if source := item.Get("source"); source != nil {
			item = source // the long form; its other fields say where it is seen inside
		}
		all = append(all, value(key, item)...)
	}
	return all
}

func value(key string, n *doc.Node) []evidence.Variable {
	if n.String() == "" {
		return nil
	}
	filled, _ := interpolate(n.String())
	return []evidence.Variable{{Name: key, Value: filled, At: n.At()}}
}
