//go:build linux || darwin

package main

import (
	"fmt"
	"os"
	"syscall"
)

// setLimits lowers the number of descriptors to those that are open. From here on
// no file and no socket can be opened, whatever a library tries: this, rather than
// the transports that refuse, is what makes the program offline.
func setLimits(memory int64) error {
	probe, err := os.Open(os.DevNull)
	if err != nil {
		return fmt.Errorf("count open files: %w", err)
	}
	next := uint64(probe.Fd())
	if err := probe.Close(); err != nil {
		return fmt.Errorf("count open files: %w", err)
	}
	if err := lower(syscall.RLIMIT_NOFILE, next); err != nil {
		return fmt.Errorf("give up further files: %w", err)
	}
	if memory > 0 && dataLimit {
		if err := lower(syscall.RLIMIT_DATA, uint64(memory)); err != nil {
			return fmt.Errorf("limit memory: %w", err)
		}
	}
	return nil
}

func lower(resource int, to uint64) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(resource, &limit); err != nil {
		return err
	}
	limit.Cur, limit.Max = min(limit.Cur, to), min(limit.Max, to)
	return syscall.Setrlimit(resource, &limit)
}
