package policy

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/parse/doc"
)

// The profiles that choose checks by how many projects meet them. The others choose
// those that serve a control of a framework.
const (
	Standard = "standard"
	Strict   = "strict"
)

// frameworks are profiles, by the beginning of the ids of their controls.
var frameworks = []struct{ profile, controls, name string }{
	{"osps-baseline", "OSPS-", "OpenSSF OSPS Baseline"},
	{"cis-ssc", "CIS-SSC-", "CIS Software Supply Chain Security Guide"},
	{"slsa", "SLSA-", "SLSA"},
	{"owasp-mcp", "OWASP-MCP", "OWASP MCP Top 10"},
}

// ProfileNames are those that a policy may name.
func ProfileNames() []string {
	return append([]string{Standard, Strict}, Frameworks()...)
}

// Frameworks are the profiles that stand for one.
func Frameworks() []string {
	var names []string
	for _, f := range frameworks {
		names = append(names, f.profile)
	}
	return names
}

// controls are those of a framework that the check serves, in their order.
func controls(profile string, check *audit.Check) []string {
	var served []string
	for _, f := range frameworks {
		for _, control := range check.Controls {
			if f.profile == profile && strings.HasPrefix(control, f.controls) {
				served = append(served, control)
			}
		}
	}
	slices.Sort(served)
	return slices.Compact(served)
}

// unasked says why no profile of the policy asks the check, or "". What looks at the
// policy itself is always asked.
func (p *Policy) unasked(check *audit.Check) string {
	if check.Inspect == nil {
		return ""
	}
	for _, profile := range p.Profiles {
		switch {
		case profile == Strict, profile == Standard && !check.Strict, len(controls(profile, check)) > 0:
			return ""
		}
	}
	if check.Strict && slices.Contains(p.Profiles, Standard) {
		return "asked only by the strict profile"
	}
	return "it serves no control of the profile " + strings.Join(p.Profiles, ", ")
}

// grade is the least severity that the profiles give to the findings of a check,
// Unset where none says anything. A control is a requirement: missing it is more than
// a remark. The first levels of SLSA are what the others stand on.
func (p *Policy) grade(check *audit.Check) audit.Severity {
	least := audit.Unset
	for _, profile := range p.Profiles {
		for _, control := range controls(profile, check) {
			least = max(least, gradeOf(control))
		}
	}
	return least
}

func gradeOf(control string) audit.Severity {
	if strings.HasPrefix(control, "SLSA-") && (strings.HasSuffix(control, "-L1") || strings.HasSuffix(control, "-L2")) {
		return audit.High
	}
	return audit.Medium
}

// Coverage is one control of a framework, and the checks that serve it.
type Coverage struct {
	Control string         `json:"control"`
	AtLeast audit.Severity `json:"atLeast"` // what its findings are graded to
	Checks  []CoveredBy    `json:"checks"`
}

// CoveredBy is a check that serves a control.
type CoveredBy struct {
	ID       string         `json:"id"`
	Title    string         `json:"title"`
	Severity audit.Severity `json:"severity"` // its own
	Evidence audit.Source   `json:"evidence"`
}

// Cover lists the controls of a framework that the register serves. name is the
// framework's, empty where the profile stands for none.
func Cover(profile string, register []*audit.Check) (name string, rows []Coverage) {
	for _, f := range frameworks {
		if f.profile == profile {
			name = f.name
		}
	}
	of := make(map[string][]CoveredBy)
	var ids []string
	for _, check := range register {
		for _, control := range controls(profile, check) {
			if of[control] == nil {
				ids = append(ids, control)
			}
			of[control] = append(of[control], CoveredBy{check.ID, check.Title, check.Severity, check.Source})
		}
	}
	slices.SortFunc(ids, natural)
	for _, id := range ids {
		rows = append(rows, Coverage{id, gradeOf(id), of[id]})
	}
	return name, rows
}

// natural orders ids of controls as people count: 1.1.3 before 1.1.12.
func natural(a, b string) int {
	for a != "" && b != "" {
		x, restA := chunk(a)
		y, restB := chunk(b)
		if digit(x[0]) && digit(y[0]) && len(x) != len(y) {
			return len(x) - len(y)
		}
		if x != y {
			return strings.Compare(x, y)
		}
		a, b = restA, restB
	}
	return len(a) - len(b)
}

// chunk takes a run of digits, or one other byte, off the front.
func chunk(s string) (first, rest string) {
	n := 1
	for digit(s[0]) && n < len(s) && digit(s[n]) {
		n++
	}
	return s[:n], s[n:]
}

func digit(b byte) bool { return b >= '0' && b <= '9' }

// profiles reads one name, or several that add up.
func (l *loader) profiles(v *doc.Node) {
	items := []*doc.Node{v}
	if v.Kind == doc.List {
		items = v.Items
	}
	if len(items) == 0 {
		l.fail(v, "profile names at least one of %s", strings.Join(ProfileNames(), ", "))
	}
	l.policy.Profiles = nil
	for _, one := range items {
		l.policy.Profiles = with(l.policy.Profiles, l.oneOf(one, "profile", ProfileNames()...))
	}
}

// with adds a profile. The strict one asks all that the standard one does.
func with(profiles []string, one string) []string {
	switch {
	case slices.Contains(profiles, one), one == Standard && slices.Contains(profiles, Strict):
		return profiles
	case one == Strict:
		profiles = slices.DeleteFunc(slices.Clone(profiles), func(p string) bool { return p == Standard })
	}
	profiles = append(slices.Clone(profiles), one)
	slices.SortFunc(profiles, func(a, b string) int {
		return slices.Index(ProfileNames(), a) - slices.Index(ProfileNames(), b)
	})
	return profiles
}
