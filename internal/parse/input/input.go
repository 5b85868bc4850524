// Package input tells which values that a manifest asks for are secrets, by
// their names and by how people describe them.
package input

import (
	"slices"
	"strings"
	"unicode"
)

// Looks tells whether a value of this name and description is a secret.
func Looks(name, description string) bool {
	return looksByName(name) || looksByDescription(description)
}

// Redacted stands for the value of a secret in everything that is written down.
const Redacted = "***"

// headers carry a secret whatever stands in front.
var headers = []string{"authorization", "proxy-authorization", "x-api-key", "api-key", "x-auth-token", "cookie"}

var (
	secretNouns = []string{"token", "secret", "password", "passwd", "passphrase", "pwd", "apikey", "pat", "credential", "credentials"}
	// plainKeys are keys that open nothing: API_KEY is a secret, PROJECT_KEY is a name.
	plainKeys = []string{
		"public", "project", "organization", "organisation", "org", "primary", "foreign", "sort", "partition", "hash", "range",
		"cache", "object", "column", "field", "issue", "group", "space", "team", "row", "index", "data", "dict", "map", "json",
		"config", "registry", "routing", "hot", "shortcut", "workspace", "tenant", "key", "name", "lookup", "storage", "state",
	}
	plainTokens = []string{"max", "min", "num", "page", "next", "stop", "pad", "eos", "bos", "count", "limit"}
)

func looksByName(name string) bool {
	if slices.Contains(headers, strings.ToLower(name)) {
		return true
	}
	words := split(name)
	if len(words) == 0 {
		return false
	}
	last, before := words[len(words)-1], ""
	if len(words) > 1 {
		before = words[len(words)-2]
	}
	switch {
	case last == "key":
		return before != "" && !slices.Contains(plainKeys, before)
	case last == "token":
		return !slices.Contains(plainTokens, before)
	}
	return slices.Contains(secretNouns, last) || holdsSecret(words)
}

// holdsSecret knows values that are a whole file of credentials, and not the path
// of one: KUBECONFIG_YAML, GOOGLE_CREDENTIALS_JSON, SERVICE_ACCOUNT_B64.
func holdsSecret(words []string) bool {
	if !slices.Contains([]string{"yaml", "json", "content", "contents", "b64", "base64", "pem"}, words[len(words)-1]) {
		return false
	}
	what := strings.Join(words[:len(words)-1], " ")
	for _, secret := range []string{"kubeconfig", "credential", "service account", "private key"} {
		if strings.HasSuffix(what, secret) || strings.HasSuffix(what, secret+"s") {
			return true
		}
	}
	return false
}

// looksByDescription reads what the description is about: its words up to the
// first that begins an explanation. "API key for authentication" is one, "Path
// of the token file" is not.
func looksByDescription(description string) bool {
	var head []string
	for word := range strings.FieldsSeq(strings.ToLower(description)) {
		bare := strings.Trim(word, `"'*`+"`")
		if len(head) == 8 || slices.Contains(explaining, bare) || strings.HasPrefix(bare, "(") {
			break
		}
		end := strings.TrimRight(bare, ".,;:)")
		head = append(head, end)
		if end != bare {
			break
		}
	}
	if len(head) == 0 {
		return false
	}
	last, before := head[len(head)-1], ""
	if len(head) > 1 {
		before = head[len(head)-2]
	}
	switch {
	case last == "key":
		return slices.Contains([]string{"api", "access", "secret", "private", "license", "encryption", "signing", "subscription"}, before)
	case last == "token":
		return !slices.Contains(plainTokens, before)
	}
	return slices.Contains([]string{"secret", "password", "passphrase"}, last)
}

var explaining = []string{"for", "to", "of", "with", "used", "that", "which", "from", "when", "if", "in", "on", "as", "is", "by", "file", "url", "name", "or", "and", "via", "-", "—", "–"}

// split takes a name apart at its separators and at changes of case.
func split(name string) []string {
	var words []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			words = append(words, strings.ToLower(string(word)))
		}
		word = nil
	}
	wasLower := false
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
			wasLower = false
			continue
		case unicode.IsUpper(r) && wasLower:
			flush()
		}
		word = append(word, r)
		wasLower = unicode.IsLower(r) || unicode.IsDigit(r)
	}
	flush()
	return words
}
