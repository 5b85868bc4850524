package review

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed bot_approval_counts.md
var botApprovalCountsDoc string

// BotApprovalCounts finds workflows that approve or merge by themselves, and
// conditions that take anybody for a bot.
var BotApprovalCounts = &audit.Check{
	ID:       "bot-approval-counts",
	Title:    "Workflow approves or merges changes by itself",
	Family:   audit.Review,
	Severity: audit.Medium,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Workflows, evidence.Commands, evidence.Hosts},
	Doc:      botApprovalCountsDoc,
	Controls: []string{"OSPS-QA-07.01", "CIS-SSC-1.1.3", "SSDF-PW.7.1", "CICD-SEC-1"},
	Inspect:  inspectBotApprovalCounts,
}

func inspectBotApprovalCounts(seen *evidence.Snapshot, record *audit.Record) {
	workflowsMayApprove(seen, record)
	scripts := make(map[evidence.Location]*evidence.Script) // by the place of their text
	for i := range seen.Scripts {
		scripts[seen.Scripts[i].At] = &seen.Scripts[i]
	}
	for i := range seen.Workflows {
		w := &seen.Workflows[i]
		foreign, at := onForeignEvents(w)
		for j := range w.Jobs {
			job := &w.Jobs[j]
			if foreign {
				spoofable(record, "jobs/"+job.ID, job.Expressions, at)
			}
			for k := range job.Steps {
				step := &job.Steps[k]
				if foreign {
					spoofable(record, step.Anchor, step.Expressions, at)
				}
				approves(record, scripts, step)
			}
		}
	}
}

// onForeignEvents tells whether the workflow runs with rights on what someone
// else sent. What runs on pull_request alone holds none for a fork.
func onForeignEvents(w *evidence.Workflow) (bool, evidence.Location) {
	for _, t := range w.Triggers {
		if slices.Contains([]string{"pull_request_target", "workflow_run", "issue_comment"}, t.Event) {
			return true, t.At
		}
	}
	return false, evidence.Location{}
}

// spoofable finds conditions that ask github.actor for a bot: that is whoever
// caused the last event, not who wrote the change.
func spoofable(record *audit.Record, anchor string, all []evidence.Expression, event evidence.Location) {
	for _, e := range evidence.At(all, "if") {
		bot, context := botCompared(e.Root)
		if bot == "" {
			if slices.Contains(e.Contexts(), author) {
				record.Pass(e.Text, e.At)
			}
			continue
		}
		if e.Root.Holds(withoutBot(author)) == evidence.No {
			record.Pass(e.Text, e.At) // the author is asked too, and that cannot be forged
			continue
		}
		confidence := audit.Sure
		if e.Root.Holds(withoutBot(context)) != evidence.No {
			confidence = audit.Likely // others come in as well: it may not be this that opens the door
		}
		record.Defect(audit.Finding{
			Subject: context + " == '" + bot + "'", Thing: context, Anchor: anchor, Location: e.At, Confidence: confidence,
			Message: fmt.Sprintf("%s is whoever caused the last event, so that a change of someone else passes for one of %s; ask github.event.pull_request.user.login instead", context, bot),
			Related: []audit.Related{{Location: event, Message: "runs with the rights of the repository"}},
		})
	}
}

// actors are the contexts that tell who caused the event.
var actors = []string{"github.actor", "github.triggering_actor", "github.event.sender.login", "github.actor_id", "github.event.sender.id"}

// isBot knows the name of a bot, and the numbers of the common ones: dependabot,
// renovate, github-actions.
func isBot(name string) bool {
	return strings.HasSuffix(name, "[bot]") || name == "49699333" || name == "29139614" || name == "41898282"
}

// botCompared finds a comparison that holds for a bot and no one else.
func botCompared(t evidence.Term) (bot, context string) {
	for _, actor := range actors {
		if other, equal, found := t.Compares(actor); found && equal && isBot(other.Name) {
			return other.Name, actor
		}
	}
	if t.Kind == evidence.TermCompare || t.Kind == evidence.TermNot {
		return "", ""
	}
	if actor, name := contained(t); actor != "" && actor != author {
		return name, actor
	}
	for _, arg := range t.Args {
		if bot, context = botCompared(arg); bot != "" {
			return bot, context
		}
	}
	return "", ""
}

// contained reads contains(github.actor, 'bot') and contains(fromJSON('["a[bot]"]'), github.actor).
func contained(t evidence.Term) (actor, name string) {
	if t.Kind != evidence.TermCall || t.Name != "contains" || len(t.Args) != 2 {
		return "", ""
	}
	for i, arg := range t.Args {
		if arg.Kind != evidence.TermContext || !slices.Contains(append(actors, author), arg.Name) {
			continue
		}
		for _, literal := range t.Args[1-i].Literals() {
			if strings.Contains(literal, "bot") {
				return arg.Name, literal
			}
		}
	}
	return "", ""
}

// author is who wrote the pull request, whatever happens to it later.
const author = "github.event.pull_request.user.login"

// withoutBot supposes that someone else than a bot is named there.
func withoutBot(context string) func(evidence.Term) evidence.Answer {
	return func(t evidence.Term) evidence.Answer {
		if other, equal, found := t.Compares(context); found && isBot(other.Name) {
			return evidence.Known(!equal)
		}
		if actor, _ := contained(t); actor == context {
			return evidence.No
		}
		return evidence.Unknown
	}
}

// approvers are actions that approve, and mergers those that merge.
var (
	approvers = []string{"hmarr/auto-approve-action", "juliangruber/approve-pull-request-action", "cognitedata/auto-approve-dependabot-action"}
	mergers   = []string{
		"peter-evans/enable-pull-request-automerge", "pascalgn/automerge-action", "ahmadnassri/action-dependabot-auto-merge", "fastify/github-action-merge-dependabot",
		"alexwilson/enable-github-automerge-action", "reitermarkus/automerge", "hmarr/auto-merge-action", "koj-co/dependabot-pr-action",
	}
)

// approves finds steps that approve a change or merge it.
func approves(record *audit.Record, scripts map[evidence.Location]*evidence.Script, step *evidence.Step) {
	name := strings.ToLower(evidence.SplitUses(step.Uses.Value).Name())
	switch {
	case slices.Contains(approvers, name):
		approval(record, step.Uses.Value, step.Anchor, step.Uses.At)
	case slices.Contains(mergers, name):
		merge(record, step.Uses.Value, step.Anchor, step.Uses.At)
	case name == "actions/github-script":
		for _, v := range step.With {
			if strings.EqualFold(v.Name, "script") && strings.Contains(v.Value, "createReview") && strings.Contains(v.Value, "APPROVE") {
				approval(record, "createReview", step.Anchor, v.At)
			}
		}
	case step.Run.Value != "":
		if script := scripts[step.Run.At]; script != nil {
			approvingCommands(record, script)
		}
	}
}

func approvingCommands(record *audit.Record, script *evidence.Script) {
	for _, command := range script.Commands {
		var words []string
		for _, word := range command.Words {
			words = append(words, word.Value)
		}
		if len(words) < 3 || command.Program() != "gh" || words[1] != "pr" {
			continue
		}
		subject := "gh pr " + words[2]
		switch {
		case words[2] == "review" && (slices.Contains(words, "--approve") || slices.Contains(words, "-a")):
			approval(record, subject+" --approve", script.Anchor, command.At)
		case words[2] == "merge" && slices.Contains(words, "--admin"):
			record.Defect(audit.Finding{
				Subject: subject + " --admin", Anchor: script.Anchor, Location: command.At,
				Message: subject + " --admin merges past the rules of the branch; drop --admin, so that the rules hold",
			})
		case words[2] == "merge" && !slices.Contains(words, "--disable-auto"):
			merge(record, subject, script.Anchor, command.At)
		}
	}
}

func approval(record *audit.Record, subject, anchor string, at evidence.Location) {
	record.Defect(audit.Finding{
		Subject: subject, Anchor: anchor, Location: at,
		Message: fmt.Sprintf("%s lets a workflow approve a change, which may count as the second person; leave the approval to people, or see that the branch asks for one more", subject),
	})
}

// merge is lower: the rules of the branch still hold, whatever they are.
func merge(record *audit.Record, subject, anchor string, at evidence.Location) {
	record.Defect(audit.Finding{
		Subject: subject, Anchor: anchor, Location: at, Severity: audit.Low, Confidence: audit.Likely,
		Message: fmt.Sprintf("%s merges without a person, as far as the rules of the branch let it; see that they ask for an approval", subject),
	})
}
