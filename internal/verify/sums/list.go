package sums

import (
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Line is one entry of a checksum file.
type Line struct {
	Name   string // as it stands, without the marks of the format
	Digest evidence.Digest
}

// maxLines is far more than a release has files.
const maxLines = 100_000

// byLength knows a hash by its hexadecimal digits. What is shorter than SHA-256
// proves nothing.
var byLength = map[int]string{64: "sha256", 96: "sha384", 128: "sha512"}

var byName = map[string]string{"SHA256": "sha256", "SHA2-256": "sha256", "SHA384": "sha384", "SHA2-384": "sha384", "SHA512": "sha512", "SHA2-512": "sha512"}

// bsd is how BSD and --tag write it: SHA256 (file) = hex.
var bsd = regexp.MustCompile(`^\\?([A-Za-z0-9/-]+) \((.+)\) = ([0-9A-Fa-f]+)$`)

// Parse reads a checksum file: the lines of sha256sum and its like, of BSD, or a
// single digest. Lines of weak hashes are left out; what is no line of a checksum
// file makes it none.
func Parse(data []byte) ([]Line, error) {
	var lines []Line
	weak, number := 0, 0
	for text := range strings.SplitSeq(string(data), "\n") {
		if number++; number > maxLines {
			return nil, fmt.Errorf("it has more than %d lines", maxLines)
		}
		text = strings.TrimRight(strings.TrimPrefix(text, "\ufeff"), " \t\r")
		if text == "" || strings.HasPrefix(text, "#") || strings.HasPrefix(text, ";") {
			continue // says nothing
		}
		line, err := parseLine(text)
		switch {
		case errors.Is(err, errWeak):
			weak++
		case err != nil:
			return nil, fmt.Errorf("line %d: %w", number, err)
		default:
			lines = append(lines, line)
		}
	}
	switch {
	case len(lines) == 0 && weak > 0:
		return nil, errWeak
	case len(lines) == 0:
		return nil, errors.New("it is empty")
	}
	return lines, nil
}

var (
	errWeak = errors.New("its hash is too weak to prove anything")
	errLine = errors.New("this is no digest and no name")
)

func parseLine(text string) (Line, error) {
	if m := bsd.FindStringSubmatch(text); m != nil {
		algorithm := byName[strings.ToUpper(m[1])]
		if algorithm == "" {
			return Line{}, errWeak
		}
		return line(algorithm, m[3], m[2], strings.HasPrefix(text, `\`))
	}
	escaped := strings.HasPrefix(text, `\`) // sha256sum writes odd names so
	digest, name, _ := strings.Cut(strings.TrimPrefix(text, `\`), " ")
	if tab := strings.IndexByte(digest, '\t'); tab >= 0 {
		digest, name = text[:tab], text[tab+1:]
	}
	// A second blank or a star says how the file was read.
	name = strings.TrimPrefix(strings.TrimLeft(name, " \t"), "*")
	if digest, is := strings.CutPrefix(digest, "sha256:"); is {
		return line("sha256", digest, name, escaped)
	}
	algorithm := byLength[len(digest)]
	if algorithm == "" {
		if n := len(digest); (n == 32 || n == 40 || n == 56) && isHex(digest) {
			return Line{}, errWeak
		}
		return Line{}, errLine
	}
	return line(algorithm, digest, name, escaped)
}

func line(algorithm, digest, name string, escaped bool) (Line, error) {
	if !isHex(digest) || byLength[len(digest)] != algorithm {
		return Line{}, errLine
	}
	if escaped {
		name = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\r").Replace(name)
	}
	return Line{Name: name, Digest: evidence.Digest{Algorithm: algorithm, Value: strings.ToLower(digest)}}, nil
}

func isHex(text string) bool {
	_, err := hex.DecodeString(text)
	return err == nil
}

// base is a name without its folders, in the way of either system.
func base(name string) string {
	return path.Base(strings.ReplaceAll(name, `\`, "/"))
}
