// Command sealvet audits the supply chain of an MCP server's repository.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/sealvet/sealvet/checks"
	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/collect/checkout"
)

func main() {
	root := os.Args[len(os.Args)-1]
	seen, err := checkout.Collect(context.Background(), root, checkout.Options{Now: time.Now()})
	if err != nil {
		fmt.Fprintln(os.Stderr, "sealvet:", err)
		os.Exit(2)
	}
	type finding struct {
		Check    string `json:"check"`
		Severity string `json:"severity"`
		Location any    `json:"location"`
		Subject  string `json:"subject"`
		Message  string `json:"message"`
		Role     string `json:"role,omitempty"`
		Status   string `json:"status"`
	}
	out := struct {
		Findings []finding `json:"findings"`
		Doubts   []any     `json:"doubts"`
		Gaps     any       `json:"gaps"`
	}{Findings: []finding{}, Gaps: seen.Gaps}
	for _, result := range audit.Run(checks.All, seen) {
		for _, f := range result.Findings {
			out.Findings = append(out.Findings, finding{f.Check, f.Severity.String(), f.Location, f.Subject, f.Message, string(f.Role), "open"})
		}
		for _, d := range result.Doubts {
			out.Doubts = append(out.Doubts, d)
		}
		fmt.Fprintf(os.Stderr, "%-30s %-15s findings %d doubts %d gaps %d passes %d\n", result.Check.ID, result.Outcome, len(result.Findings), len(result.Doubts), len(result.Gaps), len(result.Passes))
	}
	enc := json.NewEncoder(os.Stdout)
	enc.SetIndent("", " ")
	_ = enc.Encode(out)
}
