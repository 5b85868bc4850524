package yarn

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/npm"
	"github.com/sealvet/sealvet/internal/parse/requirement"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// maxProblems is how many broken lines are named before the rest is passed over.
const maxProblems = 20

// readClassic reads the language of yarn 1: an entry is a line of patterns that
// ends with a colon, and below it, indented by two, its fields. Blocks below
// those (dependencies:) are indented by four and not needed.
//
//	"@babel/core@^7.0.0", "@babel/core@^7.1.0":
//	  version "7.22.5"
//	  resolved "https://registry.example.org/@babel/core/-/core-7.22.5.tgz#5f1a..."
//	  integrity sha512-...
func readClassic(src *text.Source, lock *evidence.Lockfile) error {
	lock.Format = "1"
	var problems []error
	broken := func(line text.Text, why string) {
		if len(problems) < maxProblems {
			problems = append(problems, line.Errorf("%s", why))
		}
	}
	var entry *evidence.LockEntry
	for line := range src.Text(0, src.Len()).Lines() {
		content := strings.TrimLeft(line.Value, " ")
		indent := len(line.Value) - len(content)
		switch {
		case content == "" || content[0] == '#':
			continue
		case strings.HasPrefix(line.Value, "<<<<<<<"), strings.HasPrefix(line.Value, "======="), strings.HasPrefix(line.Value, ">>>>>>>"), strings.HasPrefix(line.Value, "|||||||"):
			broken(line, "a merge conflict that nobody has resolved")
			entry = nil
		case indent == 0:
			sealClassic(entry)
			entry = nil
			patterns, ok := header(line.TrimSpace())
			if !ok {
				broken(line, "not a list of packages that ends with a colon")
				continue
			}
			lock.Entries = append(lock.Entries, opened(patterns))
			entry = &lock.Entries[len(lock.Entries)-1]
		case indent == 2 && entry != nil:
			line = line.TrimSpace()
			if err := field(entry, line); err != nil {
				broken(line, err.Error())
			}
		}
	}
	sealClassic(entry)
	return errors.Join(problems...)
}

// header reads the patterns of an entry.
func header(line text.Text) (patterns []text.Text, ok bool) {
	for {
		word, rest, ok := word(line, ",:")
		if !ok || word.Value == "" {
			return nil, false
		}
		patterns = append(patterns, word)
		rest = rest.TrimSpace()
		switch {
		case rest.Value == ":":
			return patterns, true
		case strings.HasPrefix(rest.Value, ","):
			line = rest.Slice(1, len(rest.Value)).TrimSpace()
		default:
			return nil, false
		}
	}
}

// word reads one word from the front: a JSON string, or everything up to white
// space or a stop character.
func word(line text.Text, stops string) (word, rest text.Text, ok bool) {
	if !strings.HasPrefix(line.Value, `"`) {
		end := strings.IndexAny(line.Value, " \t"+stops)
		if end < 0 {
			end = len(line.Value)
		}
		return line.Slice(0, end), line.Slice(end, len(line.Value)), true
	}
	end := 1
	for end < len(line.Value) && line.Value[end] != '"' {
		if line.Value[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(line.Value) {
		return text.Text{}, text.Text{}, false
	}
	word = line.Slice(1, end)
	if strings.Contains(word.Value, `\`) {
		value, err := strconv.Unquote(line.Value[:end+1])
		if err != nil {
			return text.Text{}, text.Text{}, false
		}
		var builder text.Builder
		builder.Append(value, word)
		word = builder.Text()
	}
	return word, line.Slice(end+1, len(line.Value)), true
}

func opened(patterns []text.Text) evidence.LockEntry {
	name, wanted := npm.SplitName(patterns[0].Value)
	entry := evidence.LockEntry{Name: name, At: patterns[0].At()}
	if real, _, aliased := requirement.Alias(wanted); aliased && real != "" {
		entry.Name = real
	}
	for _, pattern := range patterns {
		entry.Keys = append(entry.Keys, pattern.Value)
	}
	return entry
}

// field reads one line below the patterns.
func field(entry *evidence.LockEntry, line text.Text) error {
	name, rest, ok := word(line, ":")
	value, _, closed := word(rest.TrimSpace(), "")
	if !ok || !closed {
		return errors.New("a quote that is never closed")
	}
	switch name.Value {
	case "version":
		entry.Version = value.Value
	case "resolved":
		entry.Resolved = value.Value
	case "integrity":
		entry.Integrity = strings.Fields(strings.Trim(rest.Value, ` "`)) // several hashes stand side by side
	}
	return nil
}

// sealClassic draws the conclusions once all fields of an entry are read.
func sealClassic(entry *evidence.LockEntry) {
	if entry == nil {
		return
	}
	if entry.Resolved == "" {
		// Only what lies in the tree has no address.
		_, wanted := npm.SplitName(entry.Keys[0])
		if requirement.Classify(evidence.NPM, wanted) == evidence.PathClass {
			entry.Source = evidence.PathClass
			return
		}
	}
	entry.Source, entry.Commit = npm.SourceOf(entry.Resolved)
	if entry.Source == evidence.Git || entry.Source == evidence.PathClass {
		return
	}
	if len(entry.Integrity) == 0 {
		entry.Integrity = fragment(entry.Resolved)
	}
	if len(entry.Integrity) == 0 {
		entry.Unhashed = 1
	}
}

// fragment is the SHA-1 that yarn writes behind # and checks, as before it
// knew integrity.
func fragment(address string) []string {
	_, sum, _ := strings.Cut(address, "#")
	if len(sum) != 40 {
		return nil
	}
	raw, err := hex.DecodeString(sum)
	if err != nil {
		return nil
	}
	return []string{"sha1-" + base64.StdEncoding.EncodeToString(raw)}
}
