package second

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// EnvPath names the environment variable that says where the program is.
const EnvPath = "SEALVET_SLSA_VERIFIER"

const programName = "sealvet-slsa-verifier"

// errMissing is wrapped by every reason for which there is no program to ask.
var errMissing = errors.New("the second verifier cannot be had")

// locate finds the program. What a user names is taken from anywhere but an audited
// directory; what is merely found must not lie in the working directory either,
// which is often the checkout of a stranger.
func locate(path string, audited []string) (string, error) {
	avoid := realPaths(audited)
	if path == "" {
		path = os.Getenv(EnvPath)
	}
	if path != "" {
		found, err := usable(path, avoid)
		if err != nil {
			return "", fmt.Errorf("%w: %w", errMissing, err)
		}
		return found, nil
	}
	here := realPath(".")
	for _, dir := range searched() {
		if real := realPath(dir); real == "" || real == here {
			continue // a folder that is not there, or that a stranger may have filled
		}
		if found, err := usable(filepath.Join(dir, fileName()), avoid); err == nil {
			return found, nil
		}
	}
	return "", fmt.Errorf("%w: %s is neither beside this program nor on the PATH", errMissing, programName)
}

// searched are the folder of our own program and those of the PATH. Relative entries
// of the PATH mean the working directory, and stay out.
func searched() []string {
	var dirs []string
	if own, err := os.Executable(); err == nil {
		if real := realPath(own); real != "" {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		if filepath.IsAbs(dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// usable resolves links and says whether a program may be started.
func usable(path string, avoid []string) (string, error) {
	real := realPath(path)
	if real == "" {
		return "", fmt.Errorf("%s is not there", path)
	}
	for _, dir := range avoid {
		if within(real, dir) || within(absolute(path), dir) {
			return "", fmt.Errorf("%s lies in the repository under audit, and is not run", path)
		}
	}
	info, err := os.Stat(real)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() || runtime.GOOS != "windows" && info.Mode().Perm()&0o111 == 0 {
		return "", fmt.Errorf("%s is no program", path)
	}
	return real, nil
}

func within(path, dir string) bool {
	relative, err := filepath.Rel(dir, path)
	return err == nil && relative != ".." && !strings.HasPrefix(relative, ".."+string(filepath.Separator))
}

func realPaths(paths []string) []string {
	var real []string
	for _, path := range paths {
		real = append(real, absolute(path))
		if resolved := realPath(path); resolved != "" {
			real = append(real, resolved)
		}
	}
	return real
}

// realPath is the absolute path without links, empty where there is nothing.
func realPath(path string) string {
	real, err := filepath.EvalSymlinks(absolute(path))
	if err != nil {
		return ""
	}
	return real
}

func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}

func fileName() string {
	if runtime.GOOS == "windows" {
		return programName + ".exe"
	}
	return programName
}
