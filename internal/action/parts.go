package action

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/reports"
	"github.com/sealvet/sealvet/reports/sarif"
)

// Part is what goes to code scanning under one category. An upload closes the alerts
// of its category that it does not hold, so what rests on evidence that may be out of
// reach has a category of its own.
type Part struct {
	Name   string // tree, host, registry
	SARIF  []byte // nil where it must not go up
	Unseen string // why not
}

// PartOf is the part that a finding goes up in.
func PartOf(check *audit.Check) string {
	switch check.Source {
	case audit.FromHost, audit.FromRegistry:
		return string(check.Source)
	}
	return "tree" // with git, policy and build: whoever has the checkout has these
}

// Parts cuts a report up. A part of the host or of registries goes up only where all
// its checks that apply were answered: else it would close alerts of what merely was
// not seen.
func Parts(report *reports.Report, category, below string) ([]Part, error) {
	var parts []Part
	for _, name := range []string{"tree", "host", "registry"} {
		one := *report
		one.Verdict = only(report.Verdict, name)
		part := Part{Name: name}
		if open := unanswered(one.Verdict); name != "tree" && len(open) > 0 {
			part.Unseen = fmt.Sprintf("%s not assessed (%s)", reports.Count(len(open), "check"), listed(open))
			parts = append(parts, part)
			continue
		}
		var raw bytes.Buffer
		if err := sarif.Write(&raw, &one); err != nil {
			return nil, err
		}
		var err error
		if part.SARIF, err = placed(raw.Bytes(), category+"/"+name+"/", below); err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return parts, nil
}

func listed(ids []string) string {
	if len(ids) > 3 {
		return strings.Join(ids[:3], ", ") + ", ..."
	}
	return strings.Join(ids, ", ")
}

func unanswered(v policy.Verdict) []string {
	var open []string
	for _, r := range v.Results {
		if r.Outcome == audit.NotAssessed {
			open = append(open, r.Check.ID)
		}
	}
	return open
}

// only is the part of a verdict.
func only(v policy.Verdict, name string) policy.Verdict {
	other := func(f policy.Judged) bool {
		return f.Rule == nil && name != "tree" || f.Rule != nil && PartOf(f.Rule) != name
	}
	v.Results = slices.DeleteFunc(slices.Clone(v.Results), func(r policy.Result) bool { return PartOf(r.Check) != name })
	v.Findings = slices.DeleteFunc(slices.Clone(v.Findings), other)
	v.Aside = slices.DeleteFunc(slices.Clone(v.Aside), other)
	v.Summary.Open, v.Summary.Waived, v.Summary.Baseline, v.Summary.Aside = 0, 0, 0, len(v.Aside)
	for _, f := range v.Findings {
		switch f.Status {
		case policy.Open:
			v.Summary.Open++
		case policy.Waived:
			v.Summary.Waived++
		default:
			v.Summary.Baseline++
		}
	}
	return v
}

// placed gives a document its category, and paths that start at the root of the
// repository.
func placed(raw []byte, category, below string) ([]byte, error) {
	var document map[string]any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&document); err != nil {
		return nil, err
	}
	runs, _ := document["runs"].([]any)
	for _, one := range runs {
		if run, is := one.(map[string]any); is {
			run["automationDetails"] = map[string]any{"id": category}
			if below != "" {
				move(run["results"], below)
			}
		}
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(document)
	return out.Bytes(), err
}

func move(value any, below string) {
	switch v := value.(type) {
	case []any:
		for _, one := range v {
			move(one, below)
		}
	case map[string]any:
		if artifact, is := v["artifactLocation"].(map[string]any); is {
			if uri, is := artifact["uri"].(string); is {
				artifact["uri"] = escaped(below) + "/" + uri
			}
		}
		for _, one := range v {
			move(one, below)
		}
	}
}

// inside is a path of the scanned folder as one of the repository.
func inside(below, name string) string { return path.Join(below, name) }
