package hermetic

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

//go:embed persistent_runner.md
var persistentRunnerDoc string

// PersistentRunner finds jobs on machines that keep what a job leaves behind.
var PersistentRunner = &audit.Check{
	ID:       "persistent-runner",
	Title:    "Job runs on a self-hosted machine that outlives it",
	Family:   audit.Hermetic,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Workflows},
	Doc:      persistentRunnerDoc,
	Controls: []string{"CIS-SSC-2.2.1", "SSDF-PO.5.1", "CICD-SEC-7", "SLSA-BUILD-L3"},
	Inspect:  inspectPersistentRunner,
}

func inspectPersistentRunner(seen *evidence.Snapshot, record *audit.Record) {
	runs, paths := newRuns(seen), trace.Of(seen)
	machines := registered{host: seen.Host(), met: make(map[string]bool)}
	for i := range seen.Workflows {
		w := &seen.Workflows[i]
		for j := range w.Jobs {
			job := &w.Jobs[j]
			if len(job.RunsOn) == 0 && job.RunnerGroup.Value == "" {
				continue // a call: the called jobs say where they run
			}
			traced := paths.Job(w.Path, job.ID)
			publishes := traced != nil && paths.PathOf(traced) != nil
			judgeRunner(record, runs, machines, site{workflow: w, job: job}, publishes)
		}
	}
	machines.inReach(record)
}

func judgeRunner(record *audit.Record, runs *runs, machines registered, s site, publishes bool) {
	labels, open := labelsOf(s.job)
	at, own := selfHosted(labels)
	subject, outlives := "job "+s.job.ID, machines.outlives(s.job.RunsOn)
	switch {
	case outlives == evidence.Yes && (own || !open && len(labels) > 0 && !ofTheHost(labels)):
		if !own {
			at = labels[0].At
		}
		machines.meet(s.job.RunsOn)
		runnerDefect(record, runs, s, at, publishes, audit.Sure)
	case own && (ephemeral(labels) || outlives == evidence.No):
		record.Pass(subject, at)
	case own:
		runnerDefect(record, runs, s, at, publishes, audit.Likely)
	case open && !ephemeral(labels):
		record.Doubt(audit.Doubt{
			Subject: subject, Location: s.job.RunsOn[0].At, Reason: "which runner it gets is known to the run only",
			Unlock: "name the runner in the file",
		})
	case len(labels) == 0 && outlives == evidence.No:
		record.Pass(subject, s.job.RunnerGroup.At) // whichever of them it gets
	case len(labels) == 0:
		record.Doubt(audit.Doubt{
			Subject: subject, Location: s.job.RunnerGroup.At, Reason: "whether the runners of group " + s.job.RunnerGroup.Value + " outlive a job is set at the host",
			Unlock: "name a label that tells it, such as ephemeral",
		})
	default:
		record.Pass(subject, labels[0].At)
	}
}

func runnerDefect(record *audit.Record, runs *runs, s site, at evidence.Location, publishes bool, sure audit.Confidence) {
	f := audit.Finding{
		Subject: "self-hosted", Thing: "self-hosted", Anchor: "jobs/" + s.job.ID, Location: at,
		Severity: audit.Low, Confidence: sure,
	}
	why := "keeps what a job leaves behind for the next one"
	for _, e := range runs.events(s) {
		if e.own || e.name != "pull_request" && !slices.Contains(privileged, e.name) {
			continue
		}
		f.Severity = audit.High
		f.Related = []audit.Related{{Location: e.at, Message: "outsiders cause the run: " + e.name}}
		if len(e.guards) > 0 || s.job.Environment.Value != "" {
			f.Severity = audit.Medium
			f.Related = append(f.Related, audit.Related{Location: s.job.At, Message: "a condition or an environment lets people of the repository through first"})
		}
		why = fmt.Sprintf("can be reached from %s, so that a contributor's code can stay on it", e.name)
		break
	}
	if publishes {
		f.Severity = audit.High
		why += ", and publishes"
	}
	f.Message = fmt.Sprintf("job %s runs on a self-hosted machine that %s; use a hosted runner, or one that lives for one job", s.job.ID, why)
	record.Defect(f)
}

// labelsOf are the labels that a job can ask for, those of the matrix among
// them; open says that some are known to the run only.
func labelsOf(job *evidence.Job) (labels []evidence.Text, open bool) {
	for _, label := range job.RunsOn {
		labels = append(labels, label)
		if !strings.Contains(label.Value, "${{") {
			continue
		}
		values, known := matrixValues(job, label)
		labels = append(labels, values...)
		open = open || !known
	}
	return labels, open
}

// matrixValues puts the values of the matrix in for ${{ matrix.os }}, and the
// literals of an expression that chooses between them.
func matrixValues(job *evidence.Job, label evidence.Text) (values []evidence.Text, known bool) {
	known = true
	for _, e := range job.Expressions {
		if e.Place != "runs-on" && !strings.HasPrefix(e.Place, "runs-on/") || !strings.Contains(label.Value, e.Text) {
			continue
		}
		for _, literal := range e.Root.Literals() {
			values = append(values, evidence.Text{Value: literal, At: label.At})
		}
		for _, context := range e.Flows() {
			axis, found := strings.CutPrefix(context, "matrix.")
			found = found && len(values) < len(job.Matrix)+len(job.RunsOn)+1
			if !found {
				known = false
				continue
			}
			any := false
			for _, v := range job.Matrix {
				if strings.EqualFold(v.Name, axis) && !strings.Contains(v.Value, "${{") {
					values, any = append(values, evidence.Text{Value: v.Value, At: label.At}), true
				}
			}
			known = known && any
		}
	}
	return values, known
}

func selfHosted(labels []evidence.Text) (evidence.Location, bool) {
	for _, label := range labels {
		if strings.EqualFold(label.Value, "self-hosted") || strings.Contains(strings.ToLower(label.Value), `"self-hosted"`) {
			return label.At, true
		}
	}
	return evidence.Location{}, false
}

// ephemeral knows labels of runners that live for one job.
func ephemeral(labels []evidence.Text) bool {
	for _, label := range labels {
		value := strings.ToLower(label.Value)
		for _, mark := range []string{"ephemeral", "runs-on=", "runs-on/", "codebuild-", "arc-", "cirun", "just-in-time", "one-shot"} {
			if strings.Contains(value, mark) {
				return true
			}
		}
	}
	return false
}
