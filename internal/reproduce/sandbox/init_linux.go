package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// Init takes over where the program was started as the first process of a
// sandbox, and does not return then. It stands first in main.
func Init() {
	if len(os.Args) != 1 || os.Args[0] != initName || os.Getpid() != 1 {
		return
	}
	runtime.LockOSThread() // what a thread gives up, its children start without
	complaints := os.NewFile(4, "complaints")
	unix.CloseOnExec(3)
	unix.CloseOnExec(4)
	var told orders
	err := json.NewDecoder(os.NewFile(3, "orders")).Decode(&told)
	if err == nil {
		err = build(&told)
	}
	if err != nil {
		fmt.Fprint(complaints, err)
		os.Exit(notStarted)
	}
	if err := told.run(complaints); err != nil {
		os.Exit(1)
	}
	os.Exit(0)
}

// run starts the script as an ordinary user in one more user namespace, waits
// for it, ends what it left running, and brings out what it made.
func (o *orders) run(complaints *os.File) error {
	if err := o.limit(); err != nil {
		fmt.Fprint(complaints, err)
		os.Exit(notStarted)
	}
	job := &o.Job
	cmd := exec.Command("/bin/sh", "-euc", job.Script)
	cmd.Dir = job.Dir
	cmd.Env = append([]string{
		"PATH=" + o.Path, "HOME=" + job.User.Home, "USER=" + job.User.Name, "LOGNAME=" + job.User.Name,
		"HOSTNAME=" + job.User.Host, "TMPDIR=/tmp", "SHELL=/bin/sh",
	}, job.Env...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	same := []syscall.SysProcIDMap{{ContainerID: job.User.ID, HostID: o.Owner, Size: 1}}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER,
		UidMappings: same, GidMappings: same,
		Credential: &syscall.Credential{Uid: uint32(job.User.ID), Gid: uint32(job.User.ID), NoSetGroups: true},
		Setsid:     true,
	}
	if err := cmd.Start(); err != nil {
		fmt.Fprint(complaints, "start the build: ", err)
		os.Exit(notStarted)
	}
	err := reap(cmd.Process.Pid)
	_ = syscall.Kill(-1, syscall.SIGKILL) // all of this namespace but ourselves
	for {
		if _, err := syscall.Wait4(-1, nil, 0, nil); err != nil && !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		fmt.Fprint(complaints, err)
		return err
	}
	for _, out := range job.Exports {
		if err := export(out.Inside, out.Outside, &job.Limits); err != nil {
			fmt.Fprint(complaints, err)
			return err
		}
	}
	return nil
}

// reap waits for the script, and for every orphan on the way: a first process has to.
func reap(script int) error {
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, 0, nil)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case err != nil:
			return err
		case pid != script:
			continue
		case status.Signaled():
			return fmt.Errorf("it was ended by a signal (%s)", status.Signal())
		case status.ExitStatus() != 0:
			return fmt.Errorf("it ended with exit code %d", status.ExitStatus())
		}
		return nil
	}
}

// limit gives up what the script must not have: new rights by setuid programs,
// core dumps, endless files, and user namespaces beyond its own.
func (o *orders) limit() error {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("give up new rights: %w", err)
	}
	_ = os.WriteFile("/proc/sys/user/max_user_namespaces", []byte("1"), 0) // older kernels do not let us
	size := uint64(o.Job.Limits.Bytes)
	return errors.Join(
		unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}),
		unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: size, Max: size}),
	)
}
