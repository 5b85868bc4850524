//go:build !darwin && !dragonfly && !freebsd && !linux && !netbsd && !openbsd

package trust

import (
	"errors"
	"io/fs"
	"os"
	"time"
)

// lock waits a while for the right to write to a shelf: a file stands for it, which
// is taken as left behind after a minute.
func lock(path string) (unlock func(), err error) {
	for deadline := time.Now().Add(lockPatience); ; time.Sleep(lockPause) {
		file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err == nil {
			return func() { _ = file.Close(); _ = os.Remove(path) }, nil
		}
		if !errors.Is(err, fs.ErrExist) && !errors.Is(err, fs.ErrPermission) || time.Now().After(deadline) {
			return nil, err
		}
		if info, statErr := os.Stat(path); statErr == nil && time.Since(info.ModTime()) > time.Minute {
			_ = os.Remove(path)
		}
	}
}
