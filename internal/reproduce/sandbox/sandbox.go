// Package sandbox runs a shell script over copies of some folders, where it can
// harm nothing and tell nobody: it sees the system's programs read-only, its own
// copies, and no network unless the job says so. It knows neither packages nor
// recipes, and it holds the only process that runs code of the repository under
// audit.
//
// On Linux the program runs itself again as the first process of new user,
// mount, pid, net, ipc and uts namespaces (Init), which builds a root of its own
// and starts the script in a further user namespace as an ordinary user. On
// other systems there is no sandbox, and Check says so.
package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"
)

// Job is one script and the world it runs in. Paths named "inside" are absolute
// and start at the root that the script sees.
type Job struct {
	Script  string   `json:"script"` // for sh -eu
	Dir     string   `json:"dir"`    // inside
	Env     []string `json:"env"`    // all of it: NAME=value
	Network bool     `json:"network"`

	User User `json:"user"`

	Copies []Copy `json:"copies"` // laid down for the script to write in
	Binds  []Bind `json:"binds"`  // seen read-only
	// Makes are folders that the script may write in, empty at first.
	Makes []string `json:"makes"`
	// Exports are folders whose content is kept when the script has succeeded.
	Exports []Bind `json:"exports"`

	Limits Limits `json:"limits"`
}

// User is whom the script takes itself for.
type User struct {
	Name string `json:"name"`
	ID   int    `json:"id"`
	Home string `json:"home"` // inside
	Host string `json:"host"`
	// Umask decides the modes of what it writes.
	Umask int `json:"umask"`
}

// Copy is a folder outside that the script gets a copy of.
type Copy struct {
	From string `json:"from"` // outside
	To   string `json:"to"`   // inside
	Laid Laid   `json:"laid"`
}

// Laid says how a copy differs from its original in what a build should not look at.
type Laid struct {
	Time    time.Time `json:"time"`    // of every file
	Reverse bool      `json:"reverse"` // the order in which a folder lists its files
	Umask   int       `json:"umask"`
}

// Bind ties a place outside to one inside.
type Bind struct {
	Outside string `json:"outside"`
	Inside  string `json:"inside"`
}

// Limits bound what a script may take.
type Limits struct {
	Time  time.Duration `json:"time"`
	Bytes int64         `json:"bytes"` // written, all in all
	Files int64         `json:"files"`
}

// DefaultLimits are wide for an honest build.
var DefaultLimits = Limits{Time: 15 * time.Minute, Bytes: 8 << 30, Files: 2 << 20}

// ErrUnavailable says that this machine allows no sandbox.
var ErrUnavailable = errors.New("no sandbox can be had here")

// Failure is a script that ended badly: in a sandbox that stood.
type Failure struct {
	Err    error
	Output string // the end of what it said
}

func (f *Failure) Error() string { return f.Err.Error() }
func (f *Failure) Unwrap() error { return f.Err }

// Runner runs jobs.
type Runner interface {
	Run(ctx context.Context, job Job) error
	// Place gives the path at which the script of a job finds what the job calls inside.
	Place(inside string) string
}

// tail keeps the end of what is written to it.
type tail struct{ kept bytes.Buffer }

const mostOutput = 32 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.kept.Write(p)
	if over := t.kept.Len() - 2*mostOutput; over > 0 {
		t.kept.Next(t.kept.Len() - mostOutput)
	}
	return len(p), nil
}

func (t *tail) String() string {
	text := bytes.TrimSpace(t.kept.Bytes())
	return string(text[max(0, len(text)-mostOutput):])
}

// ended explains how a script ended.
func ended(ctx context.Context, limits Limits, err error, said string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(context.Cause(ctx), errTimeUp):
		err = fmt.Errorf("it was stopped after %s", limits.Time)
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return &Failure{Err: err, Output: said}
}

var errTimeUp = errors.New("time is up")
