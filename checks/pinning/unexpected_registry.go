package pinning

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed unexpected_registry.md
var unexpectedRegistryDoc string

// UnexpectedRegistry finds settings and lock entries that lead to another
// registry than the public one of the ecosystem. A policy lists those that are
// meant.
var UnexpectedRegistry = &audit.Check{
	ID:       "unexpected-registry",
	Title:    "Packages come from a registry that nobody vouches for",
	Family:   audit.Pinning,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Registries, evidence.Lockfiles},
	Doc:      unexpectedRegistryDoc,
	Controls: []string{"OSPS-BR-05.01", "CIS-SSC-3.1.5", "SSDF-PW.4.1", "S2C2F-ENF-1", "CICD-SEC-3", "OWASP-MCP04"},
	Inspect:  inspectUnexpectedRegistry,
}

func inspectUnexpectedRegistry(seen *evidence.Snapshot, record *audit.Record) {
	for i := range seen.Registries {
		one := &seen.Registries[i]
		switch {
		case trusts[one.Setting]:
			record.Defect(settingFinding(one, one.URL, fmt.Sprintf(
				"%s is asked without a check of its certificate (%s), so anyone on the way can answer for it; give it a certificate that the client knows and remove the setting", one.URL, one.Setting)))
		case one.Host == "":
			judgeSwitch(one, record)
		case evidence.Symbolic(one.Host):
			record.Doubt(audit.Doubt{
				Subject: one.Setting, Location: one.At,
				Reason: fmt.Sprintf("%s is %s, which only the run knows", one.Setting, one.URL),
				Unlock: "write the host out and keep only names and passwords in variables",
			})
		default:
			judgeAddress(one, record)
		}
	}
	for i := range seen.Lockfiles {
		judgeSources(&seen.Lockfiles[i], record)
	}
}

// trusts are the settings that name a host whose certificate is not checked.
var trusts = map[string]bool{
	"trusted-host": true, "--trusted-host": true, "global.trusted-host": true, "PIP_TRUSTED_HOST": true,
	"allow-insecure-host": true, "--allow-insecure-host": true, "UV_INSECURE_HOST": true, "unsafeHttpWhitelist": true,
}

// judgeSwitch judges the settings that turn a check off.
func judgeSwitch(one *evidence.Registry, record *audit.Record) {
	subject := one.Setting + "=" + one.URL
	switch one.Setting {
	case "GOSUMDB":
		if one.URL == "off" {
			record.Defect(settingFinding(one, subject, "GOSUMDB=off lets Go take modules that the checksum database has never seen; remove it"))
			return
		}
	case "GOPRIVATE":
		if everything(one.URL) {
			record.Defect(settingFinding(one, subject, subject+" takes every module past the proxy and the checksum database; name your own modules only"))
			return
		}
	case "GONOSUMDB", "GONOSUMCHECK", "GOINSECURE":
		record.Defect(settingFinding(one, subject, fmt.Sprintf("%s lets Go take these modules unchecked; remove it, and set GOPRIVATE for modules that are your own", subject)))
		return
	case "GOFLAGS":
		record.Defect(settingFinding(one, subject, subject+" lets Go fetch without TLS; remove -insecure"))
		return
	case "strict-ssl", "enableStrictSsl", "verify_ssl":
		record.Defect(settingFinding(one, subject, fmt.Sprintf("%s=%s turns off the check of the registry's certificate; remove it", one.Setting, one.URL)))
		return
	case "secure-http":
		record.Defect(settingFinding(one, subject, "secure-http=false lets Composer fetch packages over plain http; remove it"))
		return
	}
	record.Pass(subject, one.At)
}

// everything knows a module pattern that leaves nothing out.
func everything(patterns string) bool {
	for pattern := range strings.SplitSeq(patterns, ",") {
		if strings.Trim(pattern, "*/ ") == "" {
			return true
		}
	}
	return false
}

func judgeAddress(one *evidence.Registry, record *audit.Record) {
	plain := isPlainHTTP(one.URL)
	public := isPublic(one.Ecosystem, one.Host, one.URL)
	switch {
	case public && plain:
		record.Defect(settingFinding(one, one.Host, fmt.Sprintf("%s is asked over plain http (%s), where anyone on the way can answer; use https", one.Host, one.Setting)))
	case public:
		record.Pass(one.Host, one.At)
	case one.Extra:
		record.Defect(settingFinding(one, one.Host, fmt.Sprintf(
			"%s is asked beside the public registry for the same %s names%s (%s), so a package of that name in either may be taken for the one in the other; %s",
			one.Host, ecosystemName(one.Ecosystem), overHTTPWords(plain), one.Setting, separate(one))))
	default:
		record.Defect(settingFinding(one, one.Host, fmt.Sprintf("%s answers for %s%s (%s), and it is not the public registry; %s",
			one.Host, namesFor(one), overHTTPWords(plain), one.Setting, vouch)))
	}
}

const vouch = "remove the setting, or allow the host for this check in the policy"

func namesFor(one *evidence.Registry) string {
	switch {
	case one.Scope == "":
		return "every " + ecosystemName(one.Ecosystem) + " package"
	case strings.HasPrefix(one.Scope, "@"):
		return one.Scope + " packages"
	}
	return "some " + ecosystemName(one.Ecosystem) + " packages"
}

// separate says how each tool binds a name to one index.
func separate(one *evidence.Registry) string {
	switch {
	case one.Ecosystem == evidence.NuGet:
		return "map names to sources in packageSourceMapping"
	case one.Setting == "index":
		return "mark the index explicit and bind its packages to it in tool.uv.sources"
	case one.Setting == "tool.poetry.source":
		return `give the source priority = "explicit"`
	case one.Setting == "tool.pdm.source":
		return "give the source include_packages"
	case one.Ecosystem == evidence.Gem:
		return "put its gems into a block of the source"
	case one.Ecosystem == evidence.PyPI:
		return "use one index that serves both, or install by hashes"
	}
	return "use one registry that serves both"
}

func overHTTPWords(plain bool) string {
	if plain {
		return " over plain http"
	}
	return ""
}

func isPlainHTTP(address string) bool {
	return len(address) >= len("http://") && strings.EqualFold(address[:len("http://")], "http://")
}

func settingFinding(one *evidence.Registry, subject, message string) audit.Finding {
	return audit.Finding{Subject: subject, Anchor: one.Anchor, Location: one.At, Message: message}
}

// judgeSources gives one finding a lock and host, with the first entry that
// leads there: they are mended together.
func judgeSources(lock *evidence.Lockfile, record *audit.Record) {
	first := make(map[string]*evidence.LockEntry)
	counts := make(map[string]int)
	var hosts []string // in file order
	for i := range lock.Entries {
		entry := &lock.Entries[i]
		if entry.Source == evidence.Git || entry.Source == evidence.PathClass {
			continue // no registry: a commit or this tree holds it
		}
		host, _ := evidence.AddressHost(entry.Resolved)
		if host == "" || isPublic(lock.Ecosystem, host, entry.Resolved) || entry.Source == evidence.URL && isForge(host) {
			continue
		}
		if first[host] == nil {
			first[host] = entry
			hosts = append(hosts, host)
		}
		counts[host]++
	}
	for _, host := range hosts {
		come := "come"
		if counts[host] == 1 {
			come = "comes"
		}
		record.Defect(audit.Finding{
			Subject: host, Anchor: "lock", Location: first[host].At,
			Message: fmt.Sprintf("%s in %s %s from %s (%s first), which is not the public registry; lock again from the public one, or allow the host for this check in the policy",
				count(counts[host], "package", "packages"), lock.Path, come, host, first[host].Name),
		})
	}
	if len(hosts) == 0 && len(lock.Entries) > 0 {
		record.Pass(lock.Path, evidence.Location{Path: lock.Path})
	}
}
