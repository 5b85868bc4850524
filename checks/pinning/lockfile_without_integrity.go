package pinning

import (
	_ "embed"
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed lockfile_without_integrity.md
var lockfileWithoutIntegrityDoc string

// LockfileWithoutIntegrity finds lock entries that fix a name and not its bytes.
var LockfileWithoutIntegrity = &audit.Check{
	ID:       "lockfile-without-integrity",
	Title:    "Lockfile entries that nothing ties to their bytes",
	Family:   audit.Pinning,
	Severity: audit.Medium,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Lockfiles},
	Doc:      lockfileWithoutIntegrityDoc,
	Controls: []string{"OSPS-BR-05.01", "CIS-SSC-3.1.7", "SSDF-PW.4.1", "S2C2F-AUD-3", "CICD-SEC-9", "OWASP-MCP04"},
	Inspect:  inspectLockfileWithoutIntegrity,
}

func inspectLockfileWithoutIntegrity(seen *evidence.Snapshot, record *audit.Record) {
	for i := range seen.Lockfiles {
		lock := &seen.Lockfiles[i]
		if lock.Opaque {
			record.Doubt(audit.Doubt{
				Subject: lock.Path, Location: evidence.Location{Path: lock.Path},
				Reason: path.Base(lock.Path) + " is not in a form that can be read", Unlock: unlockOf(lock.Path),
			})
			continue
		}
		findings := looseEntries(lock)
		for _, f := range findings {
			record.Defect(f)
		}
		if len(findings) == 0 && len(lock.Entries) > 0 {
			record.Pass(lock.Path, evidence.Location{Path: lock.Path})
		}
	}
}

// looseEntries gives one finding for all entries without a hash, since one
// command mends them; one for each host that is asked over plain http, since
// one setting mends those; and one for each git source without a commit.
func looseEntries(lock *evidence.Lockfile) []audit.Finding {
	var findings []audit.Finding
	var bare []*evidence.LockEntry
	plain := map[string][]*evidence.LockEntry{}
	var hosts []string // of plain, in file order
	for i := range lock.Entries {
		entry := &lock.Entries[i]
		switch entry.Source {
		case evidence.PathClass:
			continue // the commit under audit holds it
		case evidence.Git:
			if len(entry.Commit) < fullCommit && len(entry.Integrity) == 0 {
				findings = append(findings, gitWithoutCommit(lock, entry))
			}
			continue
		}
		if entry.Unhashed > 0 {
			bare = append(bare, entry)
		}
		if host, is := plainHost(entry.Resolved); is {
			if plain[host] == nil {
				hosts = append(hosts, host)
			}
			plain[host] = append(plain[host], entry)
		}
	}
	if len(bare) > 0 {
		findings = append(findings, withoutHash(lock, bare))
	}
	for _, host := range hosts {
		findings = append(findings, overHTTP(lock, host, plain[host]))
	}
	return findings
}

const fullCommit = 40 // hexadecimal digits of SHA-1; SHA-256 has more

func withoutHash(lock *evidence.Lockfile, entries []*evidence.LockEntry) audit.Finding {
	has := "has"
	if len(entries) > 1 {
		has = "have"
	}
	return audit.Finding{
		Subject: lock.Path, Anchor: "hashes", Location: entries[0].At,
		Message: fmt.Sprintf("%s in %s %s no hash (%s), so other bytes under the same version would be installed; %s",
			count(len(entries), "package", "packages"), lock.Path, has, namesOf(entries), rehash(lock)),
	}
}

func overHTTP(lock *evidence.Lockfile, host string, entries []*evidence.LockEntry) audit.Finding {
	comes := "comes"
	if len(entries) > 1 {
		comes = "come"
	}
	return audit.Finding{
		Subject: host, Anchor: "http", Location: entries[0].At,
		Message: fmt.Sprintf("%s in %s %s from %s over plain http (%s), where anyone on the way can answer; set the registry to https and lock again",
			count(len(entries), "package", "packages"), lock.Path, comes, host, namesOf(entries)),
	}
}

func gitWithoutCommit(lock *evidence.Lockfile, entry *evidence.LockEntry) audit.Finding {
	return audit.Finding{
		Subject: entry.Name, Anchor: "git", Location: entry.At,
		Message: fmt.Sprintf("%s in %s comes from git without a full commit (%s), so what it names can change; lock it to a full commit SHA", entry.Name, lock.Path, entry.Resolved),
	}
}

// plainHost is the host of an address that is asked without TLS.
func plainHost(address string) (string, bool) {
	if len(address) < len("http://") || !strings.EqualFold(address[:len("http://")], "http://") {
		return "", false
	}
	parsed, err := url.Parse(address)
	if err != nil {
		return "an unreadable address", true
	}
	return strings.ToLower(parsed.Host), true
}

// namesOf names the first packages and counts the others.
func namesOf(entries []*evidence.LockEntry) string {
	var names []string
	for _, entry := range entries[:min(len(entries), namedAtMost)] {
		names = append(names, entry.Name)
	}
	return listOf(names, len(entries))
}

// rehash is what writes the missing hashes.
func rehash(lock *evidence.Lockfile) string {
	switch lock.Tool {
	case "npm":
		return "delete node_modules and the lock, run npm install and commit the result"
	case "pip":
		return "compile it with --generate-hashes"
	case "gradle":
		return "add verification metadata: gradle --write-verification-metadata sha256"
	}
	return "lock again with a current version of the tool and commit the result"
}
