package hermetic

import (
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

// cacheAction says when an action restores a cache.
type cacheAction struct {
	// on: it does so where nobody says anything, from this major version on.
	on bool
	// since is the first major version with that default; 0 is all.
	since int
	// input turns it on or off; its value may name what is cached.
	input string
	// off are inputs that turn it off when they are true.
	off []string
	// mend says how to do without, if not by the input.
	mend string
}

// cacheActions are those that restore a cache of the host's, by their names in
// lower case. An action that takes its cache from another place, which only
// those who may publish can write, is not among them.
var cacheActions = map[string]cacheAction{
	"actions/cache":         {on: true, off: []string{"lookup-only"}, mend: leaveOut},
	"actions/cache/restore": {on: true, off: []string{"lookup-only"}, mend: leaveOut},
	"buildjet/cache":        {on: true, off: []string{"lookup-only"}, mend: leaveOut},
	"runs-on/cache":         {on: true, off: []string{"lookup-only"}, mend: leaveOut},

	"actions/setup-go":                 {on: true, since: 4, input: "cache"},
	"actions/setup-python":             {input: "cache"},
	"actions/setup-java":               {input: "cache"},
	"actions/setup-dotnet":             {input: "cache"},
	"astral-sh/setup-uv":               {on: true, since: 5, input: "enable-cache"},
	"oven-sh/setup-bun":                {on: true, off: []string{"no-cache"}, mend: "set no-cache: true there"},
	"pnpm/action-setup":                {input: "cache"},
	"ruby/setup-ruby":                  {input: "bundler-cache"},
	"denoland/setup-deno":              {input: "cache"},
	"graalvm/setup-graalvm":            {input: "cache"},
	"subosito/flutter-action":          {input: "cache"},
	"pdm-project/setup-pdm":            {input: "cache"},
	"prefix-dev/setup-pixi":            {input: "cache"},
	"hynek/setup-cached-uv-and-python": {on: true, mend: leaveOut},
	"mlugg/setup-zig":                  {on: true, input: "use-cache"},
	"jdx/mise-action":                  {on: true, input: "cache"},
	"moonrepo/setup-toolchain":         {on: true, input: "cache"},
	"moonrepo/setup-rust":              {on: true, input: "cache"},
	"jetify-com/devbox-install-action": {input: "enable-cache"},

	"swatinem/rust-cache":                    {on: true, off: []string{"lookup-only"}, mend: leaveOut},
	"leafwing-studios/cargo-cache":           {on: true, mend: leaveOut},
	"actions-rust-lang/setup-rust-toolchain": {on: true, input: "cache"},
	"taiki-e/cache-cargo-install-action":     {on: true, mend: leaveOut},
	"baptiste0928/cargo-install":             {on: true, mend: leaveOut},
	"pyo3/maturin-action":                    {input: "sccache"},
	"mozilla-actions/sccache-action":         {on: true, mend: leaveOut},
	"hendrikmuhs/ccache-action":              {on: true, mend: leaveOut},

	"gradle/actions/setup-gradle":               {on: true, off: []string{"cache-disabled", "cache-write-only"}, mend: "set cache-disabled: true there"},
	"gradle/gradle-build-action":                {on: true, off: []string{"cache-disabled", "cache-write-only"}, mend: "set cache-disabled: true there"},
	"burrunan/gradle-cache-action":              {on: true, mend: leaveOut},
	"s4u/setup-maven-action":                    {on: true, input: "cache-enabled"},
	"coursier/cache-action":                     {on: true, mend: leaveOut},
	"coursier/setup-action":                     {input: "cache"},
	"ramsey/composer-install":                   {on: true, off: []string{"ignore-cache"}, mend: "set ignore-cache: true there"},
	"awalsh128/cache-apt-pkgs-action":           {on: true, mend: leaveOut},
	"bahmutov/npm-install":                      {on: true, input: "cache"},
	"cypress-io/github-action":                  {on: true, input: "cache"},
	"wyvox/action-setup-pnpm":                   {on: true, mend: leaveOut},
	"pre-commit/action":                         {on: true, mend: leaveOut},
	"golangci/golangci-lint-action":             {on: true, off: []string{"skip-cache"}, mend: "lint in a job of its own"},
	"nix-community/cache-nix-action":            {on: true, mend: leaveOut},
	"determinatesystems/magic-nix-cache-action": {on: true, mend: leaveOut},
}

const leaveOut = "leave it out of this job"

// restores reads a step that may restore a cache.
func (c *cacheSearch) restores(step *evidence.Step, job *trace.Job) (restore, bool) {
	uses := evidence.SplitUses(step.Uses.Value)
	if uses.Kind != evidence.UsesRemote {
		return restore{}, false
	}
	found := restore{subject: step.Uses.Value, thing: uses.Name(), at: step.Uses.At}
	name := strings.ToLower(uses.Name())
	switch name {
	case "actions/setup-node":
		found.setupNode(step, uses, job, c.npm)
		return found, true
	case "docker/build-push-action", "docker/bake-action":
		return found, found.imageBuild(step)
	case "docker/setup-buildx-action":
		return found, found.buildx(step, job)
	}
	action, known := cacheActions[name]
	if !known {
		return restore{}, false
	}
	found.mend = action.mend
	switch {
	case action.input != "" && action.on:
		found.mend = "set " + action.input + ": false there"
	case action.input != "":
		found.mend = "leave out " + action.input + ": there"
	}
	found.state = evidence.Known(action.on)
	if major := majorOf(uses); action.since > 0 {
		found.likely = major == 0
		found.state = evidence.Known(action.on && (major == 0 || major >= action.since))
	}
	if name == "astral-sh/setup-uv" {
		found.setupUV(step, job)
	}
	for _, input := range action.off {
		found.turnedOff(step, job, input)
	}
	if action.input != "" {
		found.turned(step, job, action.input)
	}
	return found, true
}

// majorOf is the major version that a ref names, or 0 where it does not tell.
func majorOf(uses evidence.Uses) int {
	first, _, _ := strings.Cut(strings.TrimPrefix(uses.Ref, "v"), ".")
	major, err := strconv.Atoi(first)
	if err != nil || major > 999 {
		return 0
	}
	return major
}

// turned reads an input that turns the cache on or off.
func (r *restore) turned(step *evidence.Step, job *trace.Job, input string) {
	v, set := inputOf(step, input)
	if !set || v.Value == "auto" {
		return
	}
	r.at, r.likely = v.At, false
	r.state = whether(step, v, job)
}

// turnedOff reads an input that turns it off when it is true.
func (r *restore) turnedOff(step *evidence.Step, job *trace.Job, input string) {
	v, set := inputOf(step, input)
	if !set || r.state == evidence.No {
		return
	}
	switch whether(step, v, job) {
	case evidence.Yes:
		r.state = evidence.No
	case evidence.Unknown:
		r.state, r.at = evidence.Unknown, v.At
	case evidence.No:
		r.at = v.At
	}
}

// setupNode: from v5 on a packageManager in package.json is enough, from v6 on
// only where that is npm.
func (r *restore) setupNode(step *evidence.Step, uses evidence.Uses, job *trace.Job, npm bool) {
	major := majorOf(uses)
	r.mend = "set package-manager-cache: false there"
	r.state = evidence.Known(npm && (major == 0 || major >= 5))
	r.likely = major == 0
	if r.state == evidence.Yes {
		r.turned(step, job, "package-manager-cache")
	}
	if v, set := inputOf(step, "cache"); set && v.Value != "" {
		r.mend = "leave out cache: there"
		r.turned(step, job, "cache")
	}
}

// setupUV: auto is on with the host's own runners only, and restore-cache may
// turn the half off that counts.
func (r *restore) setupUV(step *evidence.Step, job *trace.Job) {
	for _, label := range job.Spec.RunsOn {
		if label.Value == "self-hosted" {
			r.state = evidence.No
		}
	}
	if v, set := inputOf(step, "restore-cache"); set && whether(step, v, job) == evidence.No {
		r.state = evidence.No
	}
}

// imageBuild: BuildKit's cache of the type gha is the host's cache. Another
// registry than the one that is published to has its own rights.
func (r *restore) imageBuild(step *evidence.Step) bool {
	r.mend = "build without cache-from there"
	for _, input := range []string{"cache-from", "set"} {
		v, set := inputOf(step, input)
		if !set || !strings.Contains(v.Value, "type=gha") || input == "set" && !strings.Contains(v.Value, "cache-from") {
			continue
		}
		r.at, r.state = v.At, evidence.Yes
		return true
	}
	return false
}

// buildx: a version that is asked for is downloaded, or comes from the cache.
// Without one the runner's own is used.
func (r *restore) buildx(step *evidence.Step, job *trace.Job) bool {
	version, set := inputOf(step, "version")
	if !set || version.Value == "" {
		return false
	}
	r.state, r.mend = evidence.Yes, "set cache-binary: false there"
	r.turned(step, job, "cache-binary")
	return true
}

func inputOf(step *evidence.Step, name string) (evidence.Variable, bool) {
	for _, v := range step.With {
		if strings.EqualFold(v.Name, name) {
			return v, true
		}
	}
	return evidence.Variable{}, false
}
