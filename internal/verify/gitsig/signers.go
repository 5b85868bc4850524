package gitsig

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

// Signers is an allowed-signers file: who may sign, by which key, for what and
// when. Its format is that of ssh-keygen(1), ALLOWED SIGNERS.
type Signers struct {
	Path     string // for people
	Entries  []Signer
	Problems []Problem // lines that are none
}

// Signer is one line.
type Signer struct {
	Line       int
	Principals string // patterns with commas, as written
	Key        ssh.PublicKey
	Authority  bool     // the key issues certificates
	Namespaces []string // patterns; empty: all
	// After and Before bound the time of signing; zero is open.
	After, Before time.Time
}

// Problem is a line that cannot be read.
type Problem struct {
	Line int
	Why  string
}

// Limits of a list of signers.
const (
	maxSigners = 1 << 20 // bytes
	maxLine    = 16 << 10
	maxEntries = 10_000
)

// ReadSigners reads an allowed-signers file. A line that cannot be read allows
// nobody and is named in Problems.
func ReadSigners(path string, data []byte) (*Signers, error) {
	if len(data) > maxSigners {
		return nil, fmt.Errorf("%s has %d bytes, more than the %d that are read of a list of signers", path, len(data), maxSigners)
	}
	list := &Signers{Path: path}
	number := 0
	for line := range strings.Lines(string(bytes.TrimPrefix(data, []byte("\ufeff")))) {
		number++
		line = strings.Trim(line, " \t\r\n")
		if line == "" || line[0] == '#' {
			continue // nothing, or a comment
		}
		if len(list.Entries) >= maxEntries {
			return nil, fmt.Errorf("%s lists more than %d signers", path, maxEntries)
		}
		signer, err := readSigner(line)
		if err != nil {
			list.Problems = append(list.Problems, Problem{number, err.Error()})
			continue
		}
		signer.Line = number
		list.Entries = append(list.Entries, signer)
	}
	return list, nil
}

// readSigner reads `principals [options] keytype base64 [comment]`.
func readSigner(line string) (Signer, error) {
	var s Signer
	if len(line) > maxLine {
		return s, fmt.Errorf("it is longer than %d bytes", maxLine)
	}
	principals, rest, err := word(line)
	if err != nil {
		return s, err
	}
	if principals == "" {
		return s, errors.New("it names no principals")
	}
	s.Principals = principals
	if s.Key, err = readKey(rest); err == nil {
		return s, nil
	}
	options, key := cutOptions(rest)
	for _, option := range options {
		if err := s.option(option); err != nil {
			return s, err
		}
	}
	if !s.After.IsZero() && !s.Before.IsZero() && !s.After.Before(s.Before) {
		return s, errors.New("valid-before is not later than valid-after")
	}
	if s.Key, err = readKey(key); err != nil {
		return s, fmt.Errorf("its key cannot be read: %w", err)
	}
	return s, nil
}

// word takes the first word, which may be quoted.
func word(line string) (first, rest string, err error) {
	if strings.HasPrefix(line, `"`) {
		inside, after, closed := strings.Cut(line[1:], `"`)
		if !closed {
			return "", "", errors.New("a quotation does not end")
		}
		return inside, strings.TrimLeft(after, " \t"), nil
	}
	end := strings.IndexAny(line, " \t")
	if end < 0 {
		return line, "", nil
	}
	return line[:end], strings.TrimLeft(line[end:], " \t"), nil
}

// cutOptions splits at commas up to the first blank, both outside of quotations.
func cutOptions(text string) (options []string, rest string) {
	quoted, start := false, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && quoted && i+1 < len(text) && text[i+1] == '"':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ',':
			options, start = append(options, text[start:i]), i+1
		case c == ' ' || c == '\t':
			return append(options, text[start:i]), strings.TrimLeft(text[i:], " \t")
		}
	}
	return append(options, text[start:]), ""
}

func (s *Signer) option(text string) (err error) {
	name, value, has := strings.Cut(text, "=")
	if has {
		if len(value) < 2 || value[0] != '"' || value[len(value)-1] != '"' {
			return fmt.Errorf("the value of %s is not quoted", name)
		}
		value = strings.ReplaceAll(value[1:len(value)-1], `\"`, `"`)
	}
	switch strings.ToLower(name) {
	case "cert-authority":
		s.Authority = true
	case "namespaces":
		if s.Namespaces != nil || value == "" {
			return errors.New("namespaces come once and name some")
		}
		s.Namespaces = strings.Split(value, ",")
	case "valid-after":
		s.After, err = readTime(value, s.After)
	case "valid-before":
		s.Before, err = readTime(value, s.Before)
	default:
		return fmt.Errorf("the option %.40q is not known", name)
	}
	return err
}

// readTime reads YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS with or without Z.
// ssh-keygen takes one without Z as local time; here it is UTC everywhere, so that
// the same repository gives the same verdict on every machine.
func readTime(value string, known time.Time) (time.Time, error) {
	if !known.IsZero() {
		return known, errors.New("a time is given twice")
	}
	value = strings.TrimSuffix(strings.TrimSuffix(value, "Z"), "z")
	for _, form := range []string{"20060102", "200601021504", "20060102150405"} {
		if len(value) == len(form) {
			at, err := time.Parse(form, value)
			if err != nil || at.Unix() <= 0 {
				return at, fmt.Errorf("%q is no time", value)
			}
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("%.40q is no time", value)
}

// readKey reads `type base64 [comment]`.
func readKey(text string) (ssh.PublicKey, error) {
	kind, _, _ := strings.Cut(text, " ")
	key, _, options, _, err := ssh.ParseAuthorizedKey([]byte(text))
	if err != nil {
		return nil, err
	}
	if len(options) > 0 || key.Type() != strings.TrimSpace(kind) {
		return nil, errors.New("it does not begin with the type of a key")
	}
	return key, nil
}
