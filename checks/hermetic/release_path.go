package hermetic

import (
	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/trace"
)

// flow tells the way from a publishing job to what it executes, link by link.
func flow(chain trace.Chain) []audit.Related {
	links := make([]audit.Related, len(chain))
	for i, link := range chain {
		links[i] = audit.Related{Location: link.At, Message: link.Name}
	}
	return links
}

// doubtHidden notes that another system may publish where nobody here can look.
// Where nothing publishes at all, a check of the release path has no subject.
func doubtHidden(traced *trace.Trace, record *audit.Record) {
	for _, path := range traced.Paths {
		if path.Cut {
			record.Doubt(audit.Doubt{Subject: path.Job.String(), Location: path.Job.At, Reason: "it executes more than is followed"})
		}
	}
	if len(traced.Elsewhere) == 0 {
		return
	}
	if reason, at := traced.Hidden(); reason != "" {
		record.Doubt(audit.Doubt{Subject: "release path", Location: at, Reason: reason, Unlock: "publish from a workflow that sealvet reads, or look at that system by hand"})
	}
}
