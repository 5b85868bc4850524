// Package action is sealvet as a step of a GitHub workflow: it reads the inputs of
// action.yml, speaks to the runner (annotations, summary, outputs) and hands SARIF to
// code scanning. It knows judged reports and the runner, and never checks or
// collectors.
//
// Inputs come in by the environment and never through a script. What a repository
// names goes to the runner escaped, and into its files behind a delimiter that nobody
// can foresee.
package action

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Inputs are those of action.yml.
type Inputs struct {
	Path      string
	Policy    string
	OrgPolicy string
	FailAt    string
	Formats   []string
	Baseline  string
	Evidence  []string // one file a line
	Online    bool
	Upload    string // auto, true, false
	Category  string
	Args      []string // more flags of scan
	// Token is the job's, AuditToken one that may read more. Neither is ever printed.
	Token, AuditToken string
}

// Variables are the environment variables that hold tokens: the program takes them out
// of its environment once it has read them.
var Variables = []string{"INPUT_GITHUB_TOKEN", "INPUT_AUDIT_TOKEN"}

// ReadInputs reads INPUT_*: the names of action.yml in capitals, with "_" for "-",
// because a shell passes no other on.
func ReadInputs(env func(string) string) (Inputs, error) {
	read := func(name string) string { return strings.TrimSpace(env("INPUT_" + name)) }
	in := Inputs{
		Path: read("PATH"), Policy: read("POLICY"), OrgPolicy: read("ORG_POLICY"), FailAt: read("FAIL_AT"),
		Baseline: read("BASELINE"), Evidence: lines(read("EVIDENCE")), Upload: strings.ToLower(read("UPLOAD_SARIF")),
		Category: strings.Trim(read("CATEGORY"), "/"), Token: read("GITHUB_TOKEN"), AuditToken: read("AUDIT_TOKEN"),
	}
	if in.Path == "" {
		in.Path = "."
	}
	if in.Category == "" {
		in.Category = "sealvet"
	}
	for format := range strings.FieldsFuncSeq(read("FORMATS"), func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\r' || r == '\t' }) {
		if !slices.Contains(in.Formats, format) {
			in.Formats = append(in.Formats, format)
		}
	}
	switch strings.ToLower(read("ONLINE")) {
	case "", "true":
		in.Online = true
	case "false":
	default:
		return in, fmt.Errorf("the input online is true or false, not %q", read("ONLINE"))
	}
	switch in.Upload {
	case "":
		in.Upload = "auto"
	case "auto", "true", "false":
	default:
		return in, fmt.Errorf("the input upload-sarif is auto, true or false, not %q", in.Upload)
	}
	var err error
	in.Args, err = words(read("ARGS"))
	return in, err
}

// Report is one that the step leaves behind.
type Report struct{ Format, File string }

// fileNames of reports, where they are not sealvet.FORMAT.
var fileNames = map[string]string{
	"markdown": "sealvet.md", "junit": "sealvet.junit.xml", "sarif-full": "sealvet.full.sarif",
	"gitlab-sast": "sealvet.gitlab-sast.json", "codequality": "sealvet.codequality.json",
}

// Reports are the files that the formats go to. The text is in the log.
func (in Inputs) Reports(dir string) []Report {
	var all []Report
	for _, format := range in.Formats {
		if format == "text" {
			continue // in the log whatever else is written
		}
		name := fileNames[format]
		if name == "" {
			name = "sealvet." + filepath.Base(format)
		}
		all = append(all, Report{format, filepath.Join(dir, name)})
	}
	return all
}

// Scan is the command line of scan for these inputs.
func (in Inputs) Scan(dir string) []string {
	var args []string
	flag := func(name, value string) {
		if value != "" {
			args = append(args, "--"+name+"="+value)
		}
	}
	flag("policy", in.Policy)
	flag("org-policy", in.OrgPolicy)
	flag("fail-at", in.FailAt)
	flag("baseline", in.Baseline)
	for _, file := range in.Evidence {
		flag("evidence", file)
	}
	if !in.Online {
		args = append(args, "--offline")
	}
	for _, report := range in.Reports(dir) {
		flag("output", report.Format+"="+report.File)
	}
	return append(append(args, in.Args...), "--", in.Path)
}

func lines(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

var errArgs = errors.New("the input args holds flags as one writes them in a shell, without variables and commands")

// words splits as a shell does, and expands nothing.
func words(text string) ([]string, error) {
	var all []string
	for word, err := range syntax.NewParser().WordsSeq(strings.NewReader(text)) {
		if err != nil {
			return nil, errArgs
		}
		all = append(all, literal(word.Parts))
	}
	if slices.Contains(all, expands) {
		return nil, errArgs
	}
	return all, nil
}

// expands stands for a word that a shell would have to work out.
const expands = "\x00"

func literal(parts []syntax.WordPart) string {
	var b strings.Builder
	for _, part := range parts {
		switch p := part.(type) {
		case *syntax.Lit:
			b.WriteString(unescaped(p.Value))
		case *syntax.SglQuoted:
			b.WriteString(p.Value)
		case *syntax.DblQuoted:
			inner := literal(p.Parts)
			if inner == expands {
				return expands
			}
			b.WriteString(inner)
		default:
			return expands
		}
	}
	return b.String()
}

func unescaped(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			i++
		}
		b.WriteByte(text[i])
	}
	return b.String()
}
