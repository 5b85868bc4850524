package hermetic

import (
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// changeText are the variables of a Jenkins build that hold what the author of a
// change wrote: of multibranch pipelines, and of the plugins that build pull
// requests, merge requests and changes of Gerrit.
var changeText = map[string]bool{
	"CHANGE_TITLE": true, "CHANGE_BRANCH": true, "CHANGE_AUTHOR_DISPLAY_NAME": true,
	"pullRequest.title": true, "pullRequest.body": true, "pullRequest.headRef": true,
	"ghprbPullTitle": true, "ghprbPullLongDescription": true, "ghprbCommentBody": true, "ghprbSourceBranch": true,
	"gitlabMergeRequestTitle": true, "gitlabMergeRequestDescription": true, "gitlabSourceBranch": true,
	"GERRIT_CHANGE_SUBJECT": true, "GERRIT_CHANGE_COMMIT_MESSAGE": true, "GERRIT_TOPIC": true,
}

// injectJenkins looks at what Groovy puts into a script before any shell reads
// it: "${env.X}" in double quotes. In single quotes the shell reads the variable.
func injectJenkins(seen *evidence.Snapshot, record *audit.Record) {
	for i := range seen.Scripts {
		script := &seen.Scripts[i]
		if script.Origin != evidence.FromJenkins {
			continue
		}
		found := false
		for _, fill := range script.Fills {
			name := strings.TrimPrefix(fill.Value, "env.")
			if !changeText[name] {
				continue // what only people with rights set, or what Groovy makes of it
			}
			found = true
			record.Defect(audit.Finding{
				Subject: "${" + fill.Value + "}", Thing: name, Anchor: script.Anchor, Location: fill.At,
				Message: fmt.Sprintf("${%s} puts text that the author of a change writes into the script, where it can become code; give the script in single quotes, so that the shell reads a variable (withEnv sets one)", fill.Value),
			})
		}
		if !found {
			record.Pass(script.Anchor, script.At)
		}
	}
}
