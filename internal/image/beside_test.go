package image_test

import (
	"os/exec"
	"path/filepath"
)

// beside readies the program where it was laid out.
func beside(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(dir, "sealvet"), args...)
	cmd.Dir, cmd.Env = filepath.Join(dir, "repo"), []string{}
	return cmd
}
