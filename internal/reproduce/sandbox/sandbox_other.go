//go:build !linux

package sandbox

import (
	"context"
	"fmt"
	"runtime"
)

// New gives a Runner that refuses.
func New() Runner { return none{} }

// Check says whether a sandbox can be had on this machine.
func Check(context.Context) error { return none{}.Run(context.Background(), Job{}) }

// Init does nothing here.
func Init() {}

type none struct{}

func (none) Run(context.Context, Job) error {
	return fmt.Errorf("%w: it takes the namespaces of Linux, and this is %s", ErrUnavailable, runtime.GOOS)
}

func (none) Place(inside string) string { return inside }
