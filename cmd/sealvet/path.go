package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
	"github.com/sealvet/sealvet/reports"
)

func newPath() *cobra.Command {
	var collecting collecting
	var format string
	cmd := &cobra.Command{
		Use:   "path [PATH]",
		Short: "Show what the jobs that publish execute",
		Long: `path traces the release path: which jobs publish what, by which right, and all that
they execute, through scripts, make targets, package scripts, actions and workflows
of the repository, image builds and the jobs whose artifacts they take over.`,
		Example: "  sealvet path path/to/repo\n  sealvet path --format json path/to/repo",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			write := writePathText
			switch format {
			case "text":
			case "json":
				write = writePathJSON
			default:
				return fmt.Errorf("there is no path format %q; known are json, text", format)
			}
			seen, err := collecting.tree(cmd, args)
			if err != nil {
				return err
			}
			return output{}.save(cmd, "the path", func(w io.Writer) error { return write(w, seen) })
		},
	}
	cmd.Flags().StringVarP(&format, "format", "f", "text", "json or text")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"json", "text"}, cobra.ShellCompDirectiveNoFileComp))
	collecting.treeFlags(cmd)
	return cmd
}

func writePathText(w io.Writer, seen *evidence.Snapshot) error {
	p := printer{w: w}
	traced := trace.Of(seen)
	if reason, at := traced.Hidden(); reason != "" {
		p.line(0, reason, at)
		return p.err
	}
	for i, path := range traced.Paths {
		if i > 0 {
			p.line(0, "", evidence.Location{})
		}
		p.path(path)
	}
	if len(traced.Paths) > 0 && len(traced.Elsewhere) > 0 {
		p.line(0, "", evidence.Location{})
	}
	for _, sign := range traced.Elsewhere {
		p.line(0, "not seen: "+sign.System+" may publish too", sign.At)
	}
	return p.err
}

// printer writes lines and keeps the first error.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(depth int, text string, at evidence.Location) {
	if p.err != nil {
		return
	}
	line := strings.Repeat("  ", depth) + reports.Plain(text)
	if at.Path != "" {
		line += "  " + reports.Plain(place(at))
	}
	_, p.err = fmt.Fprintln(p.w, line)
}

// place is a file and a line: columns would only be noise here.
func place(at evidence.Location) string {
	at.Column = 0
	return at.String()
}

func (p *printer) path(path *trace.Path) {
	p.line(0, path.Job.String(), path.Job.At)
	for _, publisher := range path.Publishers {
		p.line(1, "publishes to "+string(publisher.Registry)+": "+publisher.Subject, publisher.At)
	}
	p.line(1, "by right of "+rights(path), evidence.Location{})
	for _, caller := range path.Job.Callers {
		p.line(1, "called by "+caller.String(), caller.Spec.Uses.At)
	}
	p.line(1, "executes", evidence.Location{})
	p.children(2, path.Root)
	if path.Cut {
		p.line(2, "and more than is followed", evidence.Location{})
	}
}

func (p *printer) children(depth int, n *trace.Node) {
	for _, child := range n.Children {
		name := child.Name
		for _, publisher := range child.Publishers {
			name += "  => " + string(publisher.Registry)
		}
		switch {
		case child.Kind == trace.KindUnread:
			name += " (not read)"
		case child.Again:
			name += " (see above)"
		}
		p.line(depth, name, child.At)
		p.children(depth+1, child)
	}
}

// rights says by which tokens a job publishes.
func rights(path *trace.Path) string {
	var rights []string
	switch path.Job.Grants("id-token", "write") {
	case evidence.Yes:
		rights = append(rights, "an identity token (OIDC)")
	case evidence.Unknown:
		rights = append(rights, "perhaps an identity token (OIDC)")
	case evidence.No:
	}
	if names := secretNames(path); len(names) > 0 {
		rights = append(rights, secretCount(names))
	}
	if environment := path.Publishers[0].Environment(); environment != "" {
		rights = append(rights, "the environment "+environment)
	}
	if len(rights) == 0 {
		return "the host's own token"
	}
	return strings.Join(rights, ", ")
}

func secretCount(names []string) string {
	if len(names) == 1 {
		return "the secret " + names[0]
	}
	return fmt.Sprintf("%d secrets (%s)", len(names), strings.Join(names, ", "))
}

func secretNames(path *trace.Path) []string {
	var names []string
	for _, publisher := range path.Publishers {
		for _, secret := range publisher.Secrets {
			names = append(names, secret.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// The JSON form.

type pathDocument struct {
	Hidden string     `json:"hidden,omitempty"` // why no publisher is visible
	Jobs   []pathJob  `json:"jobs"`
	Else   []pathSign `json:"elsewhere,omitempty"`
}

type pathSign struct {
	System string            `json:"system"`
	At     evidence.Location `json:"at"`
}

type pathJob struct {
	Path        string          `json:"path"`
	ID          string          `json:"id"`
	IDToken     evidence.Answer `json:"idToken"`
	Environment string          `json:"environment,omitempty"`
	Callers     []string        `json:"callers,omitempty"`
	Publishers  []pathPublisher `json:"publishers"`
	Executes    []pathNode      `json:"executes"`
}

type pathPublisher struct {
	Kind       string            `json:"kind"`
	Registry   trace.Registry    `json:"registry"`
	Subject    string            `json:"subject"`
	Provenance evidence.Answer   `json:"provenance"`
	Secrets    []string          `json:"secrets,omitempty"`
	Chain      []string          `json:"chain"`
	At         evidence.Location `json:"at"`
}

type pathNode struct {
	Kind     trace.Kind        `json:"kind"`
	Name     string            `json:"name"`
	At       evidence.Location `json:"at"`
	Executes []pathNode        `json:"executes,omitempty"`
}

func writePathJSON(w io.Writer, seen *evidence.Snapshot) error {
	traced := trace.Of(seen)
	document := pathDocument{Jobs: []pathJob{}}
	document.Hidden, _ = traced.Hidden()
	for _, sign := range traced.Elsewhere {
		document.Else = append(document.Else, pathSign(sign))
	}
	for _, path := range traced.Paths {
		document.Jobs = append(document.Jobs, newPathJob(path))
	}
	return reports.EncodeJSON(w, document)
}

func newPathJob(path *trace.Path) pathJob {
	job := pathJob{
		Path: path.Job.Path, ID: path.Job.ID, IDToken: path.Job.Grants("id-token", "write"),
		Environment: path.Publishers[0].Environment(), Executes: newPathNodes(path.Root),
	}
	for _, caller := range path.Job.Callers {
		job.Callers = append(job.Callers, caller.String())
	}
	for _, p := range path.Publishers {
		one := pathPublisher{Kind: p.Kind, Registry: p.Registry, Subject: p.Subject, Provenance: p.Provenance, Chain: p.Chain.Names(), At: p.At}
		for _, secret := range p.Secrets {
			one.Secrets = append(one.Secrets, secret.Name)
		}
		job.Publishers = append(job.Publishers, one)
	}
	return job
}

func newPathNodes(n *trace.Node) []pathNode {
	var nodes []pathNode
	for _, child := range n.Children {
		nodes = append(nodes, pathNode{child.Kind, child.Name, child.At, newPathNodes(child)})
	}
	return nodes
}
