package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// initName is what the program finds as its own name when it is to be the first
// process of a sandbox.
const initName = "sealvet-sandbox-init"

// buildID is the user of the build between the two user namespaces: the first
// one's root, or, where the caller may map a second one, an ordinary user.
const (
	ownID      = 0
	buildID    = 1
	hostID     = 61184 // of nobody: the first of those that systemd keeps for passing users
	notStarted = 125   // the exit code of an init whose sandbox could not be built
)

// orders is what the first process is told, on its descriptor 3.
type orders struct {
	Job     Job
	Owner   int      // of the script's files, as the first process sees it
	Visible []string // folders of programs, seen read-only at their own place
	Path    string   // PATH inside
}

// New gives the Runner of this machine; Check says whether it can work.
func New() Runner { return namespaces{} }

type namespaces struct{}

func (namespaces) Place(inside string) string { return inside }

// Check says whether a sandbox can be had on this machine, by running nothing in one.
func Check(ctx context.Context) error {
	job := Job{Script: "exit 0", Dir: "/tmp", User: User{Name: "check", ID: 1000, Home: "/home/check", Host: "check"}, Limits: DefaultLimits}
	job.Limits.Time = 20 * time.Second
	err := New().Run(ctx, job)
	if failure := new(Failure); errors.As(err, &failure) {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return err
}

// Run runs the job. A *Failure is the script's own; ErrUnavailable says that there
// was no sandbox to run it in.
func (namespaces) Run(ctx context.Context, job Job) error {
	ctx, stop := context.WithTimeoutCause(ctx, job.Limits.Time, errTimeUp)
	defer stop()
	asRoot := os.Geteuid() == 0
	err := start(ctx, job, asRoot)
	if asRoot && (errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EINVAL)) {
		err = start(ctx, job, false) // a root that may not map a second user: one of a container
	}
	return err
}

// start runs the job in new namespaces. The first process dies with the thread
// that started it, and everything in the sandbox dies with the first process.
func start(ctx context.Context, job Job, second bool) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	told := orders{Job: job, Owner: ownID}
	told.Visible, told.Path = visible(os.Getenv("PATH"), os.Getenv("HOME"))
	if second {
		told.Owner = buildID
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		return err
	}
	defer reader.Close()
	defer writer.Close()

	var said tail
	var problem bytes.Buffer
	complaints, complain, err := os.Pipe()
	if err != nil {
		return err
	}
	defer complaints.Close()
	defer complain.Close()
	cmd := exec.CommandContext(ctx, "/proc/self/exe")
	cmd.Args = []string{initName}
	cmd.Env = []string{}
	cmd.Dir = "/"
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.ExtraFiles = []*os.File{reader, complain}
	cmd.WaitDelay = 10 * time.Second
	cmd.SysProcAttr = attributes(job.Network, second)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%w: start in new namespaces: %w%s", ErrUnavailable, err, hint())
	}
	complain.Close()
	go func() { // the orders may be longer than the pipe holds
		_ = json.NewEncoder(writer).Encode(told)
		writer.Close()
	}()
	_, _ = problem.ReadFrom(complaints) // ends when the first process has started the script or given up
	err = cmd.Wait()
	if exit := new(exec.ExitError); errors.As(err, &exit) && exit.ExitCode() == notStarted && problem.Len() > 0 {
		return fmt.Errorf("%w: %s%s", ErrUnavailable, problem.String(), hint())
	}
	if err != nil && problem.Len() > 0 {
		err = errors.New(problem.String())
	}
	return ended(ctx, job.Limits, err, said.String())
}

func attributes(network, second bool) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: ownID, HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: ownID, HostID: os.Getegid(), Size: 1}},
		Pdeathsig:   syscall.SIGKILL,
		Setsid:      true, // no terminal to type into
	}
	if !network {
		attr.Cloneflags |= syscall.CLONE_NEWNET
	}
	if second {
		other := syscall.SysProcIDMap{ContainerID: buildID, HostID: hostID, Size: 1}
		attr.UidMappings = append(attr.UidMappings, other)
		attr.GidMappings = append(attr.GidMappings, other)
	}
	return attr
}

// hint says what would make a sandbox possible, where the system tells.
func hint() string {
	read := func(name string) string {
		text, _ := os.ReadFile("/proc/sys/" + name)
		return strings.TrimSpace(string(text))
	}
	switch {
	case read("user/max_user_namespaces") == "0":
		return "; this system allows no user namespaces (user.max_user_namespaces is 0): raise that"
	case os.Geteuid() == 0:
		return ""
	case read("kernel/apparmor_restrict_unprivileged_userns") == "1":
		return "; this system keeps user namespaces from ordinary users (kernel.apparmor_restrict_unprivileged_userns): run it as root, or set that to 0"
	case read("kernel/unprivileged_userns_clone") == "0":
		return "; this system keeps user namespaces from ordinary users (kernel.unprivileged_userns_clone): run it as root, or set that to 1"
	}
	return ""
}
