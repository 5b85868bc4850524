package trace

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// feeder is a job whose artifacts or outputs another one takes over.
type feeder struct {
	job     *Job
	at      evidence.Location // where they are taken over
	outputs bool
}

// maxBefore bounds the jobs that are followed for one: where each of many needs the
// one before, all of them are before all.
const maxBefore = 100

// feeders lists them in file order, those of their own feeders among them.
func (m *mapper) feeders(job *Job) []feeder {
	var all []feeder
	known := map[*Job]bool{job: true}
	todo := []*Job{job}
	for len(todo) > 0 {
		taker := todo[0]
		todo = todo[1:]
		for _, found := range m.feedersOf(taker) {
			if !known[found.job] && len(all) < maxBefore {
				known[found.job] = true
				all, todo = append(all, found), append(todo, found.job)
			}
		}
	}
	return all
}

// feedersOf lists those of one job alone.
func (m *mapper) feedersOf(job *Job) []feeder {
	known, is := m.fed[job]
	if !is {
		known = m.findFeeders(job)
		m.fed[job] = known
	}
	return known
}

func (m *mapper) findFeeders(job *Job) []feeder {
	if job.Spec == nil {
		return m.pipelineFeeders(job)
	}
	var all []feeder
	before := m.before(job)
	for _, download := range m.handed(job).downloads {
		for _, giver := range m.givers(download, before) {
			for _, upload := range m.handed(giver).uploads {
				if sameArtifact(upload, download) {
					all = append(all, feeder{giver, download.Uses.At, false})
					break
				}
			}
		}
	}
	for _, giver := range before {
		if at, uses := m.takesOutputs(job, giver); uses {
			all = append(all, feeder{giver, at, true})
		}
	}
	return all
}

// before lists the jobs that have ended when this one starts: those it needs,
// what these need, and the jobs of the workflows they call. A job of a called
// workflow also follows what its caller needs.
func (m *mapper) before(job *Job) []*Job {
	var all []*Job
	known := map[*Job]bool{job: true}
	add := func(j *Job) {
		if !known[j] && len(all) < maxBefore {
			known[j] = true
			all = append(all, j)
		}
	}
	for at := -1; at < len(all); at++ {
		now := job
		if at >= 0 {
			now = all[at]
			for _, inner := range m.called(now) {
				add(inner)
			}
		}
		for _, one := range append([]*Job{now}, now.Callers...) {
			for _, needed := range m.needed(one) {
				add(needed)
			}
		}
	}
	return all
}

// needed are the jobs that a job names in its needs.
func (m *mapper) needed(job *Job) []*Job {
	if job.Spec == nil {
		return nil
	}
	var all []*Job
	for _, id := range job.Spec.Needs {
		if needed := m.byID[group{job.Path, id}]; needed != nil {
			all = append(all, needed)
		}
	}
	return all
}

// givers are the jobs that may have uploaded what a step downloads: of the same
// run, or of the run that triggered this one.
func (m *mapper) givers(download *evidence.Step, before []*Job) []*Job {
	_, other := find(download.With, "run-id")
	_, old := find(download.With, "run_id")
	named, byName := find(download.With, "workflow")
	if !other && !old && !byName {
		return before
	}
	var all []*Job
	for _, job := range m.jobs {
		if job.Workflow == nil || job.Path == download.At.Path {
			continue
		}
		if byName && !strings.Contains(named.Value, "${{") && path.Base(job.Path) != path.Base(named.Value) && job.Workflow.Name != named.Value {
			continue
		}
		all = append(all, job)
	}
	return all
}

// handed are the steps of a job that hand artifacts over, and take them.
type handed struct{ uploads, downloads []*evidence.Step }

// handed looks through the steps of a job, those of actions of this repository
// among them.
func (m *mapper) handed(job *Job) *handed {
	known := m.hands[job]
	if known == nil {
		known = new(handed)
		if job.Spec != nil {
			m.transfers(known, job.Spec.Steps, make(map[*evidence.Action]bool))
		}
		m.hands[job] = known
	}
	return known
}

func (m *mapper) transfers(found *handed, steps []evidence.Step, entered map[*evidence.Action]bool) {
	for i := range steps {
		uses := evidence.SplitUses(steps[i].Uses.Value)
		switch {
		case isUpload(uses):
			found.uploads = append(found.uploads, &steps[i])
		case isDownload(uses):
			found.downloads = append(found.downloads, &steps[i])
		case uses.Kind == evidence.UsesLocal:
			if action := m.actions[localPath(uses.Path)]; action != nil && !entered[action] {
				entered[action] = true
				m.transfers(found, action.Steps, entered)
			}
		}
	}
}

func isUpload(u evidence.Uses) bool {
	return u.Is("actions", "upload-artifact") || u.Is("astral-sh", "upload-artifact") || u.Is("hynek", "build-and-inspect-python-package")
}

func isDownload(u evidence.Uses) bool {
	return u.Is("actions", "download-artifact") || u.Is("dawidd6", "action-download-artifact")
}

// sameArtifact compares names where both are known.
func sameArtifact(upload, download *evidence.Step) bool {
	given, _ := find(upload.With, "name")
	wanted, byName := find(download.With, "name")
	pattern, byPattern := find(download.With, "pattern")
	switch {
	case !byName && !byPattern, strings.Contains(given.Value, "${{"), given.Value == "":
		return true
	case byName:
		return wanted.Value == given.Value || strings.Contains(wanted.Value, "${{")
	}
	is, err := path.Match(pattern.Value, given.Value)
	return is || err != nil || strings.ContainsAny(pattern.Value, "${!")
}

// takesOutputs tells whether what a job runs depends on the outputs of another.
func (m *mapper) takesOutputs(job, giver *Job) (evidence.Location, bool) {
	if giver.Workflow != job.Workflow {
		return evidence.Location{}, false
	}
	mark := "needs." + giver.ID + ".outputs"
	for _, v := range job.Spec.With {
		if strings.Contains(v.Value, mark) {
			return v.At, true
		}
	}
	for i := range job.Spec.Steps {
		step := &job.Spec.Steps[i]
		if strings.Contains(step.Run.Value, mark) {
			return step.Run.At, true
		}
		for _, v := range append(step.With[:len(step.With):len(step.With)], step.Env...) {
			if strings.Contains(v.Value, mark) {
				return v.At, true
			}
		}
	}
	return evidence.Location{}, false
}
