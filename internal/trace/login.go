package trace

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// login is a place that stores the credentials of a registry, for those that
// publish there later in the job.
type login struct {
	registry Registry
	secrets  []Secret
	after    int // so many publishers of the job come before it
}

var loginActions = []string{"docker/login-action", "redhat-actions/podman-login", "azure/docker-login", "docker-practice/actions-setup-docker"}

// loginStep reads a step whose action logs in.
func (w *walk) loginStep(step *evidence.Step) {
	uses := evidence.SplitUses(step.Uses.Value)
	if uses.Kind != evidence.UsesRemote || !slices.Contains(loginActions, strings.ToLower(uses.Owner+"/"+uses.Repo)) {
		return
	}
	var all secrets
	for _, v := range step.With {
		if v.Name == "password" { // who logs in is no secret, though it may lie among them
			all.add(v.Name, v.Value, v.At)
		}
	}
	w.logins = append(w.logins, login{ToOCI, all, len(w.found)})
}

// loginScript reads a script that logs in: its secrets may come by any of its
// commands, as echo "$TOKEN" | docker login does.
func (w *walk) loginScript(script *evidence.Script, env []evidence.Variable) {
	var registries []Registry
	for i := range script.Commands {
		if registry := logsIn(&script.Commands[i]); registry != "" && !slices.Contains(registries, registry) {
			registries = append(registries, registry)
		}
	}
	for _, registry := range registries {
		var all secrets
		for i := range script.Commands {
			command := &script.Commands[i]
			if logsIn(command) == registry || feeds(script, i, registry) {
				all.words(command.Words, commandEnv(env, command))
			}
		}
		w.logins = append(w.logins, login{registry, all, len(w.found)})
	}
}

// feeds tells whether the output of a command goes into one that logs in there.
func feeds(script *evidence.Script, i int, registry Registry) bool {
	for j := range script.Commands {
		if script.Commands[j].Input == i+1 && logsIn(&script.Commands[j]) == registry {
			return true
		}
	}
	return false
}

// logsIn gives the registry whose credentials a command stores.
func logsIn(command *evidence.Command) Registry {
	words := peel(command.Words)
	if len(words) == 0 {
		return ""
	}
	line := commandLine{program: evidence.ProgramName(words[0].Value), words: words[1:]}
	line.operands = line.operand()
	for _, word := range words {
		switch {
		case strings.Contains(word.Value, "_authToken"), strings.Contains(word.Value, "npmAuthToken"):
			return ToNPM
		case strings.Contains(word.Value, "pypi-token."):
			return ToPyPI
		}
	}
	switch line.program {
	case "docker", "podman", "buildah", "skopeo", "crane", "oras", "nerdctl", "regctl", "ko":
		if line.first("login") || line.has("auth", "login") || line.first("registry", "login") {
			return ToOCI
		}
	case "helm":
		if line.first("registry", "login") {
			return ToHelm
		}
	case "cargo":
		if line.first("login") {
			return ToCargo
		}
	case "nuget":
		if line.first("setapikey") || line.first("setApiKey") {
			return ToNuGet
		}
	case "mcp-publisher":
		if line.first("login") {
			return ToMCP
		}
	case "vsce", "ovsx":
		if line.first("login") {
			return ToVSCode
		}
	}
	return ""
}

// useLogins hands the secrets of logins to those that publish there
// after them.
func (w *walk) useLogins() {
	for _, login := range w.logins {
		for _, p := range w.found[login.after:] {
			if p.Registry != login.registry && (p.Registry != ToHelm || login.registry != ToOCI) {
				continue
			}
			for _, secret := range login.secrets {
				if !slices.Contains(p.Secrets, secret) {
					p.Secrets = append(p.Secrets, secret)
				}
			}
		}
	}
}
