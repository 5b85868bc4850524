package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/sealvet/sealvet/reports"
	"github.com/sealvet/sealvet/reports/codequality"
	"github.com/sealvet/sealvet/reports/gitlabsast"
	"github.com/sealvet/sealvet/reports/json"
	"github.com/sealvet/sealvet/reports/junit"
	"github.com/sealvet/sealvet/reports/markdown"
	"github.com/sealvet/sealvet/reports/sarif"
	"github.com/sealvet/sealvet/reports/text"
)

// formats are the report writers, by the name that --format takes.
var formats = map[string]func(io.Writer, *reports.Report, medium) error{
	"codequality": func(w io.Writer, r *reports.Report, _ medium) error { return codequality.Write(w, r) },
	"gitlab-sast": func(w io.Writer, r *reports.Report, _ medium) error { return gitlabsast.Write(w, r) },
	"json":        func(w io.Writer, r *reports.Report, _ medium) error { return json.Write(w, r) },
	"junit":       func(w io.Writer, r *reports.Report, _ medium) error { return junit.Write(w, r) },
	"markdown":    func(w io.Writer, r *reports.Report, _ medium) error { return markdown.Write(w, r) },
	"sarif":       func(w io.Writer, r *reports.Report, _ medium) error { return sarif.Write(w, r) },
	"sarif-full":  func(w io.Writer, r *reports.Report, _ medium) error { return sarif.WriteFull(w, r) },
	"text": func(w io.Writer, r *reports.Report, m medium) error {
		return text.Write(w, r, text.Style{Color: m.color, Width: m.width})
	},
}

// medium is what a report for people must know of where it goes.
type medium struct {
	color bool
	width int // columns; 0 where it is no terminal
}

// reporting holds the flags that choose reports.
type reporting struct {
	formats []string
	files   []string
	color   string
}

func (r *reporting) flags(cmd *cobra.Command) {
	names := formatNames()
	cmd.Flags().StringSliceVarP(&r.formats, "format", "f", nil, "report formats: "+strings.Join(names, ", ")+" (default text)")
	cmd.Flags().StringArrayVarP(&r.files, "output", "o", nil, "write a report to a file, as FORMAT=FILE (- is standard output); repeatable")
	cmd.Flags().StringVar(&r.color, "color", "auto", "colour in text: auto, always, never")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("color", cobra.FixedCompletions([]string{"auto", "always", "never"}, cobra.ShellCompDirectiveNoFileComp))
}

func formatNames() []string {
	var names []string
	for name := range formats {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// output is one report on its way: a format, and a file or standard output.
type output struct {
	format string
	path   string // empty is standard output
	medium medium
}

// outputs reads the flags: each format goes to the file that --output gives it,
// or to standard output, where there is room for one. Where nothing else is bound
// for standard output, the text goes there.
func (r *reporting) outputs(cmd *cobra.Command) ([]output, error) {
	var outputs []output
	for _, file := range r.files {
		format, path, found := strings.Cut(file, "=")
		if !found || path == "" {
			return nil, fmt.Errorf("--output takes FORMAT=FILE, as sarif=sealvet.sarif, not %q", file)
		}
		if path == "-" || path == "/dev/stdout" {
			path = ""
		}
		outputs = append(outputs, output{format: format, path: path})
	}
	wanted := r.formats
	if len(wanted) == 0 && !slices.ContainsFunc(outputs, func(o output) bool { return o.path == "" }) {
		wanted = []string{"text"}
	}
	for _, format := range wanted {
		format = strings.TrimSpace(format)
		if slices.ContainsFunc(outputs, func(o output) bool { return o.format == format }) {
			continue // it has its file
		}
		outputs = append(outputs, output{format: format})
	}
	onStdout := 0
	for i, o := range outputs {
		if _, known := formats[o.format]; !known {
			return nil, fmt.Errorf("there is no report format %q; known are %s", o.format, strings.Join(formatNames(), ", "))
		}
		if o.path == "" {
			onStdout++
			outputs[i].medium = r.terminal(cmd.OutOrStdout())
		}
	}
	if onStdout > 1 {
		return nil, errSharedStdout
	}
	if !slices.Contains([]string{"auto", "always", "never"}, r.color) {
		return nil, fmt.Errorf("--color is auto, always or never, not %q", r.color)
	}
	return outputs, nil
}

func (r *reporting) terminal(w io.Writer) medium {
	m := medium{color: r.color == "always"}
	file, isFile := w.(*os.File)
	if !isFile || !term.IsTerminal(int(file.Fd())) {
		return m
	}
	m.width, _, _ = term.GetSize(int(file.Fd()))
	if r.color == "auto" && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" {
		m.color = true
	}
	return m
}

// write writes every report. One that fails does not keep the others from being
// written.
func write(cmd *cobra.Command, outputs []output, report *reports.Report) error {
	var problems []error
	for _, o := range outputs {
		err := o.write(cmd, func(w io.Writer) error { return formats[o.format](w, report, o.medium) })
		if err != nil {
			problems = append(problems, fmt.Errorf("write the %s report: %w", o.format, err))
		}
	}
	return errors.Join(problems...)
}

// write sends one document to its place. A file appears whole or not at all: it
// is written beside its place and moved there.
func (o output) write(cmd *cobra.Command, document func(io.Writer) error) error {
	if o.path == "" {
		buffered := bufio.NewWriter(cmd.OutOrStdout())
		return errors.Join(document(buffered), buffered.Flush())
	}
	if info, err := os.Stat(o.path); err == nil && !info.Mode().IsRegular() {
		return writeThrough(o.path, document) // a pipe or a device cannot be replaced
	}
	file, err := os.CreateTemp(filepath.Dir(o.path), ".sealvet-*")
	if err != nil {
		return o.named(err)
	}
	defer os.Remove(file.Name()) // fails once it has been moved
	buffered := bufio.NewWriter(file)
	err = errors.Join(document(buffered), buffered.Flush(), file.Chmod(0o644), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), o.path)
	}
	return o.named(err)
}

// named puts the file that was asked for in the place of the one beside it.
func (o output) named(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return &fs.PathError{Op: "write", Path: o.path, Err: path.Err}
	}
	return err
}

// save is write for a document that is no report.
func (o output) save(cmd *cobra.Command, what string, document func(io.Writer) error) error {
	if o.path == "-" {
		o.path = ""
	}
	if err := o.write(cmd, document); err != nil {
		return exitCode{exitUnfinished, fmt.Errorf("write %s: %w", what, err)}
	}
	return nil
}

func writeThrough(path string, document func(io.Writer) error) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(document(file), file.Close())
}
