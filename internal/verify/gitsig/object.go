package gitsig

import (
	"bytes"
	"crypto/sha1" // #nosec: git's own name for an object
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strconv"
	"strings"
	"time"
)

// The sorts of objects that can be signed.
const (
	Commit = "commit"
	Tag    = "tag"
)

// MaxSignature is how many bytes an armoured signature may have. Real ones have
// less than 10,000.
const MaxSignature = 64 << 10

// Object is a commit or an annotated tag, cut into what was signed and the signature.
type Object struct {
	Sort    string // Commit or Tag
	ID      string // hexadecimal, computed from the bytes
	Tree    string // of a commit
	Parents []string
	Name    string // of a tag
	Target  string // what a tag points to, and its sort
	Of      string
	// Author and Maker are who wrote it and who made the object: committer or tagger.
	Author, Maker Person
	// Payload is what the signature covers, byte for byte as git feeds it to the signing program.
	Payload []byte
	// Signature is the armoured signature, empty when there is none.
	Signature []byte
}

// Person is one line of an object that names somebody, with that one's clock.
type Person struct {
	Name, Email string
	At          time.Time
}

// Signature headers: one for objects named by SHA-1, one for SHA-256.
const (
	headerSHA1   = "gpgsig"
	headerSHA256 = "gpgsig-sha256"
)

// armours begin a signature at the end of a tag.
var armours = []string{
	"-----BEGIN PGP SIGNATURE-----",
	"-----BEGIN PGP MESSAGE-----",
	"-----BEGIN SSH SIGNATURE-----",
	"-----BEGIN SIGNED MESSAGE-----",
}

// Read cuts the body of an object (without git's own "commit 123\0" before it).
// It refuses what two readers could understand differently: headers that come
// twice, and two signatures in one place.
func Read(raw []byte) (Object, error) {
	switch {
	case bytes.HasPrefix(raw, []byte("tree ")):
		return readCommit(raw)
	case bytes.HasPrefix(raw, []byte("object ")):
		return readTag(raw)
	}
	return Object{}, errors.New("it is neither a commit nor an annotated tag")
}

func readCommit(raw []byte) (Object, error) {
	o := Object{Sort: Commit}
	s, err := o.headers(raw)
	if err != nil {
		return o, err
	}
	o.ID = name(o.Sort, raw, len(o.Tree))
	o.Payload, o.Signature = s.payload, s.sha1
	if len(o.Tree) == 2*sha256.Size {
		o.Signature = s.sha256
	}
	return o, o.hold()
}

func readTag(raw []byte) (Object, error) {
	o := Object{Sort: Tag}
	body := raw
	if at := lastArmour(raw); at >= 0 {
		body, o.Signature = raw[:at], raw[at:]
	}
	s, err := o.headers(body)
	if err != nil {
		return o, err
	}
	o.ID = name(o.Sort, raw, len(o.Target))
	o.Payload = s.payload
	return o, o.hold()
}

func (o *Object) hold() error {
	if len(o.Signature) > MaxSignature {
		return fmt.Errorf("its signature has %d bytes, more than the %d that are read", len(o.Signature), MaxSignature)
	}
	return nil
}

// lastArmour finds the last line that begins a signature, as git does.
func lastArmour(raw []byte) int {
	for end := len(raw); end > 0; {
		start := bytes.LastIndexByte(raw[:end-1], '\n') + 1
		for _, armour := range armours {
			if bytes.HasPrefix(raw[start:], []byte(armour)) {
				return start
			}
		}
		end = start
	}
	return -1
}

// split is an object without its signature headers, and these.
type split struct{ payload, sha1, sha256 []byte }

// headers reads up to the empty line and takes the signature headers out.
func (o *Object) headers(raw []byte) (split, error) {
	s := split{payload: make([]byte, 0, len(raw))}
	var into *[]byte // the signature whose continuation lines follow
	seen := make(map[string]bool)
	for rest := raw; len(rest) > 0; {
		line := rest
		if end := bytes.IndexByte(rest, '\n'); end >= 0 {
			line = rest[:end+1]
		}
		if line[0] == '\n' {
			s.payload = append(s.payload, rest...) // the message, whole
			break
		}
		rest = rest[len(line):]
		if line[0] == ' ' {
			if into != nil {
				*into = append(*into, line[1:]...)
			} else {
				s.payload = append(s.payload, line...)
			}
			continue
		}
		into = nil
		key, value, _ := strings.Cut(strings.TrimSuffix(string(line), "\n"), " ")
		if once(key) && seen[key] {
			return s, fmt.Errorf("its header %s comes twice", key)
		}
		seen[key] = true
		switch key {
		case headerSHA1:
			into = &s.sha1
		case headerSHA256:
			into = &s.sha256
		}
		if into != nil {
			*into = append(*into, value...)
			*into = append(*into, '\n')
			continue
		}
		if strings.HasPrefix(key, headerSHA1) {
			return s, fmt.Errorf("its header %q is none that git writes", key)
		}
		if err := o.header(key, value); err != nil {
			return s, err
		}
		s.payload = append(s.payload, line...)
	}
	return s, nil
}

// once names the headers that may stand once.
func once(key string) bool {
	switch key {
	case "tree", "author", "committer", "object", "type", "tag", "tagger", "encoding", headerSHA1, headerSHA256:
		return true
	}
	return false
}

func (o *Object) header(key, value string) error {
	commit := o.Sort == Commit
	switch {
	case commit && key == "tree":
		o.Tree = value
		return named(value)
	case commit && key == "parent":
		o.Parents = append(o.Parents, value)
		return named(value)
	case commit && key == "author":
		o.Author = person(value)
	case commit && key == "committer", !commit && key == "tagger":
		o.Maker = person(value)
	case !commit && key == "object":
		o.Target = value
		return named(value)
	case !commit && key == "type":
		o.Of = value
	case !commit && key == "tag":
		o.Name = value
	}
	return nil
}

// named says whether a value names an object.
func named(value string) error {
	if _, err := hex.DecodeString(value); err != nil || len(value) != 2*sha1.Size && len(value) != 2*sha256.Size {
		return fmt.Errorf("%.80q does not name an object", value)
	}
	return nil
}

// person reads `Name <mail> 1700000000 +0100`. What is not so stays empty.
func person(line string) Person {
	open, shut := strings.IndexByte(line, '<'), strings.LastIndexByte(line, '>')
	if open < 0 || shut < open {
		return Person{Name: strings.TrimSpace(line)}
	}
	p := Person{Name: strings.TrimSpace(line[:open]), Email: strings.TrimSpace(line[open+1 : shut])}
	clock, _, _ := strings.Cut(strings.TrimSpace(line[shut+1:]), " ")
	// Four digits of a year: what comes after is no time that JSON can tell.
	if seconds, err := strconv.ParseInt(clock, 10, 64); err == nil && seconds > 0 && seconds < 253_402_300_800 {
		p.At = time.Unix(seconds, 0).UTC()
	}
	return p
}

// name computes the object's id by the algorithm that its own references use.
func name(sort string, raw []byte, digits int) string {
	var sum hash.Hash = sha1.New()
	if digits == 2*sha256.Size {
		sum = sha256.New()
	}
	fmt.Fprintf(sum, "%s %d\x00", sort, len(raw))
	sum.Write(raw)
	return hex.EncodeToString(sum.Sum(nil))
}
