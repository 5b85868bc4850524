package jenkins

import "github.com/sealvet/sealvet/internal/evidence"

// pipeline is what the stages say of themselves, besides what they run.
func (r *reader) pipeline() []evidence.Pipeline {
	if len(r.stages) == 1 && len(r.stages[0].Credentials) == 0 {
		return nil
	}
	return []evidence.Pipeline{{Path: r.src.Path(), System: evidence.OnJenkins, Jobs: r.stages}}
}

// credentials notes the ids of credentials that a stage is handed:
// credentials('id') and credentialsId: 'id'.
func (r *reader) credentials(s span, c context) {
	for i := s.start; i+2 < s.end; i++ {
		if !r.named(i, "credentials") && !r.named(i, "credentialsId") || r.tokens[i+2].kind != quoted {
			continue
		}
		f := r.fill([]value{r.tokens[i+2].value}, c.env)
		stage := &r.stages[c.stage]
		stage.Credentials = append(stage.Credentials, f.text.Located())
	}
}
