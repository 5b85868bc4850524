package text

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/reports"
)

// printer keeps the first error, so that a report reads as a list of lines.
type printer struct {
	w     io.Writer
	style Style
	err   error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *printer) heading(s string) {
	p.line("")
	p.line("%s", p.bold(strings.ToUpper(s)))
}

// longest is how much of one text of the repository is shown; nobody reads on.
const longest = 600

// show makes a text of the repository safe to print, and bounded.
func show(s string) string { return reports.Cut(reports.Plain(s), longest) }

// comfortable is the room below which a message moves to lines of its own, and
// narrow that below which these begin further left.
const (
	comfortable = 48
	narrow      = 32
)

// row prints a line of a table: what stands in front is indent columns wide,
// then the check, then the message, all on one line where there is room.
func (p *printer) row(start string, indent int, check, message string) {
	if left := p.style.Width - indent - width(check) - 2; p.style.Width == 0 || left >= comfortable {
		p.wrapped(start+check+"  ", indent+width(check)+2, message)
		return
	}
	p.line("%s%s", start, strings.TrimRight(check, " "))
	if p.style.Width-indent < narrow {
		indent = 6
	}
	p.wrapped(strings.Repeat(" ", indent), indent, message)
}

// wrapped prints words behind a prefix, broken at the terminal's edge; each
// further line is indented. A word longer than the line stays whole.
func (p *printer) wrapped(prefix string, indent int, words string) {
	line, used := prefix, max(indent, width(prefix))
	if strings.Contains(prefix, "\x1b") {
		used = indent // colours take no room
	}
	fresh := true
	for word := range strings.SplitSeq(words, " ") {
		size := width(word)
		if !fresh && p.style.Width > 0 && used+1+size > p.style.Width {
			p.line("%s", line)
			line, used, fresh = strings.Repeat(" ", indent), indent, true
		}
		if !fresh {
			line += " "
			used++
		}
		line += word
		used += size
		fresh = false
	}
	p.line("%s", strings.TrimRight(line, " "))
}

func width(s string) int { return utf8.RuneCountInString(s) }

func pad(s string, to int) string { return s + strings.Repeat(" ", max(0, to-width(s))) }

const (
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
	grey   = "90"
)

var severityColors = map[audit.Severity]string{
	audit.Critical: "1;31", audit.High: red, audit.Medium: yellow, audit.Low: cyan, audit.Note: grey,
}

func (p *printer) severity(s audit.Severity, words string) string {
	return p.paint(severityColors[s], words)
}

func (p *printer) bold(s string) string       { return p.paint("1", s) }
func (p *printer) underlined(s string) string { return p.paint("4", s) }

func (p *printer) paint(code, s string) string {
	if !p.style.Color {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
