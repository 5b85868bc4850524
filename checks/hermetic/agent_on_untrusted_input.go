package hermetic

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed agent_on_untrusted_input.md
var agentOnUntrustedInputDoc string

// AgentOnUntrustedInput finds AI agents that read what outsiders write while they
// hold rights.
var AgentOnUntrustedInput = &audit.Check{
	ID:       "agent-on-untrusted-input",
	Title:    "AI agent with rights reads what outsiders write",
	Family:   audit.Hermetic,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Workflows, evidence.Commands},
	Doc:      agentOnUntrustedInputDoc,
	Controls: []string{"OSPS-BR-01.01", "SSDF-PO.5.1", "CICD-SEC-4", "OWASP-MCP06"},
	Inspect:  inspectAgentOnUntrustedInput,
}

func inspectAgentOnUntrustedInput(seen *evidence.Snapshot, record *audit.Record) {
	runs := newRuns(seen)
	for s := range runs.sites {
		if agent, found := agentOf(runs, s); found {
			judgeAgent(record, runs, s, agent)
		}
	}
}

// spoken are the events that bring text of people without rights to an agent
// that holds rights.
var spoken = []string{"issues", "issue_comment", "discussion", "discussion_comment", "pull_request_target", "workflow_run", "commit_comment"}

func judgeAgent(record *audit.Record, runs *runs, s site, a agent) {
	var heard []event
	for _, e := range runs.events(s) {
		if slices.Contains(spoken, e.name) && !e.own {
			heard = append(heard, e)
		}
	}
	open := slices.DeleteFunc(slices.Clone(heard), func(e event) bool { return len(e.guards) > 0 || labelled(e) })
	prompt, told := promptOf(runs, s)
	switch {
	case len(heard) == 0, a.gate, len(open) == 0:
		record.Pass(a.name, a.at) // only people with rights can start it
		return
	case a.tools == "" && !mayWrite(s):
		record.Pass(a.name, a.at) // says something, can do nothing
		return
	}
	f := audit.Finding{
		Subject: a.name, Anchor: s.step.Anchor, Location: a.at,
		Related: []audit.Related{{Location: open[0].at, Message: "outsiders cause the run: " + open[0].name}},
	}
	f.Thing, _, _ = strings.Cut(a.name, "@")
	if a.open.Name != "" {
		f.Related = append(f.Related, audit.Related{Location: a.open.At, Message: a.open.Name + " lets anyone start it"})
	}
	if told {
		f.Related = append(f.Related, audit.Related{Location: prompt, Message: "what an outsider wrote goes into the prompt"})
	} else {
		f.Confidence = audit.Likely
	}
	holds := a.tools
	if mayWrite(s) {
		holds = strings.TrimPrefix(holds+" and a token that can write", " and ")
	} else {
		f.Severity = audit.Medium
	}
	if !strings.Contains(a.tools, "shell") {
		f.Severity = audit.Medium // it can do what its tools are for
	}
	f.Message = fmt.Sprintf("%s can be started by anyone (%s) and holds %s, so that a text can tell it what to do; let only people with rights start it, and give it no more than reading", a.name, open[0].name, holds)
	record.Defect(f)
}

// promptOf finds text of outsiders that is put into the step itself. An agent
// mostly finds the text by itself.
func promptOf(runs *runs, s site) (evidence.Location, bool) {
	for _, e := range s.step.Expressions {
		if e.Place == "if" {
			continue
		}
		for _, from := range runs.texts(s, e) {
			if from.who == anyone {
				return e.At, true
			}
		}
	}
	return evidence.Location{}, false
}

// mayWrite tells whether the job's token can write something, or nothing says
// that it cannot.
func mayWrite(s site) bool {
	if s.job == nil {
		return true
	}
	p := s.job.Permissions
	if !p.Declared {
		p = s.workflow.Permissions
	}
	return !p.Declared || p.All == "write-all" || slices.ContainsFunc(p.Scopes, func(v evidence.Variable) bool {
		return v.Value == "write" && v.Name != "id-token" && v.Name != "models"
	})
}
