//go:build unix

package second

import (
	"os/exec"
	"syscall"
)

// isolate puts the process into a group of its own, so that it ends with all that
// it may have started.
func isolate(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

func killGroup(command *exec.Cmd) {
	// Fails only where the group is gone already. It is ours: the process is not waited for yet, so that its id is not taken.
	_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
}
