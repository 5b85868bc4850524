package access

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

//go:embed secret_outside_environment.md
var secretOutsideEnvironmentDoc string

// SecretOutsideEnvironment finds secrets for publishing that any workflow of the
// repository can read.
var SecretOutsideEnvironment = &audit.Check{
	ID:       "secret-outside-environment",
	Title:    "Publishing secret is in reach of every workflow",
	Family:   audit.Access,
	Severity: audit.Medium,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Workflows, evidence.Commands},
	Doc:      secretOutsideEnvironmentDoc,
	Controls: []string{"OSPS-BR-07.01", "OSPS-AC-04.01", "CIS-SSC-2.3.8", "SSDF-PS.1.1", "SSDF-PO.5.1", "CICD-SEC-6", "OWASP-MCP01"},
	Inspect:  inspectSecretOutsideEnvironment,
}

func inspectSecretOutsideEnvironment(seen *evidence.Snapshot, record *audit.Record) {
	traced := trace.Of(seen)
	type key struct {
		job    *trace.Job
		secret string
	}
	known := make(map[key]bool)
	for _, p := range traced.Publishers {
		if p.Job.Spec == nil || p.Trusted(seen) || !p.Publishes() {
			continue // variables of a pipeline live on its host; where no secret is needed, that is what to say
		}
		if attested := traced.Attests(p, seen); attested.Carries && attested.Answer == evidence.No {
			continue // publish-without-provenance speaks of the step, and tells this beside it
		}
		secrets := p.Credentials().Tokens
		if len(secrets) == 0 {
			record.Pass(p.Subject, p.At) // by the token of the run, or the identity of a cloud
		}
		for _, secret := range secrets {
			if k := (key{p.Job, secret.Name}); !known[k] {
				known[k] = true
				judgeSecret(record, seen.Host(), p, secret)
			}
		}
	}
}

func judgeSecret(record *audit.Record, host *evidence.Host, p *trace.Publisher, secret trace.Secret) {
	if p.Environment() != "" {
		judgeKept(record, host, p, secret)
		return
	}
	record.Defect(audit.Finding{
		Subject: secret.Name, Anchor: p.Anchor, Location: secret.At,
		Message: fmt.Sprintf("%s publishes (%s) and %s names no environment, so a workflow on any branch can read the secret; keep it in an environment that only the release may use", secret.Name, p.Subject, p.Job),
		Related: publishedWith(p),
	})
}

// judgeKept asks the host whether the environment alone has the secret, and guards it.
func judgeKept(record *audit.Record, host *evidence.Host, p *trace.Publisher, secret trace.Secret) {
	environment := p.Environment()
	if host == nil {
		record.Doubt(audit.Doubt{
			Subject: secret.Name, Location: secret.At,
			Reason: fmt.Sprintf("whether the secret is kept in the environment %s alone, and whether that is protected, only the host knows", environment),
			Unlock: "a token that may read the environments of the repository",
		})
		return
	}
	switch kept := host.Keeping(secret.Name, environment); kept.Safe {
	case evidence.Yes:
		record.Pass(secret.Name, secret.At)
	case evidence.Unknown:
		record.Doubt(audit.Doubt{Subject: secret.Name, Location: secret.At, Reason: kept.Reason, Unlock: kept.Unlock})
	case evidence.No:
		record.Defect(audit.Finding{
			Subject: secret.Name, Anchor: p.Anchor, Location: secret.At,
			Message: fmt.Sprintf("%s publishes (%s) in the environment %s, but %s; keep it in one environment alone, that only the release may use", secret.Name, p.Subject, environment, kept.Reason),
			Related: publishedWith(p),
		})
	}
}

func publishedWith(p *trace.Publisher) []audit.Related {
	return []audit.Related{{Location: p.At, Message: "what publishes with it"}, {Location: p.Job.At, Message: "the job"}}
}
