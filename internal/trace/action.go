package trace

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// publishingAction says how an action publishes. A nil when is always.
type publishingAction struct {
	registry Registry
	when     func(with []evidence.Variable) bool
}

var publishingActions = map[string]publishingAction{
	"js-devtools/npm-publish":                         {ToNPM, notDry},
	"cycjimmy/semantic-release-action":                {ToNPM, notDry},
	"codfish/semantic-release-action":                 {ToNPM, notDry},
	"go-semantic-release/action":                      {ToRelease, notDry},
	"pypa/gh-action-pypi-publish":                     {ToPyPI, nil},
	"astral-sh/uv-publish":                            {ToPyPI, nil},
	"etils-actions/pypi-auto-publish":                 {ToPyPI, nil},
	"pyo3/maturin-action":                             {ToPyPI, inputIs("command", "publish", "upload")},
	"katyo/publish-crates":                            {ToCargo, notDry},
	"release-plz/action":                              {ToCargo, inputIsNot("command", "release-pr")},
	"marcoieni/release-plz-action":                    {ToCargo, inputIsNot("command", "release-pr")},
	"actions-rs/cargo":                                {ToCargo, inputIs("command", "publish")},
	"brandedoutcast/publish-nuget":                    {ToNuGet, nil},
	"alirezanet/publish-nuget":                        {ToNuGet, nil},
	"rubygems/release-gem":                            {ToGem, nil},
	"jreleaser/release-action":                        {ToMaven, inputIsNot("arguments", "config")},
	"samuelmeuli/action-maven-publish":                {ToMaven, nil},
	"goreleaser/goreleaser-action":                    {ToRelease, goreleases},
	"softprops/action-gh-release":                     {ToRelease, nil},
	"ncipollo/release-action":                         {ToRelease, nil},
	"actions/create-release":                          {ToRelease, nil},
	"actions/upload-release-asset":                    {ToRelease, nil},
	"svenstaro/upload-release-action":                 {ToRelease, nil},
	"marvinpinto/action-automatic-releases":           {ToRelease, nil},
	"elgohr/github-release-action":                    {ToRelease, nil},
	"taiki-e/create-gh-release-action":                {ToRelease, nil},
	"taiki-e/upload-rust-binary-action":               {ToRelease, notDry},
	"wangyoucao577/go-release-action":                 {ToRelease, nil},
	"xresloader/upload-to-github-release":             {ToRelease, nil},
	"alexellis/upload-assets":                         {ToRelease, nil},
	"shogo82148/actions-upload-release-asset":         {ToRelease, nil},
	"akashmahlax/auto-release":                        {ToRelease, nil},
	"anton-yurchenko/git-release":                     {ToRelease, nil},
	"rymndhng/release-on-push-action":                 {ToRelease, nil},
	"release-drafter/release-drafter":                 {ToRelease, inputIs("publish", "true")},
	"googleapis/release-please-action":                {ToRelease, inputIsNot("skip-github-release", "true")},
	"google-github-actions/release-please-action":     {ToRelease, inputIsNot("skip-github-release", "true")},
	"python-semantic-release/python-semantic-release": {ToRelease, nil},
	"python-semantic-release/publish-action":          {ToRelease, nil},
	"python-semantic-release/upload-to-gh-release":    {ToRelease, nil},
	"relekang/python-semantic-release":                {ToRelease, nil},
	"slsa-framework/slsa-github-generator":            {ToRelease, nil},
	"docker/build-push-action":                        {ToOCI, pushes},
	"docker/bake-action":                              {ToOCI, pushes},
	"depot/build-push-action":                         {ToOCI, pushes},
	"depot/bake-action":                               {ToOCI, pushes},
	"useblacksmith/build-push-action":                 {ToOCI, pushes},
	"elgohr/publish-docker-github-action":             {ToOCI, inputIsNot("no_push", "true")},
	"mr-smithers-excellent/docker-build-push":         {ToOCI, nil},
	"redhat-actions/push-to-registry":                 {ToOCI, nil},
	"cloudposse/github-action-docker-build-push":      {ToOCI, nil},
	"akhilerm/tag-push-action":                        {ToOCI, nil},
	"int128/docker-manifest-create-action":            {ToOCI, nil},
	"devcontainers/action":                            {ToOCI, inputIs("publish-features", "true")},
	"cli/gh-extension-precompile":                     {ToRelease, nil},
	"helm/chart-releaser-action":                      {ToHelm, nil},
	"appany/helm-oci-chart-releaser":                  {ToHelm, nil},
	"bitdeps/helm-oci-charts-releaser":                {ToHelm, nil},
	"haaleo/publish-vscode-extension":                 {ToVSCode, notDry},
	"lannonbr/vsce-action":                            {ToVSCode, nil},
	"mcp-registry/publish-action":                     {ToMCP, nil},
	"k-paxian/dart-package-publisher":                 {ToPub, inputIsNot("dryRunOnly", "true")},
}

// actionPublishes reads a step that may publish by its action.
func actionPublishes(step *evidence.Step) (published, bool) {
	uses := evidence.SplitUses(step.Uses.Value)
	if uses.Kind != evidence.UsesRemote {
		return published{}, false
	}
	name := strings.ToLower(uses.Owner + "/" + uses.Repo)
	action, known := publishingActions[name]
	if !known && buildsImages(uses) {
		action, known = publishingAction{ToOCI, pushes}, true
		name = strings.ToLower(uses.Name())
	}
	if !known || action.when != nil && !action.when(step.With) {
		return published{}, false
	}
	return published{name, action.registry, actionProvenance(step.With), actionIndex(step.With)}, true
}

// buildsImages guesses by its name at an action of somebody's own that builds an
// image; whether it pushes it, its input says.
func buildsImages(uses evidence.Uses) bool {
	name := strings.ToLower(uses.Repo + "/" + uses.Path)
	return strings.Contains(name, "docker") || strings.Contains(name, "image") || strings.Contains(name, "container")
}

func actionProvenance(with []evidence.Variable) evidence.Answer {
	for _, input := range []string{"provenance", "attestations"} {
		v, set := find(with, input)
		switch {
		case !set || strings.Contains(v.Value, "${{"):
		case v.Value == "false":
			return evidence.No
		default:
			return evidence.Yes
		}
	}
	return evidence.Unknown
}

func actionIndex(with []evidence.Variable) string {
	for _, input := range []string{"repository-url", "repository_url", "registry"} {
		if v, set := find(with, input); set {
			return v.Value
		}
	}
	return ""
}

func notDry(with []evidence.Variable) bool {
	for _, input := range []string{"dry-run", "dry_run", "dry", "dryRun"} {
		if v, set := find(with, input); set && v.Value == "true" {
			return false
		}
	}
	return true
}

// inputIs wants one of the values as the first word of the input.
func inputIs(name string, values ...string) func([]evidence.Variable) bool {
	return func(with []evidence.Variable) bool {
		v, _ := find(with, name)
		first, _, _ := strings.Cut(strings.TrimSpace(v.Value), " ")
		for _, value := range values {
			if first == value {
				return true
			}
		}
		return strings.Contains(v.Value, "${{")
	}
}

func inputIsNot(name, value string) func([]evidence.Variable) bool {
	return func(with []evidence.Variable) bool {
		v, _ := find(with, name)
		return strings.TrimSpace(v.Value) != value
	}
}

func goreleases(with []evidence.Variable) bool {
	args, set := find(with, "args")
	only, _ := find(with, "install-only")
	if !set || only.Value == "true" {
		return false // it only installs, or prints its help
	}
	var words []evidence.Word
	for word := range strings.FieldsSeq(args.Value) {
		words = append(words, evidence.Word{Value: word})
	}
	if dry(words) {
		return false
	}
	first, _, _ := strings.Cut(strings.TrimSpace(args.Value), " ")
	return first == "release" || first == "publish" || first == "continue" || strings.Contains(first, "${{")
}

// pushes reads the inputs of the actions that build images. An expression may
// come out true.
func pushes(with []evidence.Variable) bool {
	tags, _ := find(with, "tags")
	if names := strings.FieldsFunc(tags.Value, func(r rune) bool { return r == '\n' || r == ',' }); len(names) > 0 && !slices.ContainsFunc(names, func(name string) bool { return !ownMachine(name) }) {
		return false
	}
	if push, set := find(with, "push"); set && push.Value != "" && !strings.EqualFold(push.Value, "false") {
		return true
	}
	for _, input := range []string{"outputs", "set"} {
		v, _ := find(with, input)
		if strings.Contains(v.Value, "type=registry") || strings.Contains(v.Value, "push=true") || strings.Contains(v.Value, "push-by-digest=true") {
			return true
		}
	}
	return false
}
