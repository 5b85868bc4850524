package hermetic

import (
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// isRoot tells whether a user is root, by name or by number.
func isRoot(user string) bool {
	return user == "root" || user != "" && strings.Trim(user, "0") == ""
}

// baseUser says whether an image runs as root: Unknown for one whose recipe is
// not known.
func baseUser(ref string) evidence.Answer {
	name, tag := withoutDigest(ref), ""
	if colon := strings.LastIndexByte(name, ':'); colon > strings.LastIndexByte(name, '/') {
		name, tag = name[:colon], name[colon+1:]
	}
	switch {
	case strings.Contains(name, "$"):
		return evidence.Unknown
	case name == "scratch":
		return evidence.Yes
	case strings.HasPrefix(name, "gcr.io/distroless/"):
		return evidence.Known(!strings.Contains(tag, "nonroot"))
	case strings.HasPrefix(name, "mcr.microsoft.com/dotnet/"):
		return evidence.Known(!strings.Contains(tag, "chiseled") && !strings.Contains(tag, "distroless"))
	}
	name = strings.TrimPrefix(strings.TrimPrefix(name, "docker.io/"), "library/")
	if slices.Contains(rootImages, name) {
		return evidence.Yes
	}
	return evidence.Unknown
}

// rootImages are bases whose published recipes set no user.
var rootImages = []string{
	"alpine", "debian", "ubuntu", "busybox", "fedora", "amazonlinux", "rockylinux", "almalinux", "archlinux", "buildpack-deps",
	"node", "python", "golang", "rust", "ruby", "php", "perl", "openjdk", "eclipse-temurin", "amazoncorretto", "maven", "pypy", "swift", "erlang", "elixir",
	"nginx", "oven/bun", "ghcr.io/astral-sh/uv", "nvidia/cuda", "mcr.microsoft.com/playwright", "mcr.microsoft.com/playwright/python",
	"public.ecr.aws/docker/library/node", "public.ecr.aws/docker/library/python", "public.ecr.aws/docker/library/golang", "public.ecr.aws/docker/library/alpine",
	"public.ecr.aws/amazonlinux/amazonlinux", "public.ecr.aws/sam/build-python3.10", "registry.access.redhat.com/ubi9/ubi", "registry.access.redhat.com/ubi9/ubi-minimal",
	"registry.access.redhat.com/ubi8/ubi", "registry.access.redhat.com/ubi8/ubi-minimal",
}

// lowersItself lists the Dockerfiles whose entrypoint changes to another user by
// itself, or names a script that does.
func lowersItself(seen *evidence.Snapshot) map[string]bool {
	scripts := make(map[string]bool)
	for i := range seen.Scripts {
		if script := &seen.Scripts[i]; script.Origin == evidence.FromFile && changesUser(script) {
			scripts[path.Base(script.Path)] = true
		}
	}
	lowered := make(map[string]bool)
	for i := range seen.Scripts {
		script := &seen.Scripts[i]
		if script.Origin != evidence.FromDockerfile || !strings.HasSuffix(script.Anchor, "/entrypoint") && !strings.HasSuffix(script.Anchor, "/cmd") {
			continue
		}
		names := changesUser(script)
		for _, command := range script.Commands {
			for _, word := range command.Words {
				names = names || scripts[path.Base(word.Value)]
			}
		}
		if names {
			lowered[script.Path] = true
		}
	}
	return lowered
}

func changesUser(script *evidence.Script) bool {
	for _, command := range script.Commands {
		words := append(command.Via[:len(command.Via):len(command.Via)], command.Program())
		for _, word := range command.Words {
			words = append(words, path.Base(word.Value))
		}
		for _, word := range words {
			if slices.Contains([]string{"gosu", "su-exec", "setpriv", "runuser", "s6-setuidgid", "chpst"}, word) {
				return true
			}
		}
	}
	return false
}
