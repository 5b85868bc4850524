package reports

import (
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/policy"
)

// Closing is the verdict in one line: whether the policy is met, and why not. It says
// what is not known beside what is met, and that nothing was looked at where nothing
// was. It holds no word of the repository.
func Closing(v policy.Verdict) (verdict, rest string) {
	if n := v.Summary.NotAssessed; n > 0 {
		rest = fmt.Sprintf(", %d not assessed", n)
	}
	if !v.Summary.Complete {
		rest += ", cut short"
	}
	if v.Base != "" {
		fresh := 0
		for _, f := range v.Findings {
			if f.New {
				fresh++
			}
		}
		rest += fmt.Sprintf("; of the change, %s new or worse", Count(fresh, "finding"))
	}
	switch {
	case !v.Met:
		return "Policy not met", ": " + failures(v) + rest
	case v.Summary.Passed+v.Summary.Failed+v.Summary.NotAssessed == 0:
		return "Policy met", ": no check applies to anything here" + rest
	}
	return "Policy met", rest
}

func failures(v policy.Verdict) string {
	fails, unknown := 0, 0
	for _, f := range v.Findings {
		if f.Fails {
			fails++
		}
	}
	for _, r := range v.Results {
		if r.Fails && r.Outcome == audit.NotAssessed {
			unknown++
		}
	}
	var why []string
	if fails > 0 {
		why = append(why, fmt.Sprintf("%s at %s or above", Count(fails, "finding"), v.Policy.FailAt))
	}
	if unknown > 0 {
		why = append(why, Count(unknown, "check")+" that the policy wants assessed")
	}
	return strings.Join(why, ", ")
}

// Count says how many there are of something.
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// WorstFirst are the severities in the order in which people want to read them.
var WorstFirst = []audit.Severity{audit.Critical, audit.High, audit.Medium, audit.Low, audit.Note}

// Findings counts them by status, and the open ones by severity.
func Findings(s policy.Summary) string {
	line := fmt.Sprintf("%d open", s.Open)
	var grades []string
	for _, severity := range WorstFirst {
		if n := s.BySeverity[severity]; n > 0 {
			grades = append(grades, fmt.Sprintf("%d %s", n, severity))
		}
	}
	if len(grades) > 0 {
		line += " (" + strings.Join(grades, ", ") + ")"
	}
	line += fmt.Sprintf(", %d waived", s.Waived)
	if s.Baseline > 0 {
		line += fmt.Sprintf(", %d in the baseline", s.Baseline)
	}
	return line
}
