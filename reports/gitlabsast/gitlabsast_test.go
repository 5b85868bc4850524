package gitlabsast_test

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sealvet/sealvet/reports"
	"github.com/sealvet/sealvet/reports/gitlabsast"
	"github.com/sealvet/sealvet/reports/internal/specimen"
)

func write(t *testing.T, r *reports.Report) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := gitlabsast.Write(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func all() map[string]*reports.Report {
	return map[string]*reports.Report{
		"whole": specimen.Whole(), "empty": specimen.Empty(), "doubtful": specimen.Doubtful(), "unasked": specimen.Unasked(), "private": specimen.Private(),
		"unknown": specimen.Unknown(), "hostile": specimen.Hostile("![x](https://evil.example/x.png)", "\x1b[31mred\x00", "::error::pwned", "@acme/security please"),
	}
}

func TestGolden(t *testing.T) {
	for name, r := range all() {
		specimen.Golden(t, name+".gl-sast.json", write(t, r))
	}
}

func TestSameReportSameBytes(t *testing.T) {
	if !bytes.Equal(write(t, specimen.Whole()), write(t, specimen.Whole())) {
		t.Error("two runs differ")
	}
}

// schema says in our words what GitLab's schema 15.2 asks of the fields that we write,
// and is stricter: it knows no others. GitLab's own is handed out by no registry.
const schema = `{
  "$defs": {
    "text": {"type": "string", "minLength": 1},
    "address": {"type": "string", "pattern": "^https?://.+"},
    "time": {"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}$"},
    "tool": {
      "type": "object", "required": ["id", "name", "version", "vendor"], "additionalProperties": false,
      "properties": {
        "id": {"$ref": "#/$defs/text"}, "name": {"$ref": "#/$defs/text"}, "version": {"$ref": "#/$defs/text"}, "url": {"$ref": "#/$defs/address"},
        "vendor": {"type": "object", "required": ["name"], "properties": {"name": {"$ref": "#/$defs/text"}}}
      }
    },
    "identifier": {
      "type": "object", "required": ["type", "name", "value"], "additionalProperties": false,
      "properties": {"type": {"$ref": "#/$defs/text"}, "name": {"$ref": "#/$defs/text"}, "value": {"$ref": "#/$defs/text"}, "url": {"$ref": "#/$defs/address"}}
    }
  },
  "type": "object", "required": ["version", "scan", "vulnerabilities"], "additionalProperties": false,
  "properties": {
    "schema": {"$ref": "#/$defs/address"},
    "version": {"type": "string", "pattern": "^15\\.2\\.[0-9]+$"},
    "scan": {
      "type": "object", "required": ["analyzer", "scanner", "start_time", "end_time", "status", "type"], "additionalProperties": false,
      "properties": {
        "analyzer": {"$ref": "#/$defs/tool"}, "scanner": {"$ref": "#/$defs/tool"},
        "start_time": {"$ref": "#/$defs/time"}, "end_time": {"$ref": "#/$defs/time"},
        "status": {"enum": ["success", "failure"]}, "type": {"const": "sast"},
        "messages": {"type": "array", "items": {
          "type": "object", "required": ["level", "value"], "additionalProperties": false,
          "properties": {"level": {"enum": ["info", "warn", "fatal"]}, "value": {"$ref": "#/$defs/text"}}
        }}
      }
    },
    "vulnerabilities": {"type": "array", "items": {
      "type": "object", "required": ["id", "name", "description", "severity", "identifiers", "location"], "additionalProperties": false,
      "properties": {
        "id": {"type": "string", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"},
        "name": {"type": "string", "minLength": 1, "maxLength": 255},
        "description": {"type": "string", "maxLength": 1048576},
        "severity": {"enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"]},
        "solution": {"type": "string", "maxLength": 7000},
        "identifiers": {"type": "array", "minItems": 1, "maxItems": 20, "items": {"$ref": "#/$defs/identifier"}},
        "links": {"type": "array", "items": {
          "type": "object", "required": ["url"], "additionalProperties": false, "properties": {"name": {"type": "string"}, "url": {"$ref": "#/$defs/address"}}
        }},
        "location": {
          "type": "object", "required": ["file", "start_line", "end_line"], "additionalProperties": false,
          "properties": {"file": {"$ref": "#/$defs/text"}, "start_line": {"type": "integer", "minimum": 1}, "end_line": {"type": "integer", "minimum": 1}}
        }
      }
    }}
  }
}`

func TestSchema(t *testing.T) {
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("sast.json", document); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("sast.json")
	if err != nil {
		t.Fatal(err)
	}
	cases := all()
	for what, poison := range specimen.Poison {
		cases["poison, "+what] = specimen.Hostile(poison)
	}
	for name, r := range cases {
		report := write(t, r)
		specimen.Inert(t, name, report, false)
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(report))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := compiled.Validate(value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Ids name findings across runs and hang on nothing but the fingerprint; the first
// identifier is the check.
func TestIDs(t *testing.T) {
	for name, r := range all() {
		var d struct {
			Vulnerabilities []struct {
				ID          string
				Identifiers []struct{ Type, Value string }
				Location    struct {
					Start int `json:"start_line"`
					End   int `json:"end_line"`
				}
			}
		}
		if err := json.Unmarshal(write(t, r), &d); err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, v := range d.Vulnerabilities {
			if first := v.Identifiers[0]; seen[v.ID] || first.Type != "sealvet_check" || first.Value == "" || v.Location.End < v.Location.Start {
				t.Errorf("%s: %+v", name, v)
			}
			seen[v.ID] = true
		}
		if len(d.Vulnerabilities) != r.Verdict.Summary.Open {
			t.Errorf("%s: %d vulnerabilities for %d open findings", name, len(d.Vulnerabilities), r.Verdict.Summary.Open)
		}
	}
}

// A failing writer ends the report with its error.
func TestWriteError(t *testing.T) {
	if err := gitlabsast.Write(broken{}, specimen.Whole()); err == nil {
		t.Error("no error")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
