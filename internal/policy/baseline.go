package policy

import (
	"cmp"
	"encoding/json"
	"fmt"
)

// BaselineSchema names the format of a baseline file.
const BaselineSchema = "sealvet/baseline/v1"

// Known is a baseline: findings that were there before and do not fail a build.
type Known struct {
	Path    string
	entries []Entry
	index   map[string]int // fingerprint -> position in entries
	met     map[string]bool
}

// Entry names one finding for machines and, beside it, for people.
type Entry struct {
	Fingerprint string `json:"fingerprint"`
	Check       string `json:"check"`
	Path        string `json:"path"`
	Subject     string `json:"subject"`
}

type baselineFile struct {
	Schema  string  `json:"schema"`
	Entries []Entry `json:"entries"`
}

// LoadBaseline reads a baseline file.
func LoadBaseline(path string, data []byte) (*Known, error) {
	var file baselineFile
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("read the baseline %s: %w", path, err)
	}
	if file.Schema != BaselineSchema {
		return nil, fmt.Errorf("read the baseline %s: its schema is %q, not %q; write it again with `sealvet baseline`", path, file.Schema, BaselineSchema)
	}
	known := &Known{Path: path, entries: file.Entries, index: make(map[string]int), met: make(map[string]bool)}
	for i, entry := range file.Entries {
		known.index[entry.Fingerprint] = i
	}
	return known, nil
}

// WriteBaseline lists every open and every already known finding of a verdict.
func WriteBaseline(v Verdict) ([]byte, error) {
	file := baselineFile{Schema: BaselineSchema, Entries: []Entry{}}
	for _, f := range v.Findings {
		if f.Status != Waived {
			// a baseline is committed: it calls what is private by its public name
			file.Entries = append(file.Entries, Entry{f.Fingerprint, f.Check, f.Location.Path, cmp.Or(f.Private, f.Subject)})
		}
	}
	data, err := json.MarshalIndent(file, "", "  ")
	return append(data, '\n'), err
}

func (k *Known) has(fingerprint string) bool {
	if k == nil {
		return false
	}
	_, known := k.index[fingerprint]
	if known {
		k.met[fingerprint] = true
	}
	return known
}
