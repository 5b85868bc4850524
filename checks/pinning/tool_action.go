package pinning

import (
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// toolAction is an action that fetches a tool, at its newest version unless an
// input names one. Actions that carry the hashes of what they fetch are not of
// this kind, and neither are those that set up a language: floating-toolchain
// looks at these.
type toolAction struct {
	tool  string
	input string // names the version
}

// toolActions are the ones whose action.yml says so: its input's default is latest.
var toolActions = map[string]toolAction{
	"aquasecurity/setup-trivy":           {"trivy", "version"},
	"1password/load-secrets-action":      {"1Password CLI", "version"},
	"azure/setup-helm":                   {"helm", "version"},
	"azure/setup-kubectl":                {"kubectl", "version"},
	"hashicorp/setup-terraform":          {"terraform", "terraform_version"},
	"snok/install-poetry":                {"poetry", "version"},
	"google-github-actions/setup-gcloud": {"gcloud", "version"},
	"goreleaser/goreleaser-action":       {"goreleaser", "version"},
	"pulumi/actions":                     {"pulumi", "pulumi-version"},
	"extractions/setup-just":             {"just", "just-version"},
	"digitalocean/action-doctl":          {"doctl", "version"},
	"supabase/setup-cli":                 {"supabase", "version"},
}

// inspectToolActions judges the steps that fetch a tool through an action.
func inspectToolActions(seen *evidence.Snapshot, record *audit.Record) {
	for _, workflow := range seen.Workflows {
		for _, job := range workflow.Jobs {
			judgeToolSteps(record, job.Steps)
		}
	}
	for _, action := range seen.Actions {
		judgeToolSteps(record, action.Steps)
	}
}

func judgeToolSteps(record *audit.Record, steps []evidence.Step) {
	for _, step := range steps {
		uses := evidence.SplitUses(step.Uses.Value)
		name := strings.ToLower(strings.Trim(uses.Owner+"/"+uses.Repo+"/"+uses.Path, "/"))
		if tool, known := toolActions[name]; known && !never(step.If.Value) {
			judgeTool(record, step, name, tool)
		}
	}
}

// never says that a step is switched off for good.
func never(condition string) bool {
	bare := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(condition), "${{"), "}}"))
	return bare == "false"
}

func judgeTool(record *audit.Record, step evidence.Step, action string, tool toolAction) {
	at, version := step.Uses.At, ""
	for _, input := range step.With {
		if strings.EqualFold(input.Name, tool.input) && input.Value != "" {
			at, version = input.At, input.Value
		}
	}
	subject := strings.TrimRight(tool.tool+" "+version, " ")
	finding := audit.Finding{
		Subject: subject, Thing: action, Anchor: step.Anchor, Location: at, Severity: audit.Medium,
	}
	switch {
	case strings.Contains(version, "${{"):
		record.Doubt(audit.Doubt{
			Subject: subject, Location: at, Unlock: "write the version into the file",
			Reason: fmt.Sprintf("%s fetches %s, and its version comes from %s", action, tool.tool, version),
		})
	case version == "":
		finding.Message = fmt.Sprintf("%s fetches the newest %s, because no %s is set; name one exact version", action, tool.tool, tool.input)
		record.Defect(finding)
	case !oneVersion(version):
		finding.Message = fmt.Sprintf("%s fetches %s at %s, which can move; name one exact version", action, tool.tool, version)
		record.Defect(finding)
	default:
		record.Pass(subject, at)
	}
}

// oneVersion: digits throughout, and no range.
func oneVersion(version string) bool {
	version = strings.TrimPrefix(version, "v")
	return version != "" && version[0] >= '0' && version[0] <= '9' && strings.Count(version, ".") >= 2 && !strings.ContainsAny(version, "^~<>*x ")
}
