package text

import (
	"fmt"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Error says what a parser could not read, and where.
type Error struct {
	At  evidence.Location
	Msg string
}

// Error reads as compilers print an error: path:line:column: message, or
// line:column: message for a source without a path.
func (e *Error) Error() string {
	switch {
	case e.At == evidence.Location{}:
		return e.Msg
	case e.At.Path == "":
		return fmt.Sprintf("%d:%d: %s", e.At.Line, e.At.Column, e.Msg)
	}
	return e.At.String() + ": " + e.Msg
}

// Errorf is an Error about the byte offsets [start, end) of the file.
func (s *Source) Errorf(start, end int, format string, args ...any) *Error {
	return &Error{At: s.Location(start, end), Msg: fmt.Sprintf(format, args...)}
}

// Errorf is an Error about the whole text; slice first to point at a part.
func (t Text) Errorf(format string, args ...any) *Error {
	return &Error{At: t.At(), Msg: fmt.Sprintf(format, args...)}
}
