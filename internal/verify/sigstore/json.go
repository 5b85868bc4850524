package sigstore

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// object reads one JSON object strictly: names are compared as they are written, and
// a name that stands twice is refused. encoding/json alone takes the last of
// "subject" and "Subject", another verifier the first.
func object(raw []byte) (map[string]json.RawMessage, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if open, err := decoder.Token(); err != nil {
		return nil, err
	} else if open != json.Delim('{') {
		return nil, errors.New("it is no JSON object")
	}
	members := map[string]json.RawMessage{}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, err
		}
		if _, twice := members[name.(string)]; twice {
			return nil, fmt.Errorf("the member %q stands twice", name)
		}
		members[name.(string)] = value
	}
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the JSON object")
	}
	return members, nil
}

// text reads a member that should be a string, empty where it is none.
func text(members map[string]json.RawMessage, name string) string {
	var value string
	if err := json.Unmarshal(members[name], &value); err != nil {
		return ""
	}
	return value
}

// part reads a member that should be an object, nil where it is none.
func part(members map[string]json.RawMessage, name string) map[string]json.RawMessage {
	inner, err := object(members[name])
	if err != nil {
		return nil
	}
	return inner
}

// maxDetail is how many bytes of an attacker's words a verdict repeats.
const maxDetail = 600

// plainText takes what a terminal or a log would act upon out of a message.
func plainText(message string) string {
	message = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(message, " "))
	message = strings.Join(strings.Fields(message), " ")
	if len(message) > maxDetail {
		return strings.ToValidUTF8(message[:maxDetail], "") + "…"
	}
	return message
}
