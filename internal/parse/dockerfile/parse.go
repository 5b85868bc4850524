package dockerfile

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/sealvet/sealvet/internal/parse/text"
)

const (
	maxSize   = 1 << 20 // no Dockerfile that a person wrote comes near it
	maxLine   = 60_000  // the parser stops at 64 KB
	maxBroken = 10      // instructions that cannot be parsed before the file is given up
)

// instructions parses a file. An instruction that does not parse is taken out
// and reported, and the others are read all the same.
func instructions(src *text.Source) (all []instruction, escape rune, problems []error) {
	if src.Len() > maxSize {
		return nil, parser.DefaultEscapeToken, []error{src.Errorf(0, 0, "Dockerfile is larger than %d MB and is not read", maxSize>>20)}
	}
	lines := physicalLines(src)
	data := slices.Clone(src.Data())
	for i, line := range lines {
		if len(line.Value) > maxLine {
			problems = append(problems, line.Errorf("line is longer than %d bytes and is not read", maxLine))
			blank(data, lines[i:i+1])
		}
	}
	for range maxBroken {
		if empty(data) {
			return nil, parser.DefaultEscapeToken, problems
		}
		result, err := parse(data)
		if err == nil {
			rebuild := rebuilder{lines: lines, escape: byte(result.EscapeToken)}
			for _, node := range result.AST.Children {
				all = append(all, rebuild.instruction(node))
			}
			return all, result.EscapeToken, problems
		}
		broken := located(err, lines)
		problems = append(problems, span(broken).Errorf("does not parse: %s", brief(err.Error())))
		if len(broken) == 0 {
			break
		}
		blank(data, broken)
	}
	problems = append(problems, src.Errorf(0, 0, "too many instructions do not parse; the file is not read"))
	return nil, parser.DefaultEscapeToken, problems
}

// parse turns a crash of the parser into an error.
func parse(data []byte) (result *parser.Result, err error) {
	defer func() {
		if crash := recover(); crash != nil {
			err = fmt.Errorf("the Dockerfile parser failed: %v", crash)
		}
	}()
	return parser.Parse(bytes.NewReader(data))
}

// physicalLines are the lines of a file without their ends, nor the byte order
// mark of the first.
func physicalLines(src *text.Source) []text.Text {
	var lines []text.Text
	for line := range src.Text(0, src.Len()).Lines() {
		if len(lines) == 0 && bytes.HasPrefix([]byte(line.Value), []byte("\uFEFF")) {
			line = line.Slice(len("\uFEFF"), len(line.Value))
		}
		lines = append(lines, line)
	}
	return lines
}

// blank writes spaces over lines, so that all others keep their place.
func blank(data []byte, lines []text.Text) {
	for _, line := range lines {
		start, end := line.Offsets()
		for i := start; i < end; i++ {
			data[i] = ' '
		}
	}
}

// empty tells a file without any instruction, which is no error.
func empty(data []byte) bool {
	for line := range bytes.Lines(bytes.TrimPrefix(data, []byte("\uFEFF"))) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	return true
}

// located is the lines an error of the parser speaks of.
func located(err error, lines []text.Text) []text.Text {
	var place *parser.LocationError
	if !errors.As(err, &place) {
		return nil
	}
	for _, ranges := range place.Locations {
		if len(ranges) == 0 {
			continue
		}
		// A wrong directive is reported by its index, all else by its number.
		first := max(ranges[0].Start.Line-1, 0)
		last := min(max(ranges[len(ranges)-1].End.Line, first+1), len(lines))
		if first < last {
			return lines[first:last]
		}
	}
	return nil
}

// span is the first line of several: where people look.
func span(lines []text.Text) text.Text {
	if len(lines) == 0 {
		return text.Text{}
	}
	return lines[0].TrimSpace()
}

// brief is a message of the parser that may repeat much of the file.
func brief(message string) string {
	const enough = 160
	if len(message) > enough {
		return message[:enough] + "..."
	}
	return message
}
