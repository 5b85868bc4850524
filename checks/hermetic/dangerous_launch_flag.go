package hermetic

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed dangerous_launch_flag.md
var dangerousLaunchFlagDoc string

// DangerousLaunchFlag finds launches that give a server's container the machine
// it runs on.
var DangerousLaunchFlag = &audit.Check{
	ID:       "dangerous-launch-flag",
	Title:    "Server is started with a flag that opens its container",
	Family:   audit.Hermetic,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Launches, evidence.ServerManifests, evidence.Bundles, evidence.Documents},
	Doc:      dangerousLaunchFlagDoc,
	Controls: []string{"CIS-SSC-2.2.4", "SSDF-PW.9.1", "CICD-SEC-7", "OWASP-MCP02"},
	Inspect:  inspectDangerousLaunchFlag,
}

func inspectDangerousLaunchFlag(seen *evidence.Snapshot, record *audit.Record) {
	shown := make(map[string]bool)
	for _, launch := range seen.Launches {
		flags, runs := engineFlags(launch.Words)
		if !runs {
			continue // no container
		}
		inDocs := launch.Origin == evidence.LaunchDocs || launch.Origin == evidence.LaunchLink
		found := judgeFlags(flags, func(danger containerFlag, why string) {
			finding := audit.Finding{
				Subject: danger.written(), Anchor: launch.Anchor, Location: danger.at,
				Message: fmt.Sprintf("%s %s; take it away", whoStarts(launch.Server, danger), why),
			}
			if inDocs {
				if shown[launch.Path] {
					return // one note a page
				}
				shown[launch.Path] = true
				finding.Severity = audit.Note
			}
			record.Defect(finding)
		})
		if !found && !inDocs {
			passOrDoubt(record, launch.Command, launch.At, flags)
		}
	}
	inspectManifestFlags(seen, record)
	inspectServices(seen, record)
}

// inspectManifestFlags looks at what server.json hands to the container engine.
func inspectManifestFlags(seen *evidence.Snapshot, record *audit.Record) {
	for _, manifest := range seen.ServerManifests {
		for _, one := range manifest.Packages {
			if one.Registry != "oci" || len(one.Arguments) == 0 {
				continue // its arguments go to another program
			}
			words := []evidence.Word{{Value: "docker"}, {Value: "run"}}
			for _, argument := range one.Arguments {
				words = append(words, evidence.Word{Value: argument.Value, Known: !strings.Contains(argument.Value, "{"), At: argument.At})
			}
			flags, _ := engineFlags(words)
			found := judgeFlags(flags, func(danger containerFlag, why string) {
				record.Defect(audit.Finding{
					Subject: danger.written(), Anchor: one.Anchor + "/runtimeArguments", Location: danger.at,
					Message: fmt.Sprintf("%s %s, on the machine of everybody who installs it; take it away", whoStarts(manifest.Name.Value, danger), why),
				})
			})
			if !found {
				passOrDoubt(record, one.Identifier.Value, one.At, flags)
			}
		}
	}
}

// inspectServices looks at the services of compose files.
func inspectServices(seen *evidence.Snapshot, record *audit.Record) {
	for _, service := range seen.Services {
		var flags []containerFlag
		for _, setting := range service.Settings {
			value := setting.Value
			name := composeFlags[setting.Name]
			if name == "--privileged" && value != "true" {
				continue
			}
			if name == "--privileged" {
				value = ""
			}
			flags = append(flags, containerFlag{name: name, value: value, known: !strings.Contains(value, "$"), at: setting.At})
		}
		found := judgeFlags(flags, func(danger containerFlag, why string) {
			finding := audit.Finding{
				Subject: service.Name + " " + danger.written(), Anchor: "services/" + service.Name, Location: danger.at,
				Message: fmt.Sprintf("the service %s is started as if by %s, which %s; take it away", service.Name, danger.written(), why),
			}
			if !service.Builds {
				finding.Severity = audit.Medium // somebody else's program, which runs beside the server
			}
			record.Defect(finding)
		})
		if !found {
			passOrDoubt(record, service.Name, service.At, flags)
		}
	}
}

// composeFlags are the settings of a service and the flags that mean the same.
var composeFlags = map[string]string{
	"privileged": "--privileged", "network_mode": "--network", "pid": "--pid", "ipc": "--ipc", "userns_mode": "--userns",
	"volumes": "--volume", "cap_add": "--cap-add", "security_opt": "--security-opt",
}

func whoStarts(server string, danger containerFlag) string {
	if server == "" {
		return danger.written()
	}
	return fmt.Sprintf("the server %s is started with %s, which", server, danger.written())
}

// passOrDoubt: nothing dangerous is written, but what the run puts in may be.
func passOrDoubt(record *audit.Record, subject string, at evidence.Location, flags []containerFlag) {
	for _, flag := range flags {
		if flag.known || !slices.Contains([]string{"--network", "--pid", "--cap-add", "--security-opt", ""}, flag.name) {
			continue
		}
		if strings.HasPrefix(flag.value, "$") || strings.HasPrefix(flag.value, "{") {
			record.Doubt(audit.Doubt{Subject: subject, Location: flag.at, Reason: fmt.Sprintf("what %s stands for is known to the run only", flag.written()), Unlock: "write the value into the file"})
			return
		}
	}
	record.Pass(subject, at)
}

// judgeFlags tells each dangerous flag with the half of a sentence that says why.
func judgeFlags(flags []containerFlag, tell func(containerFlag, string)) (found bool) {
	for _, flag := range flags {
		if why := flag.danger(); why != "" {
			tell(flag, why)
			found = true
		}
	}
	return found
}
