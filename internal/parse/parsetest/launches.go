package parsetest

import (
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Launches writes launches and remotes, one a line: place, origin, server,
// anchor, and the command or the address.
func Launches(seen *evidence.Snapshot) string {
	var b strings.Builder
	for _, l := range seen.Launches {
		fmt.Fprintf(&b, "%s %s %q %s: %s", span(l.At), l.Origin, l.Server, l.Anchor, l.Command)
		for _, word := range l.Words {
			if !word.Known {
				fmt.Fprintf(&b, " ?%s", span(word.At))
			}
		}
		for _, assign := range l.Env {
			fmt.Fprintf(&b, " %s=%s", assign.Name, assign.Value.Value)
		}
		for _, approved := range l.Approves {
			fmt.Fprintf(&b, " approves %s %s", approved.Value, span(approved.At))
		}
		b.WriteByte('\n')
	}
	for _, r := range seen.Remotes {
		fmt.Fprintf(&b, "%s %s %q %s: %s auth=%s", span(r.URL.At), r.Origin, r.Server, r.Anchor, r.URL.Value, r.Auth)
		if r.Shown {
			b.WriteString(" shown")
		}
		b.WriteByte('\n')
	}
	return b.String()
}
