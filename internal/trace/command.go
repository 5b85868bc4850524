package trace

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// published is what a command line says of itself.
type published struct {
	kind       string
	registry   Registry
	provenance evidence.Answer
	index      string
}

// publishes reads a command that may publish. A dry run does not.
func publishes(command *evidence.Command) (published, bool) {
	words := peel(command.Words)
	if len(words) == 0 || dry(words) {
		return published{}, false
	}
	line := commandLine{program: evidence.ProgramName(words[0].Value), words: words[1:]}
	line.operands = line.operand()
	line = line.direct()
	for _, rule := range publishing {
		if slices.Contains(rule.programs, line.program) && rule.is(line) && !ownMachine(line.index()) {
			return published{rule.programs[0], rule.registry, line.provenance(), line.index()}, true
		}
	}
	return line.image()
}

// dry tells whether a command only shows what it would do.
func dry(words []evidence.Word) bool {
	for _, word := range words {
		switch word.Value {
		case "--dry-run", "--dry-run=true", "--dryrun", "-n=true", "--snapshot", "--help", "--skip-publish", "--skip=publish", "--no-publish", "--skip.publish":
			return true
		}
	}
	return false
}

// commandLine is a command without what stands in front of the program.
type commandLine struct {
	program  string
	words    []evidence.Word
	operands []string // words that are no flags; the value of a flag may be among them
}

func (l commandLine) operand() []string {
	var all []string
	for _, word := range l.words {
		if !strings.HasPrefix(word.Value, "-") {
			all = append(all, word.Value)
		}
	}
	return all
}

// direct takes a package manager off that runs a program by its bare name:
// pnpm semantic-release, yarn changeset publish.
func (l commandLine) direct() commandLine {
	switch l.program {
	case "pnpm", "yarn", "bun":
	default:
		return l
	}
	for i, word := range l.words {
		switch word.Value {
		case "changeset", "semantic-release", "multi-semantic-release", "lerna", "nx", "vsce", "ovsx", "release-it", "np", "jsr", "mcp-publisher":
			inner := commandLine{program: word.Value, words: l.words[i+1:]}
			inner.operands = inner.operand()
			return inner
		case "run", "exec":
		default:
			if !strings.HasPrefix(word.Value, "-") {
				return l
			}
		}
	}
	return l
}

// has tells whether the operands hold those words, one behind the other.
func (l commandLine) has(words ...string) bool {
	for i := 0; i+len(words) <= len(l.operands); i++ {
		if slices.Equal(l.operands[i:i+len(words)], words) {
			return true
		}
	}
	return false
}

// first tells whether the command has that subcommand.
func (l commandLine) first(words ...string) bool {
	return len(l.operands) >= len(words) && slices.Equal(l.operands[:len(words)], words)
}

func (l commandLine) flag(names ...string) bool {
	for _, word := range l.words {
		name, _, _ := strings.Cut(word.Value, "=")
		if slices.Contains(names, name) {
			return true
		}
	}
	return false
}

// value is what stands behind a flag.
func (l commandLine) value(names ...string) string {
	for i, word := range l.words {
		name, value, joined := strings.Cut(word.Value, "=")
		switch {
		case !slices.Contains(names, name):
		case joined:
			return value
		case i+1 < len(l.words):
			return l.words[i+1].Value
		}
	}
	return ""
}

func (l commandLine) provenance() evidence.Answer {
	for _, word := range l.words {
		switch word.Value {
		case "--provenance", "--provenance=true", "--attestations":
			return evidence.Yes
		case "--provenance=false", "--no-provenance", "--no-attestations":
			return evidence.No
		}
		if mode, is := strings.CutPrefix(word.Value, "--provenance="); is && mode != "" {
			return evidence.Yes // buildx: mode=max
		}
	}
	return evidence.Unknown
}

func (l commandLine) index() string {
	return l.value("--registry", "--publish-url", "--index", "--repository-url", "--index-url", "--source", "-s", "--repository", "-r", "--host")
}

// publishing lists the commands that publish. The first of the programs names
// the kind.
var publishing = []struct {
	programs []string
	registry Registry
	is       func(commandLine) bool
}{
	{[]string{"npm"}, ToNPM, func(l commandLine) bool { return l.first("publish") || l.first("stage", "publish") }},
	{[]string{"pnpm"}, ToNPM, func(l commandLine) bool { return l.has("publish") && !l.has("run", "publish") && !l.has("pack") }},
	{[]string{"yarn"}, ToNPM, func(l commandLine) bool {
		return l.first("npm", "publish") || l.first("publish") || l.has("foreach") && l.has("npm", "publish")
	}},
	{[]string{"bun"}, ToNPM, func(l commandLine) bool { return l.first("publish") }},
	{[]string{"changeset"}, ToNPM, func(l commandLine) bool { return l.first("publish") }},
	{[]string{"lerna"}, ToNPM, func(l commandLine) bool { return l.first("publish") }},
	{[]string{"nx"}, ToNPM, func(l commandLine) bool { return l.first("release") && !l.first("release", "version") }},
	{[]string{"semantic-release", "multi-semantic-release"}, ToNPM, func(l commandLine) bool { return !l.flag("--version") && !l.first("version") && !l.first("publish") }},
	{[]string{"release-it"}, ToNPM, func(l commandLine) bool { return true }},
	{[]string{"np"}, ToNPM, func(l commandLine) bool { return true }},
	{[]string{"jsr"}, ToJSR, func(l commandLine) bool { return l.first("publish") }},
	{[]string{"deno"}, ToJSR, func(l commandLine) bool { return l.first("publish") }},
	{[]string{"uv"}, ToPyPI, func(l commandLine) bool { return l.first("publish") }},
	{[]string{"twine"}, ToPyPI, func(l commandLine) bool { return l.first("upload") }},
	{[]string{"poetry"}, ToPyPI, func(l commandLine) bool { return l.first("publish") }},
	{[]string{"flit"}, ToPyPI, func(l commandLine) bool { return l.first("publish") }},
	{[]string{"hatch"}, ToPyPI, func(l commandLine) bool { return l.first("publish") }},
	{[]string{"pdm"}, ToPyPI, func(l commandLine) bool { return l.first("publish") }},
	{[]string{"rye"}, ToPyPI, func(l commandLine) bool { return l.first("publish") }},
	{[]string{"maturin"}, ToPyPI, func(l commandLine) bool { return l.first("publish") || l.first("upload") }},
	{[]string{"cargo"}, ToCargo, func(l commandLine) bool {
		return l.first("publish") || l.first("release") || l.first("workspaces", "publish") || l.has("smart-release")
	}},
	{[]string{"release-plz"}, ToCargo, func(l commandLine) bool { return l.first("release") }},
	{[]string{"dotnet"}, ToNuGet, func(l commandLine) bool { return l.first("nuget", "push") }},
	{[]string{"nuget"}, ToNuGet, func(l commandLine) bool { return l.first("push") }},
	{[]string{"mvn", "mvnw", "mvnd"}, ToMaven, func(l commandLine) bool {
		return l.has("deploy") || l.has("release:perform") || slices.ContainsFunc(l.operands, func(s string) bool { return strings.HasSuffix(s, ":deploy") || strings.HasSuffix(s, ":publish") })
	}},
	{[]string{"gradle", "gradlew"}, ToMaven, gradlePublishes},
	{[]string{"jreleaser", "jreleaserw"}, ToMaven, func(l commandLine) bool {
		return l.first("release") || l.first("full-release") || l.first("deploy") || l.first("upload") || l.first("publish")
	}},
	{[]string{"sbt"}, ToMaven, func(l commandLine) bool {
		return slices.ContainsFunc(l.operands, func(s string) bool {
			return strings.HasPrefix(s, "publish") && s != "publishLocal" || s == "ci-release"
		})
	}},
	{[]string{"gem"}, ToGem, func(l commandLine) bool { return l.first("push") }},
	{[]string{"rake"}, ToGem, func(l commandLine) bool { return l.has("release") || l.has("release:rubygem_push") }},
	{[]string{"goreleaser"}, ToRelease, func(l commandLine) bool { return l.first("release") || l.first("publish") || l.first("continue") }},
	{[]string{"gh"}, ToRelease, func(l commandLine) bool { return l.first("release", "create") || l.first("release", "upload") }},
	{[]string{"glab"}, ToRelease, func(l commandLine) bool { return l.first("release", "create") || l.first("release", "upload") }},
	{[]string{"release-cli"}, ToRelease, func(l commandLine) bool { return l.first("create") }},
	{[]string{"release-please"}, ToRelease, func(l commandLine) bool { return l.first("github-release") || l.first("manifest-release") }},
	{[]string{"knope"}, ToRelease, func(l commandLine) bool { return l.first("release") }},
	{[]string{"ghr"}, ToRelease, func(l commandLine) bool { return len(l.operands) > 0 }},
	{[]string{"hub"}, ToRelease, func(l commandLine) bool { return l.first("release", "create") }},
	{[]string{"craft"}, ToRelease, func(l commandLine) bool { return l.first("publish") }},
	{[]string{"dist", "cargo-dist"}, ToRelease, func(l commandLine) bool { return l.first("host") && l.flag("--steps") }},
	{[]string{"python-semantic-release"}, ToRelease, func(l commandLine) bool { return l.first("publish") || l.first("version") }},
	{[]string{"mcp-publisher", "publisher"}, ToMCP, func(l commandLine) bool { return l.first("publish") }},
	{[]string{"vsce"}, ToVSCode, func(l commandLine) bool { return l.first("publish") }},
	{[]string{"ovsx"}, ToVSCode, func(l commandLine) bool { return l.first("publish") }},
	{[]string{"helm"}, ToHelm, func(l commandLine) bool { return l.first("push") || l.first("cm-push") }},
	{[]string{"cr"}, ToHelm, func(l commandLine) bool { return l.first("upload") }},
	{[]string{"ko"}, ToOCI, func(l commandLine) bool {
		return (l.first("build") || l.first("publish") || l.first("resolve") || l.first("apply")) && !l.flag("--local", "-L") && l.value("--push") != "false"
	}},
	{[]string{"oras"}, ToOCI, func(l commandLine) bool { return l.first("push") || l.first("copy") || l.first("cp") }},
	{[]string{"crane"}, ToOCI, func(l commandLine) bool {
		return l.first("push") || l.first("copy") || l.first("tag") || l.first("append")
	}},
	{[]string{"skopeo"}, ToOCI, func(l commandLine) bool { return l.first("copy") || l.first("sync") }},
	{[]string{"regctl"}, ToOCI, func(l commandLine) bool { return l.first("image", "copy") }},
	{[]string{"kaniko", "executor"}, ToOCI, func(l commandLine) bool { return l.flag("--destination", "-d") && !l.flag("--no-push") }},
	{[]string{"pack"}, ToOCI, func(l commandLine) bool { return l.first("build") && l.flag("--publish") }},
	{[]string{"flutter", "dart"}, ToPub, func(l commandLine) bool { return l.first("pub", "publish") }},
}

func gradlePublishes(l commandLine) bool {
	return slices.ContainsFunc(l.operands, func(task string) bool {
		task = task[strings.LastIndexByte(task, ':')+1:]
		switch {
		case strings.HasSuffix(task, "MavenLocal"), strings.Contains(task, "ToTestRepo"):
			return false
		case strings.HasPrefix(task, "publish"), strings.HasPrefix(task, "jreleaser") && task != "jreleaserConfig":
			return true
		}
		return task == "jib" || task == "dockerPush" || task == "dockerPushNative" || task == "artifactoryPublish"
	})
}

// ownMachine tells a registry that ends with the job: nothing is published there.
func ownMachine(name string) bool {
	name = strings.TrimSpace(name)
	if _, rest, found := strings.Cut(name, "://"); found {
		name = rest
	}
	for _, host := range []string{"localhost", "127.0.0.1", "0.0.0.0", "kind-registry"} {
		if rest, is := strings.CutPrefix(name, host); is && (rest == "" || rest[0] == ':' || rest[0] == '/') {
			return true
		}
	}
	return false
}

// image reads what the tools that build and push images do.
func (l commandLine) image() (published, bool) {
	p := published{kind: l.program, registry: ToOCI, provenance: l.provenance()}
	switch l.program {
	case "docker", "podman", "nerdctl", "buildah", "img":
	default:
		return p, false
	}
	if slices.ContainsFunc(l.operands, ownMachine) {
		return p, false
	}
	switch {
	case l.first("run"):
		return l.within()
	case l.first("push"), l.first("image", "push"), l.first("manifest", "push"), l.first("compose", "push"):
		return p, true
	case l.first("buildx", "imagetools", "create"):
		return p, true
	case l.first("build"), l.first("buildx", "build"), l.first("buildx", "bake"), l.first("image", "build"), l.first("compose", "build"):
		pushed := l.flag("--push") && l.value("--push") != "false"
		output := l.value("--output", "-o")
		return p, pushed || strings.Contains(output, "type=registry") || strings.Contains(output, "push=true")
	}
	return p, false
}

// within reads docker run image release: the image is the program.
func (l commandLine) within() (published, bool) {
	for i, word := range l.words {
		name := word.Value
		if !strings.Contains(name, "/") || strings.HasPrefix(name, "-") {
			continue
		}
		name = name[strings.LastIndexByte(name, '/')+1:]
		if name, _, _ = strings.Cut(name, ":"); name != "goreleaser" && name != "goreleaser-cross" {
			continue
		}
		rest := commandLine{program: "goreleaser", words: l.words[i+1:]}
		rest.operands = rest.operand()
		return published{kind: "goreleaser", registry: ToRelease}, rest.first("release")
	}
	return published{}, false
}
