package access

import (
	_ "embed"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed persisted_checkout_credentials.md
var persistedCheckoutCredentialsDoc string

// PersistedCheckoutCredentials finds tokens that checkout leaves on the disk and
// that something later in the job can read.
var PersistedCheckoutCredentials = &audit.Check{
	ID:       "persisted-checkout-credentials",
	Title:    "Checkout leaves a token where an artifact or a later step can take it",
	Family:   audit.Access,
	Severity: audit.Medium,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Workflows},
	Doc:      persistedCheckoutCredentialsDoc,
	Controls: []string{"OSPS-BR-07.01", "CIS-SSC-1.5.1", "SSDF-PO.5.2", "CICD-SEC-6", "OWASP-MCP01"},
	Inspect:  inspectPersistedCheckoutCredentials,
}

func inspectPersistedCheckoutCredentials(seen *evidence.Snapshot, record *audit.Record) {
	commands := newNeeds(seen)
	for i := range seen.Workflows {
		w := &seen.Workflows[i]
		for j := range w.Jobs {
			for k := range w.Jobs[j].Steps {
				step := &w.Jobs[j].Steps[k]
				if version, found := evidence.CheckoutVersion(evidence.SplitUses(step.Uses.Value)); found {
					judgeCredentials(record, commands, checkout{w, &w.Jobs[j], step, version, w.Jobs[j].Steps[k+1:]})
				}
			}
		}
	}
}

// checkout is one use of actions/checkout and what follows it in its job.
type checkout struct {
	workflow *evidence.Workflow
	job      *evidence.Job
	step     *evidence.Step
	version  evidence.Checkout
	later    []evidence.Step
}

func judgeCredentials(record *audit.Record, commands *needs, c checkout) {
	subject := c.step.Uses.Value
	if keep := input(c.step, "persist-credentials").Value; strings.EqualFold(keep, "false") || strings.Contains(keep, "${{") {
		record.Pass(subject, c.step.Uses.At)
		return
	}
	finding := audit.Finding{
		Subject: subject, Thing: "actions/checkout", Anchor: c.step.Anchor, Location: c.step.Uses.At,
	}
	for i := range c.later {
		step := &c.later[i]
		if !evidence.SplitUses(step.Uses.Value).Is("actions", "upload-artifact") {
			continue
		}
		what, covered := uploads(step, c)
		switch covered {
		case evidence.Yes:
			finding.Message = fmt.Sprintf("%s leaves the job's token in %s, and an artifact takes it along; set persist-credentials: false", subject, what)
			finding.Related = []audit.Related{{Location: step.Uses.At, Message: "uploads it"}}
			record.Defect(finding)
			return
		case evidence.Unknown:
			record.Doubt(audit.Doubt{
				Subject: subject, Location: c.step.Uses.At, Reason: "an artifact takes the checkout along; whether " + what + " is in it depends on versions that the SHAs do not tell",
				Unlock: "set persist-credentials: false",
			})
			return
		case evidence.No:
		}
	}
	if reader, found := c.reader(commands); found {
		finding.Message = fmt.Sprintf("%s leaves a token that can write where %s can read it, which runs code from elsewhere; set persist-credentials: false", subject, reader.Subject)
		finding.Related = []audit.Related{{Location: reader.Location, Message: "can read it"}}
		finding.Confidence = audit.Likely
		record.Defect(finding)
		return
	}
	record.Pass(subject, c.step.Uses.At)
}

// uploads says whether an artifact holds the token, and where it lies.
func uploads(step *evidence.Step, c checkout) (string, evidence.Answer) {
	covered := false
	for line := range strings.Lines(input(step, "path").Value) {
		line = strings.TrimSpace(line)
		if c.version.Major >= 6 && strings.ReplaceAll(line, " ", "") == "${{runner.temp}}" {
			return "the runner's temporary folder", evidence.Yes
		}
		covered = covered || c.holds(line)
	}
	if !covered || c.version.Major >= 6 {
		return "", evidence.No // from v6 on nothing lies in the workspace
	}
	hidden := hides(step)
	if c.version.Major < 0 && hidden != evidence.Yes {
		hidden = evidence.Unknown
	}
	switch hidden {
	case evidence.Yes:
		return "", evidence.No
	case evidence.No:
		return ".git/config", evidence.Yes
	}
	return ".git/config", evidence.Unknown
}

// holds tells whether a path of an artifact holds the .git folder of the checkout.
func (c checkout) holds(pattern string) bool {
	if strings.HasPrefix(pattern, "!") || pattern == "" {
		return false
	}
	for _, root := range []string{"${{ github.workspace }}", "${{github.workspace}}", "$GITHUB_WORKSPACE", "~/work"} {
		pattern = strings.TrimPrefix(pattern, root)
	}
	pattern = strings.Trim(pattern, "/")
	pattern = path.Clean(strings.TrimSuffix(strings.TrimSuffix(pattern, "**"), "**/*"))
	dir := path.Clean(input(c.step, "path").Value)
	return slices.Contains([]string{".", "*", "./*", dir, dir + "/*", path.Join(dir, ".git"), path.Join(dir, ".git/config")}, pattern)
}

// hides says whether the version of upload-artifact leaves hidden files out: from
// v4.4 on, unless it is told not to.
func hides(step *evidence.Step) evidence.Answer {
	if strings.EqualFold(input(step, "include-hidden-files").Value, "true") {
		return evidence.No
	}
	uses := evidence.SplitUses(step.Uses.Value)
	major, minor := version(uses.Ref)
	switch {
	case uses.FullSHA() || major < 0:
		return evidence.Unknown
	case major == 4 && minor >= 0:
		return evidence.Known(minor >= 4)
	}
	return evidence.Known(major >= 4)
}

// version takes v4.4.1 apart; -1 stands for what is not said.
func version(ref string) (major, minor int) {
	major, minor = -1, -1
	parts := strings.Split(strings.TrimPrefix(ref, "v"), ".")
	if n, err := strconv.Atoi(parts[0]); err == nil {
		major = n
	}
	if len(parts) > 1 {
		if n, err := strconv.Atoi(parts[1]); err == nil {
			minor = n
		}
	}
	return major, minor
}

// reader finds a later step that runs code from elsewhere while a token lies
// there that is worth taking: one that can write, and that no step pushes with.
func (c checkout) reader(commands *needs) (audit.Pass, bool) {
	if !c.valuable() || commands.steps(c.later, "contents") != evidence.No {
		return audit.Pass{}, false // what pushes needs the token where it is
	}
	for i := range c.later {
		step := &c.later[i]
		script := commands.scripts[step.Run.At]
		if script == nil {
			continue
		}
		for _, command := range script.Commands {
			if runsDependencies(command) {
				return audit.Pass{Subject: strings.Join(words(command), " "), Location: command.At}, true
			}
		}
	}
	return audit.Pass{}, false
}

// valuable tells whether the token is a key of its own, or can write.
func (c checkout) valuable() bool {
	for _, name := range []string{"token", "ssh-key"} {
		value := input(c.step, name).Value
		if value != "" && !strings.Contains(strings.ToLower(value), "github_token") && !strings.Contains(value, "github.token") {
			return true
		}
	}
	p := c.job.Permissions
	if !p.Declared {
		p = c.workflow.Permissions
	}
	return p.All == "write-all" || slices.ContainsFunc(p.Scopes, func(v evidence.Variable) bool { return v.Name == "contents" && v.Value == "write" })
}

// runsDependencies knows installs that run code of what they install.
func runsDependencies(command evidence.Command) bool {
	all := words(command)
	if len(all) < 2 || slices.Contains(all, "--ignore-scripts") || slices.Contains(all, "--only-binary=:all:") {
		return false
	}
	switch command.Program() {
	case "npm":
		return slices.Contains([]string{"ci", "install", "i"}, all[1])
	case "yarn", "bun": // pnpm asks before it runs scripts
		return all[1] == "install" || all[1] == "add"
	case "pip", "pip3":
		return all[1] == "install"
	case "npx", "bunx", "uvx":
		return true
	}
	return false
}

func input(step *evidence.Step, name string) evidence.Variable {
	for _, v := range step.With {
		if strings.EqualFold(v.Name, name) {
			return v
		}
	}
	return evidence.Variable{}
}
