package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/reports"
)

// addEvidence takes in what was collected elsewhere: how builds came out again, and
// what the code host told a token that may see more. Nothing of a tree is taken: that
// is the one that is scanned.
func addEvidence(cmd *cobra.Command, seen *evidence.Snapshot, files []string) error {
	for _, file := range files {
		part, err := readSnapshot(cmd.Context(), cmd.InOrStdin(), file)
		if err != nil {
			return fmt.Errorf("--evidence: %w", err)
		}
		seen.Reproductions = append(seen.Reproductions, part.Reproductions...)
		if err := addHosts(seen, part); err != nil {
			return fmt.Errorf("--evidence %s: %w", file, err)
		}
		for _, host := range part.Hosts {
			fmt.Fprintf(cmd.ErrOrStderr(), "Settings of %s as they were on %s, from %s.\n", reports.Plain(host.Name), host.At.Format(time.DateOnly), reports.Plain(file))
		}
	}
	return nil
}

// addHosts takes in what the code host told, if it is about the repository that is
// scanned. Who was not answered here is then no longer missed.
func addHosts(seen, part *evidence.Snapshot) error {
	if len(part.Hosts) == 0 {
		return nil
	}
	for i := range part.Hosts {
		host := &part.Hosts[i]
		if host.At.IsZero() {
			host.At = part.TakenAt
		}
		if own := seen.Host(); own != nil {
			if !own.SameRepository(host) {
				return fmt.Errorf("it is about %s on %s, and this is %s on %s", host.Name, host.Address, own.Name, own.Address)
			}
		} else if strings.Contains(seen.Target.Name, "/") && !strings.EqualFold(host.Name, seen.Target.Name) {
			return fmt.Errorf("it is about %s, and this is %s; collect it of the same repository", host.Name, seen.Target.Name)
		}
	}
	seen.Hosts = append(slices.Clone(part.Hosts), seen.Hosts...)
	if len(seen.Releases) == 0 {
		seen.Releases = part.Releases
	}
	seen.Gaps = slices.DeleteFunc(slices.Clone(seen.Gaps), func(g evidence.Gap) bool { return g.Kind == evidence.Hosts })
	return nil
}
