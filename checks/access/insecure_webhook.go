package access

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed insecure_webhook.md
var insecureWebhookDoc string

// InsecureWebhook finds webhooks whose receiver cannot be sure of what it
// hears, or whose words others can read.
var InsecureWebhook = &audit.Check{
	ID:       "insecure-webhook",
	Title:    "Webhook can be read, changed or forged on its way",
	Family:   audit.Access,
	Severity: audit.Medium,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      insecureWebhookDoc,
	Controls: []string{"OSPS-BR-03.01", "CIS-SSC-1.4.4", "SSDF-PO.5.1", "CICD-SEC-7"},
	Inspect:  inspectInsecureWebhook,
}

func inspectInsecureWebhook(seen *evidence.Snapshot, record *audit.Record) {
	host := seen.Host()
	if host == nil {
		return // a gap says so
	}
	for _, hook := range host.Webhooks {
		judgeWebhook(record, host, hook)
	}
	if doubtMissing(record, host, "webhooks") && len(host.Webhooks) == 0 {
		record.Pass("webhooks", noPlace) // there are none
	}
}

func judgeWebhook(record *audit.Record, host *evidence.Host, hook evidence.Webhook) {
	level := levelOf(host, hook.Level, "")
	subject, private := fmt.Sprintf("webhook %s %s", hook.ID, level), "a webhook "+level // one receiver may have several
	if hook.Host != "" {
		subject += " to " + hook.Host
	}
	if hook.Active == evidence.No {
		record.Pass(subject, noPlace) // it sends nothing
		return
	}
	path := "webhooks/" + hook.Level + "/" + hook.ID
	var faults, unknown []string
	answer := func(field, fault string, good evidence.Answer) {
		switch good {
		case evidence.Yes:
		case evidence.No:
			faults = append(faults, fault)
		case evidence.Unknown:
			unknown = append(unknown, field)
		}
	}
	if hook.Scheme == "" {
		unknown = append(unknown, "scheme")
	} else if !strings.EqualFold(hook.Scheme, "https") {
		faults = append(faults, "sends over "+strings.ToLower(hook.Scheme))
	} else {
		answer("verifyTls", "does not verify the certificate of the receiver", hook.VerifyTLS)
	}
	answer("hasSecret", "signs nothing, having no secret", hook.HasSecret)
	switch {
	case len(faults) > 0:
		record.Defect(audit.Finding{
			Subject: subject, Private: private, Thing: "webhook " + hook.ID, Anchor: "host/webhooks/" + hook.Level,
			Message: fmt.Sprintf("%s %s; use https with verification and a secret that the receiver checks", subject, strings.Join(faults, " and ")),
		})
	case len(unknown) > 0:
		for _, field := range unknown {
			why := host.Why(path + "/" + field)
			record.Doubt(audit.Doubt{Subject: subject, Private: private, Reason: why.Reason, Unlock: why.Unlock})
		}
	default:
		record.Pass(subject, noPlace)
	}
}
