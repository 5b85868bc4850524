package reports

import (
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
)

// Way tells in words how one comes to the place of a finding. It is not yet safe to
// print.
func Way(flow []audit.Related) string {
	if len(flow) == 0 {
		return ""
	}
	links := make([]string, len(flow))
	for i, link := range flow {
		links[i] = link.Message
	}
	return "by way of " + strings.Join(links, " > ")
}
