package trace

import (
	"slices"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

func TestSecretNamesLeaveStepsAlone(t *testing.T) {
	for value, want := range map[string][]string{
		"${{ secrets.NPM_TOKEN }}":                            {"NPM_TOKEN"},
		"${{ secrets['NPM-TOKEN'] || secrets.OTHER }}":        {"NPM-TOKEN", "OTHER"},
		"${{ fromJSON(steps.secrets.outputs.vault).token }}":  nil,
		"${{ steps.secrets.outputs.x || secrets.GH_PAT }}":    {"GH_PAT"},
		"secrets.NPM_TOKEN":                                   nil,
		"${{ secrets }}":                                      nil,
		"prefix ${{ secrets.A }} and ${{ secrets.A }} again ": {"A"},
	} {
		if got := SecretNames(value); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", value, got, want)
		}
	}
}

func TestOlderThan(t *testing.T) {
	for ref, want := range map[string]bool{
		"v1.8.14": true, "v1.10": true, "v0.99.1": true, "v1.11.0": false, "v1.12.4": false, "v2.0.0": false,
		"v1": false, "release/v1": false, "master": false, "cef221092ed1bacb1cc03d23a2d87d1d172e277b": false, "v1.x": false, "": false, "v99999999999.1": false,
	} {
		if got := olderThan(ref, 1, 11); got != want {
			t.Errorf("%q is older: %v, want %v", ref, got, want)
		}
	}
}

// A variable that a nearer one of the same name empties holds no token.
func TestNearestVariableDecides(t *testing.T) {
	job := &Job{Spec: &evidence.Job{}, Workflow: &evidence.Workflow{}}
	p := &Publisher{Kind: "npm", Registry: ToNPM, Job: job, Env: []evidence.Variable{
		{Name: "NODE_AUTH_TOKEN", Value: "${{ secrets.NPM_TOKEN }}"},
	}}
	p.Secrets = secretsOf(p)
	if got := p.Credentials().Tokens; len(got) != 1 || got[0].Name != "NPM_TOKEN" {
		t.Errorf("tokens %v, want NPM_TOKEN", got)
	}
	p.Env = append(p.Env, evidence.Variable{Name: "NODE_AUTH_TOKEN", Value: ""})
	p.Secrets = secretsOf(p)
	if got := p.Credentials(); len(got.Tokens) != 0 || got.Open.Name != "" {
		t.Errorf("credentials %v, want none", got)
	}
}

func TestHome(t *testing.T) {
	job := &Job{Spec: &evidence.Job{}, Workflow: &evidence.Workflow{}}
	for _, test := range []struct {
		registry Registry
		index    string
		want     evidence.Answer
	}{
		{ToPyPI, "", evidence.Yes},
		{ToPyPI, "https://test.pypi.org/legacy/", evidence.Yes},
		{ToPyPI, "testpypi", evidence.Yes},
		{ToPyPI, "internal", evidence.Unknown}, // a name that a configuration explains
		{ToPyPI, "https://pypi.example.com/", evidence.No},
		{ToPyPI, "https://notpypi.org/", evidence.No},
		{ToNuGet, "https://api.nuget.org/v3/index.json", evidence.Yes},
		{ToNuGet, "github", evidence.No},
		{ToNuGet, "${{ vars.FEED }}", evidence.Unknown},
		{ToOCI, "", evidence.Unknown},
	} {
		p := &Publisher{Registry: test.registry, Index: test.index, Job: job}
		if got := p.Home(&evidence.Snapshot{}); got != test.want {
			t.Errorf("%s at %q: %v, want %v", test.registry, test.index, got, test.want)
		}
	}
}
