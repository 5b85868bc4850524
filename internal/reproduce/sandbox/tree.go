package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// lay copies the folder from to the folder to, which may exist. Links stay
// links, whatever they point at; what is neither file nor folder nor link is left
// out. The owner is changed where owner is not negative.
func (l Laid) lay(from, to string, owner int) error {
	if err := mkdir(to, owner); err != nil {
		return err
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	if l.Reverse {
		slices.SortFunc(entries, func(a, b fs.DirEntry) int { return -cmp.Compare(a.Name(), b.Name()) })
	}
	for _, entry := range entries {
		if err := l.layEntry(entry, filepath.Join(from, entry.Name()), filepath.Join(to, entry.Name()), owner); err != nil {
			return err
		}
	}
	return l.stamp(to, 0o777, owner)
}

func (l Laid) layEntry(entry fs.DirEntry, from, to string, owner int) error {
	switch {
	case entry.IsDir():
		return l.lay(from, to, owner)
	case entry.Type()&fs.ModeSymlink != 0:
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		return errors.Join(os.Symlink(target, to), chown(to, owner))
	case entry.Type().IsRegular():
		info, err := entry.Info()
		if err != nil {
			return err
		}
		mode := fs.FileMode(0o666)
		if info.Mode()&0o111 != 0 {
			mode = 0o777
		}
		if err := copyFile(from, to, -1); err != nil {
			return err
		}
		return l.stamp(to, mode, owner)
	}
	return nil
}

func (l Laid) stamp(path string, mode fs.FileMode, owner int) error {
	if err := errors.Join(os.Chmod(path, mode&^fs.FileMode(l.Umask)), chown(path, owner)); err != nil {
		return err
	}
	if l.Time.IsZero() {
		return nil
	}
	return os.Chtimes(path, l.Time, l.Time)
}

// copyFile copies one regular file; it refuses one that is larger than most,
// unless most is negative.
func copyFile(from, to string, most int64) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	var source io.Reader = in
	if most >= 0 {
		source = io.LimitReader(in, most+1)
	}
	n, err := io.Copy(out, source)
	if err == nil && most >= 0 && n > most {
		err = fmt.Errorf("%s is too large", filepath.Base(from))
	}
	return errors.Join(err, out.Close())
}

// mkdir makes a folder and those above it; the last one gets the owner.
func mkdir(path string, owner int) error {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return err
	}
	return chown(path, owner)
}

func chown(path string, owner int) error {
	if owner < 0 {
		return nil
	}
	return os.Lchown(path, owner, owner)
}

// export brings out what a script has left in a folder: files, folders and
// links, with plain modes, and not more than the limits allow.
func export(from, to string, limits *Limits) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		inner, outer := filepath.Join(from, entry.Name()), filepath.Join(to, entry.Name())
		if limits.Files--; limits.Files < 0 {
			return errors.New("the build left too many files")
		}
		switch {
		case entry.IsDir():
			err = export(inner, outer, limits)
		case entry.Type()&fs.ModeSymlink != 0:
			var target string
			if target, err = os.Readlink(inner); err == nil {
				err = os.Symlink(target, outer)
			}
		case entry.Type().IsRegular():
			err = exportFile(entry, inner, outer, limits)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func exportFile(entry fs.DirEntry, from, to string, limits *Limits) error {
	info, err := entry.Info()
	if err != nil {
		return err
	}
	if err := copyFile(from, to, limits.Bytes); err != nil {
		return err
	}
	limits.Bytes -= info.Size()
	mode := fs.FileMode(0o644)
	if info.Mode()&0o111 != 0 {
		mode = 0o755
	}
	return os.Chmod(to, mode)
}
