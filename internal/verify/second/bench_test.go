package second

import (
	"testing"

	"github.com/sealvet/sealvet/internal/provenance"
)

// BenchmarkStart is a start of the program and one verdict.
func BenchmarkStart(b *testing.B) {
	question, root, keys := readCase(b, "github/MODULE.bazel").question(b)
	for b.Loop() {
		v := Open(built)
		if opinion := v.Opinion(b.Context(), question, root, keys); opinion.Class != provenance.OK {
			b.Fatalf("got %+v", opinion)
		}
		_ = v.Close()
	}
}

// BenchmarkWarm is one verdict of a running program.
func BenchmarkWarm(b *testing.B) {
	for name, id := range map[string]string{"github": "github/MODULE.bazel", "npm": "npm/gundam-visor-cli-v1-tag", "gcb": "gcb/gcloud-container-github", "vsa": "vsa/gke"} {
		b.Run(name, func(b *testing.B) {
			question, root, keys := readCase(b, id).question(b)
			v := open(b, built)
			for b.Loop() {
				if opinion := v.Opinion(b.Context(), question, root, keys); opinion.Class != provenance.OK {
					b.Fatalf("got %+v", opinion)
				}
			}
			b.ReportMetric(float64(resident(v.process.command.Process.Pid)>>20), "MiB-resident")
		})
	}
}
