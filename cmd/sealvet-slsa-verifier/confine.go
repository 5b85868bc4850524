package main

import (
	"os"
	"runtime/debug"
	"strings"
)

// clearEnvironment takes away what would change how strict the library is
// (SLSA_VERIFIER_TESTING lets builders at a branch pass), where it would look for
// keys, and which proxy it would go through.
func clearEnvironment() {
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if name != "GOMEMLIMIT" && name != "GODEBUG" && name != "SYSTEMROOT" {
			_ = os.Unsetenv(name) // of a name that was just listed: cannot fail
		}
	}
}

// confine gives up what the verifier does not need: memory beyond the limit, and
// where the system allows it any further file and socket.
func confine(memory int64) error {
	debug.SetMaxStack(64 << 20)
	if memory > 0 {
		debug.SetMemoryLimit(memory - memory/4) // collect harder before the hard limit strikes
	}
	return setLimits(memory)
}
