package json_test

import (
	"bytes"
	stdjson "encoding/json"
	"io"
	"os"
	"reflect"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/reports"
	"github.com/sealvet/sealvet/reports/internal/specimen"
	"github.com/sealvet/sealvet/reports/json"
)

func write(t *testing.T, r *reports.Report) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := json.Write(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestGolden(t *testing.T) {
	specimen.Golden(t, "whole.json", write(t, specimen.Whole()))
	specimen.Golden(t, "empty.json", write(t, specimen.Empty()))
}

func TestSameReportSameBytes(t *testing.T) {
	if !bytes.Equal(write(t, specimen.Whole()), write(t, specimen.Whole())) {
		t.Error("two runs differ")
	}
}

// Every report fits the published schema, and the schema describes every field
// that is written.
func TestSchema(t *testing.T) {
	published, strict := compile(t, false), compile(t, true)
	check := func(name string, r *reports.Report) {
		t.Helper()
		report, err := jsonschema.UnmarshalJSON(bytes.NewReader(write(t, r)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := published.Validate(report); err != nil {
			t.Errorf("%s does not fit the schema: %v", name, err)
		} else if err := strict.Validate(report); err != nil {
			t.Errorf("%s holds what the schema does not describe: %v", name, err)
		}
	}
	check("whole", specimen.Whole())
	check("empty", specimen.Empty())
	check("good", specimen.Good())
	check("unknown", specimen.Unknown())
	chained := specimen.Good()
	chained.Chains = []provenance.Chain{{Artifact: "npm:weather@1.2.0", Entry: "io.github.acme/weather", State: provenance.Broken, Links: []provenance.Link{
		{From: "server.json", To: "npm:weather@1.2.0", State: provenance.Holds, Reason: "it is published", At: evidence.Location{Path: "server.json", Line: 3}},
		{From: "npm:weather@1.2.0", To: "github.com/acme/weather", State: provenance.Broken, Reason: "nothing proves from what it was built"},
	}}}
	check("with chains", chained)
	for what, poison := range specimen.Poison {
		if poison != "" { // a real message and reason are never empty
			check(what, specimen.Hostile(poison))
		}
	}
}

// compile reads the published schema. Within v1 fields may be added, so it lets
// unknown ones pass; strict does not, for our own reports.
func compile(t *testing.T, strict bool) *jsonschema.Schema {
	t.Helper()
	data, err := os.ReadFile("../../docs/schema/report.v1.json")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if strict {
		closeObjects(schema)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("report.v1.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("report.v1.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func closeObjects(schema any) {
	switch s := schema.(type) {
	case map[string]any:
		if _, described := s["properties"]; described {
			s["additionalProperties"] = false
		}
		for _, value := range s {
			closeObjects(value)
		}
	case []any:
		for _, value := range s {
			closeObjects(value)
		}
	}
}

// Nothing raw reaches a terminal or a build log, and nothing is lost: read back,
// the subject is what it was.
func TestHostile(t *testing.T) {
	for what, poison := range specimen.Poison {
		r := specimen.Hostile(poison)
		report := write(t, r)
		specimen.Inert(t, what, report, false)
		var read struct {
			Findings []struct{ Subject string }
		}
		if err := stdjson.Unmarshal(report, &read); err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		var want, got []string
		for i, f := range r.Verdict.Findings {
			want, got = append(want, string([]rune(f.Subject))), append(got, read.Findings[i].Subject)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: read back as %.100q", what, got)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	report := specimen.Many(5000)
	for b.Loop() {
		if err := json.Write(io.Discard, report); err != nil {
			b.Fatal(err)
		}
	}
}
