//go:build !linux

package image_test

import (
	"os/exec"
	"testing"
)

func inside(_ *testing.T, dir string, args ...string) *exec.Cmd { return beside(dir, args...) }
