package sandbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// root is where the new root is put together: any folder does, since the mount
// is seen by this namespace alone. outsideRoot is where the old one is found
// until the script starts.
const (
	root        = "/tmp"
	outsideRoot = "/.outside"
)

// build makes the root that the script sees, and goes there.
func build(o *orders) error {
	job := &o.Job
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("take the mounts for our own: %w", err)
	}
	options := fmt.Sprintf("mode=755,size=%d,nr_inodes=%d", job.Limits.Bytes, job.Limits.Files)
	if err := unix.Mount("sandbox", root, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, options); err != nil {
		return fmt.Errorf("mount a root of our own: %w", err)
	}
	steps := []struct {
		what string
		do   func() error
	}{
		{"go to the new root", o.pivot},
		{"show the system's programs", o.showSystem},
		{"hide credentials", o.hide},
		{"make devices", devices},
		{"mount /proc", func() error { return mountAt("proc", "/proc", "proc", 0) }},
		{"name the user", o.nameUser},
		{"copy the sources", o.furnish},
		{"name the host", func() error { return unix.Sethostname([]byte(job.User.Host)) }},
		{"set up the network", o.network},
		{"leave the old root", o.leave},
	}
	for _, step := range steps {
		if err := step.do(); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
	}
	unix.Umask(job.User.Umask)
	return nil
}

// pivot makes the new root the root; the old one is found below outsideRoot.
func (o *orders) pivot() error {
	if err := os.Mkdir(root+outsideRoot, 0o700); err != nil {
		return err
	}
	if err := unix.PivotRoot(root, root+outsideRoot); err != nil {
		return err
	}
	return os.Chdir("/")
}

func (o *orders) showSystem() error {
	for _, dir := range system {
		info, err := os.Lstat(outsideRoot + dir)
		switch {
		case err != nil:
			continue // not every system has every one
		case info.Mode()&os.ModeSymlink != 0:
			target, err := os.Readlink(outsideRoot + dir)
			if err != nil {
				return err
			}
			if err := os.Symlink(target, dir); err != nil {
				return err
			}
		default:
			if err := show(dir, dir); err != nil {
				return err
			}
		}
	}
	for _, dir := range o.Visible {
		if err := show(dir, dir); err != nil {
			return err
		}
	}
	for _, bind := range o.Job.Binds {
		if err := show(bind.Outside, bind.Inside); err != nil {
			return err
		}
	}
	return nil
}

// show binds a file or folder of the old root read-only into the new one.
func show(outside, inside string) error {
	from := outsideRoot + outside
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if info.IsDir() {
		err = os.MkdirAll(inside, 0o755)
	} else if err = os.MkdirAll(filepath.Dir(inside), 0o755); err == nil {
		err = touch(inside, "")
	}
	if err != nil {
		return err
	}
	if err := unix.Mount(from, inside, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("bind %s: %w", outside, err)
	}
	attr := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV}
	if err := unix.MountSetattr(unix.AT_FDCWD, inside, unix.AT_RECURSIVE, &attr); err != nil {
		return fmt.Errorf("make %s read-only: %w", outside, err)
	}
	return nil
}

// hide puts something empty over files that may hold a credential.
func (o *orders) hide() error {
	const nothing = "/.nothing"
	if err := errors.Join(touch(nothing, ""), os.Mkdir(nothing+".d", 0o555)); err != nil {
		return err
	}
	places := []string{"/etc", "/etc/ssl/private", "/usr/etc", "/usr/local/etc", "/opt", "/usr/share/polkit-1"}
	for _, dir := range o.Visible {
		places = append(places, dir, filepath.Join(dir, "etc"))
	}
	over := func(path string) error {
		info, err := os.Lstat(path)
		switch {
		case err != nil, info.Mode()&os.ModeSymlink != 0:
			return nil // not there, or elsewhere
		case info.IsDir():
			return unix.Mount(nothing+".d", path, "", unix.MS_BIND, "")
		}
		return unix.Mount(nothing, path, "", unix.MS_BIND, "")
	}
	if err := over("/etc/ssl/private"); err != nil {
		return err
	}
	for _, place := range places {
		for _, name := range credentials {
			if err := over(filepath.Join(place, name)); err != nil {
				return fmt.Errorf("%s: %w", filepath.Join(place, name), err)
			}
		}
	}
	return nil
}

func devices() error {
	if err := os.MkdirAll("/dev/shm", 0o755); err != nil {
		return err
	}
	if err := os.Chmod("/dev/shm", 0o1777); err != nil {
		return err
	}
	for _, name := range []string{"null", "zero", "full", "random", "urandom"} {
		if err := touch("/dev/"+name, ""); err != nil {
			return err
		}
		if err := unix.Mount(outsideRoot+"/dev/"+name, "/dev/"+name, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return errors.Join(
		os.Symlink("/proc/self/fd", "/dev/fd"), os.Symlink("/proc/self/fd/0", "/dev/stdin"),
		os.Symlink("/proc/self/fd/1", "/dev/stdout"), os.Symlink("/proc/self/fd/2", "/dev/stderr"),
	)
}

// nameUser lets programs ask who they are, and lays down the ordinary folders.
func (o *orders) nameUser() error {
	user, id := o.Job.User, strconv.Itoa(o.Job.User.ID)
	files := map[string]string{
		"/etc/passwd": "root:x:0:0:root:/nonexistent:/bin/sh\n" + user.Name + ":x:" + id + ":" + id + "::" + user.Home + ":/bin/sh\n",
		"/etc/group":  "root:x:0:\n" + user.Name + ":x:" + id + ":\n",
		"/etc/hosts":  "127.0.0.1 localhost " + user.Host + "\n::1 localhost\n",
	}
	for path, content := range files {
		own := "/." + filepath.Base(path)
		if err := touch(own, content); err != nil {
			return err
		}
		if _, err := os.Lstat(path); err != nil {
			continue // nobody will look there
		}
		if o.Job.Network && path == "/etc/hosts" {
			continue // the hosts of the network that it uses
		}
		if err := unix.Mount(own, path, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	for _, dir := range []string{"/tmp", "/var/tmp"} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		if err := os.Chmod(dir, 0o1777); err != nil {
			return err
		}
	}
	return mkdir(user.Home, o.Owner)
}

func (o *orders) furnish() error {
	for _, copied := range o.Job.Copies {
		if err := copied.Laid.lay(outsideRoot+copied.From, copied.To, o.Owner); err != nil {
			return err
		}
	}
	for _, made := range o.Job.Makes {
		if err := mkdir(made, o.Owner); err != nil {
			return err
		}
	}
	return nil
}

// network gives a script without one its own loopback, and one with a network
// the names of its servers, which often lie outside of /etc.
func (o *orders) network() error {
	if o.Job.Network {
		target, err := filepath.EvalSymlinks("/etc/resolv.conf")
		if err == nil && target == "/etc/resolv.conf" {
			return nil
		}
		link, err := os.Readlink("/etc/resolv.conf")
		if err != nil {
			return nil // it has no servers to ask
		}
		if !filepath.IsAbs(link) {
			link = filepath.Join("/etc", link)
		}
		content, err := os.ReadFile(outsideRoot + link)
		if err != nil || strings.HasPrefix(link, "/etc/") {
			return nil
		}
		return errors.Join(os.MkdirAll(filepath.Dir(link), 0o755), touch(link, string(content)))
	}
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil // a kernel without it needs none
	}
	defer unix.Close(socket)
	request, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_UP)
	return unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, request)
}

// leave lets go of the old root. The folders that results are brought out to
// stay open, as descriptors of the first process alone.
func (o *orders) leave() error {
	for i, out := range o.Job.Exports {
		folder, err := unix.Open(outsideRoot+out.Outside, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err != nil {
			return fmt.Errorf("hold %s: %w", out.Outside, err)
		}
		o.Job.Exports[i].Outside = "/proc/self/fd/" + strconv.Itoa(folder)
	}
	return errors.Join(unix.Unmount(outsideRoot, unix.MNT_DETACH), os.Remove(outsideRoot))
}

func mountAt(source, at, kind string, flags uintptr) error {
	if err := os.MkdirAll(at, 0o755); err != nil {
		return err
	}
	return unix.Mount(source, at, kind, flags|unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "")
}

func touch(path, content string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.WriteString(content)
	return errors.Join(err, file.Close())
}
