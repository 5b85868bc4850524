package junit_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/reports"
	"github.com/sealvet/sealvet/reports/internal/specimen"
	"github.com/sealvet/sealvet/reports/junit"
)

func write(t *testing.T, r *reports.Report) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := junit.Write(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// all are the reports whose shape and bytes are looked at.
func all() map[string]*reports.Report {
	return map[string]*reports.Report{
		"whole": specimen.Whole(), "empty": specimen.Empty(), "unknown": specimen.Unknown(), "doubtful": specimen.Doubtful(),
		"unasked": specimen.Unasked(), "hostile": specimen.Hostile(`</failure>"]]>`, "\x1b[31mred\x00", "::error::pwned", "a\uFFFE\uFFFFb"),
	}
}

func TestGolden(t *testing.T) {
	for name, r := range all() {
		specimen.Golden(t, name+".junit.xml", write(t, r))
	}
}

func TestSameReportSameBytes(t *testing.T) {
	if !bytes.Equal(write(t, specimen.Whole()), write(t, specimen.Whole())) {
		t.Error("two runs differ")
	}
}

// element is one kind of element of the schema that Jenkins' xUnit plugin checks
// reports against (junit-10.xsd): what it must and may carry, and what may stand in it.
type element struct {
	required, optional, children []string
	text                         bool
}

// schema holds what that schema says of the elements that we write. It
// is written down here because no registry that CI reaches hands out the schema itself.
var schema = map[string]element{
	"testsuites": {optional: []string{"name", "time", "tests", "failures", "errors"}, children: []string{"testsuite"}},
	"testsuite": {
		required: []string{"name", "tests", "failures", "errors"},
		optional: []string{"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
		children: []string{"testsuite", "properties", "testcase", "system-out", "system-err"},
	},
	"properties": {children: []string{"property"}},
	"property":   {required: []string{"name", "value"}},
	"testcase": {
		required: []string{"name"}, optional: []string{"time", "classname", "group"},
		children: []string{"skipped", "error", "failure", "rerunFailure", "rerunError", "flakyFailure", "flakyError", "system-out", "system-err"},
	},
	"failure":    {optional: []string{"type", "message"}, text: true},
	"skipped":    {optional: []string{"type", "message"}, text: true},
	"system-out": {text: true},
}

func TestSchema(t *testing.T) {
	for name, r := range all() {
		validate(t, name, write(t, r))
	}
	for what, poison := range specimen.Poison {
		validate(t, what, write(t, specimen.Hostile(poison)))
	}
}

func validate(t *testing.T, what string, report []byte) {
	t.Helper()
	decoder := xml.NewDecoder(bytes.NewReader(report)) // fails on every character that XML forbids
	var inside []string
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			in := ""
			if len(inside) > 0 {
				in = inside[len(inside)-1]
			}
			start(t, what, in, token)
			inside = append(inside, token.Name.Local)
		case xml.EndElement:
			inside = inside[:len(inside)-1]
		case xml.CharData:
			if len(inside) > 0 && !schema[inside[len(inside)-1]].text && strings.TrimSpace(string(token)) != "" {
				t.Errorf("%s: text in <%s>: %.80q", what, inside[len(inside)-1], token)
			}
		}
	}
}

func start(t *testing.T, what, in string, token xml.StartElement) {
	t.Helper()
	name := token.Name.Local
	kind, known := schema[name]
	if !known || in == "" && name != "testsuites" || in != "" && !slices.Contains(schema[in].children, name) {
		t.Errorf("%s: <%s> may not stand in <%s>", what, name, in)
	}
	var has []string
	for _, a := range token.Attr {
		has = append(has, a.Name.Local)
		if !slices.Contains(kind.required, a.Name.Local) && !slices.Contains(kind.optional, a.Name.Local) {
			t.Errorf("%s: <%s> has an attribute %s", what, name, a.Name.Local)
		}
	}
	for _, a := range kind.required {
		if !slices.Contains(has, a) {
			t.Errorf("%s: <%s> lacks %s", what, name, a)
		}
	}
}

type document struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Suites   []struct {
		Name  string `xml:"name,attr"`
		Tests string `xml:"tests,attr"`
		Cases []struct {
			Name    string    `xml:"name,attr"`
			Skipped *struct{} `xml:"skipped"`
			Failure *struct {
				Text string `xml:",chardata"`
			} `xml:"failure"`
			Output string `xml:"system-out"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

// Each check is one case; it fails where it makes the policy unmet, and every finding
// has its line.
func TestCases(t *testing.T) {
	for name, r := range all() {
		var d document
		if err := xml.Unmarshal(write(t, r), &d); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		n, failures := 0, 0
		for _, s := range d.Suites {
			for _, c := range s.Cases {
				n++
				i := slices.IndexFunc(r.Verdict.Results, func(r policy.Result) bool { return r.Check.ID == c.Name })
				result := r.Verdict.Results[i]
				if (c.Failure != nil) != result.Fails {
					t.Errorf("%s: %s fails: %v, and in the policy: %v", name, c.Name, c.Failure != nil, result.Fails)
				}
				if skipped := result.Outcome == "not assessed" || result.Outcome == "not applicable"; (c.Skipped != nil) != (skipped && !result.Fails) {
					t.Errorf("%s: %s is %s, skipped: %v", name, c.Name, result.Outcome, c.Skipped != nil)
				}
				if c.Failure != nil {
					failures++
				}
				for _, f := range r.Verdict.Findings {
					if f.Check != c.Name {
						continue
					}
					text := c.Output
					if f.Fails {
						text = c.Failure.Text
					}
					if name != "hostile" && !strings.Contains(text, f.Location.String()+": "+f.Severity.String()+": "+f.Message) {
						t.Errorf("%s: %s is missing", name, f)
					}
				}
			}
			if strconv.Itoa(len(s.Cases)) != s.Tests {
				t.Errorf("%s: %s counts %s of %d", name, s.Name, s.Tests, len(s.Cases))
			}
		}
		if n != len(r.Verdict.Results) || n != d.Tests || failures != d.Failures || (failures > 0) == r.Verdict.Met {
			t.Errorf("%s: %d cases, %d failures; %+v", name, n, failures, d)
		}
	}
}

func TestHostile(t *testing.T) {
	for what, poison := range specimen.Poison {
		specimen.Inert(t, what, write(t, specimen.Hostile(poison)), false)
	}
}

// A failing writer ends the report with its error.
func TestWriteError(t *testing.T) {
	if err := junit.Write(broken{}, specimen.Whole()); err == nil {
		t.Error("no error")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
