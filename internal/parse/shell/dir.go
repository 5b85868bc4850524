package shell

import (
	"path"
	"strings"
)

// changeDir follows cd. A folder that only the run knows is kept as written.
func (w *walker) changeDir(program string, args []word) {
	for len(args) > 0 && (args[0].text.Value == "--" || args[0].text.Value == "-P" || args[0].text.Value == "-L" || args[0].text.Value == "/d") {
		args = args[1:]
	}
	if program == "popd" {
		if n := len(w.dirs); n > 0 {
			w.dir, w.dirs = w.dirs[n-1], w.dirs[:n-1:n-1]
		}
		return
	}
	before := w.dir
	if program == "pushd" {
		w.dirs = append(w.dirs[:len(w.dirs):len(w.dirs)], before)
	}
	if len(args) == 0 {
		w.dir = "~"
		return
	}
	w.dir = Join(before, args[0].text.Value)
}

// Join is the folder that a relative path leads to from another; what stands
// in the environment for the root of the checkout is known for it.
func Join(dir, to string) string {
	for _, root := range roots {
		if rest, ok := strings.CutPrefix(to, root); ok && (rest == "" || rest[0] == '/') {
			return strings.TrimPrefix(path.Clean("/"+rest), "/")
		}
	}
	if to == "" || to == "-" {
		return dir
	}
	if strings.HasPrefix(to, "/") || strings.HasPrefix(to, "~") || strings.HasPrefix(to, "$") || strings.HasPrefix(to, "`") {
		return path.Clean(to)
	}
	if joined := path.Join(dir, to); joined != "." {
		return joined
	}
	return ""
}

var roots = []string{
	"$GITHUB_WORKSPACE", "${GITHUB_WORKSPACE}", "${{ github.workspace }}", "${{github.workspace}}",
	"$CI_PROJECT_DIR", "${CI_PROJECT_DIR}",
}
