package provenance

import (
	_ "embed"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed insecure_remote_transport.md
var insecureRemoteTransportDoc string

// InsecureRemoteTransport finds remote servers that are reached over plain http,
// and launches that switch the check of certificates off.
var InsecureRemoteTransport = &audit.Check{
	ID:       "insecure-remote-transport",
	Title:    "Remote server is reached without a checked, encrypted connection",
	Family:   audit.Provenance,
	Severity: audit.Medium,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.ServerManifests, evidence.Bundles, evidence.Launches},
	Doc:      insecureRemoteTransportDoc,
	Controls: []string{"OSPS-BR-03.01", "SSDF-PS.2.1", "OWASP-MCP07"},
	Inspect:  inspectInsecureRemoteTransport,
}

func inspectInsecureRemoteTransport(seen *evidence.Snapshot, record *audit.Record) {
	for _, remote := range seen.Remotes {
		if remote.Shown {
			continue // shown to readers, who put in their own address
		}
		inspectRemote(remote, record)
	}
	for _, launch := range seen.Launches {
		if launch.Origin == evidence.LaunchDocs || launch.Origin == evidence.LaunchLink {
			continue // shown to readers
		}
		inspectLaunch(launch, record)
	}
	for _, manifest := range seen.ServerManifests {
		for _, one := range manifest.Packages {
			inspectSettings(one.Inputs, record)
		}
	}
	for _, bundle := range seen.Bundles {
		inspectSettings(bundle.Inputs, record)
	}
}

func inspectRemote(remote evidence.Remote, record *audit.Record) {
	written := remote.URL.Value
	scheme, _, _ := strings.Cut(strings.ToLower(written), "://")
	switch {
	case scheme != "http" && scheme != "ws" && scheme != "https" && scheme != "wss":
		record.Doubt(audit.Doubt{
			Subject:  written,
			Location: remote.URL.At,
			Reason:   fmt.Sprintf("how %s is reached is known only when it is put in", written),
		})
	case scheme == "https" || scheme == "wss" || staysHere(written):
		record.Pass(written, remote.URL.At)
	default:
		record.Defect(audit.Finding{
			Subject:  written,
			Anchor:   remote.Anchor,
			Location: remote.URL.At,
			Message:  fmt.Sprintf("%s is reached over plain %s, so whoever stands between can read the tokens and answer in the server's name; use https", written, scheme),
		})
	}
}

// staysHere tells whether an address leads to this machine, or to a service of
// the same container network, whose names have no dot.
func staysHere(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsLoopback() || ip.IsUnspecified()
	}
	return host != "" && !strings.Contains(host, ".") && !strings.ContainsAny(host, "{}$") || strings.HasSuffix(host, ".localhost") || host == "host.docker.internal"
}

func inspectLaunch(launch evidence.Launch, record *audit.Record) {
	found := false
	for _, setting := range launch.Env {
		if setting.Value.Known && turnsChecksOff(setting.Name, setting.Value.Value) {
			found = true
			record.Defect(uncheckedFinding(setting.Name+"="+setting.Value.Value, setting.Name, launch.Anchor, setting.Value.At))
		}
	}
	for _, word := range launch.Words {
		if flagTurnsChecksOff(word.Value) {
			found = true
			record.Defect(uncheckedFinding(word.Value, word.Value, launch.Anchor, word.At))
		}
	}
	if !found {
		record.Pass(launch.Command, launch.At)
	}
}

func inspectSettings(inputs []evidence.UserInput, record *audit.Record) {
	for _, one := range inputs {
		if turnsChecksOff(one.Name, one.Value.Value) {
			record.Defect(uncheckedFinding(one.Name+"="+one.Value.Value, one.Name, one.Anchor, one.Value.At))
		}
	}
}

func uncheckedFinding(subject, thing, anchor string, at evidence.Location) audit.Finding {
	return audit.Finding{
		Subject:  subject,
		Thing:    thing,
		Anchor:   anchor,
		Location: at,
		Message:  fmt.Sprintf("%s switches the check of certificates off, so anybody can answer in the server's name; remove it, and trust a private authority by its certificate instead", subject),
	}
}

// turnsChecksOff knows the environment variables of the runtimes, and the names
// that servers give their own.
func turnsChecksOff(name, value string) bool {
	name, value = strings.ToUpper(name), strings.ToLower(value)
	off := value == "0" || value == "false" || value == "no" || value == "off"
	on := value == "1" || value == "true" || value == "yes" || value == "on"
	switch {
	case name == "NODE_TLS_REJECT_UNAUTHORIZED", name == "PYTHONHTTPSVERIFY":
		return value == "0"
	case strings.HasSuffix(name, "SSL_VERIFY"), strings.HasSuffix(name, "TLS_VERIFY"), strings.HasSuffix(name, "VERIFY_SSL"), strings.HasSuffix(name, "VERIFY_TLS"):
		return off && !strings.Contains(name, "NO_") && !strings.Contains(name, "SKIP_") || on && (strings.Contains(name, "NO_SSL") || strings.Contains(name, "SKIP_"))
	case strings.HasSuffix(name, "NO_VERIFY"), strings.HasSuffix(name, "INSECURE_SKIP_VERIFY"), strings.HasSuffix(name, "SSL_INSECURE"), strings.HasSuffix(name, "TLS_INSECURE"), strings.HasSuffix(name, "ALLOW_INSECURE"):
		return on
	}
	return false
}

func flagTurnsChecksOff(word string) bool {
	switch strings.TrimSuffix(word, "=true") {
	case "--insecure", "--insecure-skip-tls-verify", "--insecure-skip-verify", "--no-verify-ssl", "--no-check-certificate", "--skip-tls-verify", "--tls-skip-verify":
		return true
	}
	return word == "--ssl-verify=false" || word == "--tls-verify=false" || word == "--verify-ssl=false"
}
