package access

import (
	"fmt"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// doubtMissing notes what leaves a list open, and tells whether the list is whole.
func doubtMissing(record *audit.Record, host *evidence.Host, path string) (whole bool) {
	missing := host.Missing(path)
	for _, u := range missing {
		record.Unseen(listName(u.What), u)
	}
	return len(missing) == 0
}

// listName names a list of the evidence for people: secrets of the environment release.
func listName(path string) string {
	list, rest, _ := strings.Cut(path, "/")
	level, environment, _ := strings.Cut(rest, "/")
	if list == "deployKeys" {
		list = "deploy keys"
	}
	switch level {
	case "repository", "organisation":
		return list + " of the " + level
	case "environment":
		if environment == "" {
			return list + " of environments"
		}
		return list + " of the environment " + environment
	case "dependabot":
		return list + " for Dependabot"
	}
	return list
}

// noPlace is where settings stand: nowhere in the tree.
var noPlace = evidence.Location{}

func repository(host *evidence.Host) string { return "repository " + host.Name }

// organisation is whose members the repository is open to. Where it is not known,
// or a person owns the repository, that is noted and the answer is nil.
func organisation(record *audit.Record, host *evidence.Host, path string) *evidence.Organisation {
	if host.Organisation != nil {
		return host.Organisation
	}
	switch host.Personal {
	case evidence.Yes:
		record.Doubt(audit.Doubt{
			Subject: repository(host), Reason: "it belongs to a person, and no host tells how a person signs in",
			Unlock: "an organisation that owns the repository and demands MFA",
		})
	case evidence.No, evidence.Unknown:
		record.Unseen(repository(host), host.Why(path))
	}
	return nil
}

// link names the page of a setting in a message, where it is known.
func link(address string) string {
	if address == "" {
		return ""
	}
	return " (" + address + ")"
}

// daysBetween counts whole days; an unknown moment or one that lies ahead gives -1.
func daysBetween(from, to time.Time) int {
	if from.IsZero() || to.IsZero() || to.Before(from) {
		return -1
	}
	return int(to.Sub(from) / (24 * time.Hour))
}

// knowsActions tells whether the host runs workflows by settings of this sort. One
// of another kind (GitLab) has no such setting, which is no gap.
func knowsActions(host *evidence.Host) bool {
	return host.System == "github" || host.Actions != nil || len(host.Missing("actions")) > 0
}

// actions are the settings for workflows; where nothing of them is known all is unknown.
func actions(host *evidence.Host) evidence.ActionsPolicy {
	if host.Actions == nil {
		return evidence.ActionsPolicy{}
	}
	return *host.Actions
}

// levelOf names whose a secret or a webhook is.
func levelOf(host *evidence.Host, level, environment string) string {
	switch level {
	case "organisation":
		if host.Organisation != nil {
			return "of the organisation " + host.Organisation.Name
		}
		return "of the organisation"
	case "environment":
		return fmt.Sprintf("of the environment %s", environment)
	case "dependabot":
		return "for Dependabot"
	}
	return "of the repository"
}
