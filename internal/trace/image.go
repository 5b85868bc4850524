package trace

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// buildsFrom tells whether an action builds an image from a Dockerfile.
func buildsFrom(uses evidence.Uses, step *evidence.Step) bool {
	if strings.Contains(strings.ToLower(uses.Repo), "build-push") || uses.Is("redhat-actions", "buildah-build") {
		return true
	}
	_, push := find(step.With, "push")
	_, context := find(step.With, "context")
	return buildsImages(uses) && push && context
}

// buildFile is the Dockerfile that an action builds.
func (w *walk) buildFile(step *evidence.Step) string {
	context, _ := find(step.With, "context")
	for _, input := range []string{"file", "dockerfile", "containerfiles", "dockerfiles"} {
		if file, set := find(step.With, input); set && file.Value != "" {
			return path.Clean(strings.TrimSpace(strings.TrimPrefix(file.Value, "${{ github.workspace }}/")))
		}
	}
	folder := context.Value
	if strings.HasPrefix(folder, "${{") || strings.Contains(folder, "://") {
		folder = "" // the whole tree
	}
	return path.Join(folder, "Dockerfile")
}

// image adds what the build of a Dockerfile runs. Where only the run knows which,
// any that it may be is built.
func (w *walk) image(parent *Node, file string, at evidence.Location) {
	if strings.Contains(file, "$") {
		for _, one := range w.mapper.seen.Dockerfiles {
			if mayBe(file, one.Path) && !strings.Contains(one.Path, "$") {
				w.image(parent, one.Path, at)
			}
		}
		return
	}
	scripts := w.calls.byPlace[file]
	if !w.calls.files[file] && len(scripts) == 0 || w.images[file] {
		return
	}
	w.images[file] = true
	n := w.add(parent, Node{Kind: KindImage, Name: file, At: at})
	w.deeper(func() {
		for _, script := range scripts {
			if builds(script) {
				w.called(n, script, script.At)
			}
		}
	})
}

// builds tells the RUN of a Dockerfile from what runs only when the image does.
func builds(script *evidence.Script) bool {
	for _, later := range []string{"/entrypoint", "/cmd", "/healthcheck", "/onbuild"} {
		if strings.HasSuffix(script.Anchor, later) {
			return false
		}
	}
	return script.Origin == evidence.FromDockerfile
}
