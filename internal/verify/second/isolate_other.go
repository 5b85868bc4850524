//go:build !unix

package second

import "os/exec"

func isolate(*exec.Cmd) {}

func killGroup(command *exec.Cmd) {
	_ = command.Process.Kill() // fails only where it is gone already
}
