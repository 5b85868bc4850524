package text

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/policy"
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

// narrowest is the least room a wrapped message gets; on a terminal so small the
// message runs on instead.
const narrowest = 24

// wrapped prints a prefix that is indent columns wide and, behind it, the words,
// broken at the terminal's edge under each other.
func (p *printer) wrapped(prefix string, indent int, words string) {
	room := p.style.Width - indent
	if p.style.Width > 0 && room < narrowest {
		p.line("%s", strings.TrimRight(prefix, " "))
		prefix, indent = "      ", 6
		room = max(p.style.Width-indent, narrowest)
	}
	if p.style.Width == 0 {
		p.line("%s%s", prefix, words)
		return
	}
	line, used := prefix, 0
	for word := range strings.SplitSeq(words, " ") {
		size := utf8.RuneCountInString(word)
		if used > 0 && used+1+size > room {
			p.line("%s", line)
			line, used = strings.Repeat(" ", indent), 0
		}
		if used > 0 {
			line += " "
			used++
		}
		line += word
		used += size
	}
	p.line("%s", line)
}

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

func (p *printer) severity(f policy.Judged) string {
	return p.paint(severityColors[f.Severity], fmt.Sprintf("%-8s", f.Severity))
}

func (p *printer) bold(s string) string       { return p.paint("1", s) }
func (p *printer) underlined(s string) string { return p.paint("4", s) }

func (p *printer) paint(code, s string) string {
	if !p.style.Color {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
