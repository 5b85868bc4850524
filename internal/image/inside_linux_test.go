package image_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// inside readies the image's program as an engine would: with the image as the
// root of all files, the image's user and folder, and no environment. Only root
// may do that; others start it where it lies.
func inside(t *testing.T, dir string, args ...string) *exec.Cmd {
	if os.Geteuid() != 0 {
		return beside(dir, args...)
	}
	for path := dir; path != os.TempDir() && path != filepath.Dir(path); path = filepath.Dir(path) {
		if err := os.Chmod(path, 0o755); err != nil { // the image's user passes here
			t.Fatal(err)
		}
	}
	cmd := exec.Command("/sealvet", args...)
	cmd.Dir, cmd.Env = "/repo", []string{}
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: dir, Credential: &syscall.Credential{Uid: 65532, Gid: 65532}}
	return cmd
}
