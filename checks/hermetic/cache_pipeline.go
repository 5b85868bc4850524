package hermetic

import (
	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

// pipeline judges the caches that a job of GitLab names itself. It grades lower
// than GitHub's: as its host has it where nobody has changed it, jobs of branches
// that are not protected have caches of their own.
func (c *cacheSearch) pipeline(job *trace.Job, n *trace.Node) bool {
	if n.Job == nil || n.Job.Pipeline == nil || n.Kind != trace.KindJob && n.Kind != trace.KindArtifacts {
		return false
	}
	for _, key := range n.Job.Pipeline.Caches {
		c.note(job, n, restore{
			subject: "cache " + key.Value, thing: "cache", at: key.At, state: evidence.Yes, likely: true,
			severity: audit.Medium, mend: "leave cache: out of this job, or give it policy: push",
		}, audit.Sure)
	}
	return len(n.Job.Pipeline.Caches) > 0
}
