package hermetic

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// codeOf lists the places of a step whose text is run as code.
func codeOf(step *evidence.Step) []string {
	if step.Run.Value != "" {
		return []string{"run"}
	}
	var places []string
	for _, input := range codeInputs[strings.ToLower(evidence.SplitUses(step.Uses.Value).Name())] {
		if slices.ContainsFunc(step.With, func(v evidence.Variable) bool { return strings.EqualFold(v.Name, input) }) {
			places = append(places, "with/"+input)
		}
	}
	return places
}

// codeInputs names the inputs of well-known actions that are run as code.
var codeInputs = map[string][]string{
	"actions/github-script":                  {"script"},
	"amadevus/pwsh-script":                   {"script"},
	"jannekem/run-python-script-action":      {"script"},
	"mikefarah/yq":                           {"cmd"},
	"azure/cli":                              {"inlinescript"},
	"azure/powershell":                       {"inlinescript"},
	"appleboy/ssh-action":                    {"script"},
	"cardinalby/js-eval-action":              {"expression"},
	"addnab/docker-run-action":               {"run", "options"},
	"nick-fields/retry":                      {"command", "on_retry_command", "new_command_on_retry"},
	"nick-invision/retry":                    {"command", "on_retry_command", "new_command_on_retry"},
	"step-security/retry":                    {"command"},
	"wandalen/wretry.action":                 {"command"},
	"changesets/action":                      {"version", "publish"},
	"cypress-io/github-action":               {"install-command", "build", "start", "command"},
	"reactivecircus/android-emulator-runner": {"pre-emulator-launch-script", "script"},
	"uraimo/run-on-arch-action":              {"setup", "install", "run"},
	"cross-platform-actions/action":          {"run"},
	"vmactions/freebsd-vm":                   {"prepare", "run"},
	"devcontainers/ci":                       {"runcmd"},
	"gabrielbb/xvfb-action":                  {"run"},
	"coactions/setup-xvfb":                   {"run"},
	"cloudflare/wrangler-action":             {"precommands", "postcommands"},
	"satackey/action-js-inline":              {"script"},
	"sergeysova/jq-action":                   {"cmd"},
	"kohlerdominik/docker-run-action":        {"run"},
	"gacts/run-and-post-run":                 {"run", "post"},
	"pytooling/actions/with-post-step":       {"main", "post"},
	"magefile/mage-action":                   {"args"},
	"workflow/nix-shell-action":              {"script"},
	"matlab-actions/run-command":             {"command"},
	"knicknic/os-specific-run":               {"macos", "linux", "windows"},
	"bahmutov/npm-install":                   {"install-command"},
	"codspeedhq/action":                      {"run"},
	"pyo3/maturin-action":                    {"before-script-linux"},
	"google-github-actions/ssh-compute":      {"command"},
	"garygrossgarten/github-action-ssh":      {"command"},
	"fifsky/ssh-action":                      {"command"},
	"easingthemes/ssh-deploy":                {"script_before", "script_after"},
	"gradle/gradle-build-action":             {"arguments"},
	"burrunan/gradle-cache-action":           {"arguments"},
	"borales/actions-yarn":                   {"cmd"},
}
