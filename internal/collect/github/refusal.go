package github

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"
)

// refusal is an answer that says: not you, or no such thing. It costs only the field
// that was asked for.
type refusal struct {
	Status int
	Reason string
	Unlock string // permission by its exact name, empty where the host did not say
	// Message is the host's own, shortened.
	Message string
}

func (r *refusal) Error() string {
	if r.Unlock == "" {
		return r.Reason
	}
	return r.Reason + "; it takes " + r.Unlock
}

// outage is a host that did not answer, after all tries. The field stays unknown, and
// the scan unfinished.
type outage struct{ err error }

func (o *outage) Error() string { return o.err.Error() }
func (o *outage) Unwrap() error { return o.err }

// Unfinished is why a scan of the host could not go to its end, and what to do. What
// was collected until then is kept.
type Unfinished struct {
	Reason string
	Advice string
	err    error
}

func (u *Unfinished) Error() string {
	return u.Reason + "; what was collected until then is kept. " + u.Advice
}

func (u *Unfinished) Unwrap() error { return u.err }

// absent says whether an error is a 404: there is no such thing, or it is hidden.
func absent(err error) bool {
	var no *refusal
	return errors.As(err, &no) && no.Status == http.StatusNotFound
}

// message reads what an error answer says for people.
func message(body []byte) string {
	var said struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(body, &said) != nil {
		return ""
	}
	return short(said.Message)
}

// short bounds words of the host that go into a message, and drops what a terminal
// would obey.
func short(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, text)
	if letters := []rune(text); len(letters) > 160 {
		text = string(letters[:160]) + "..."
	}
	return text
}

// refuse reads a refusal of an answer of 400 and above that is no limit, and of what it
// says for people.
func (c *client) refuse(answer *http.Response, said string) *refusal {
	no := &refusal{Status: answer.StatusCode, Message: said}
	single := answer.Header.Get("X-GitHub-SSO")
	accepted := answer.Header.Get("X-Accepted-GitHub-Permissions")
	switch {
	case strings.HasPrefix(single, "required"):
		no.Reason = "the token is not authorised for the single sign-on of the organisation"
		no.Unlock = "a token that is authorised for the single sign-on of the organisation"
	case strings.Contains(said, "Upgrade to"):
		no.Reason = "the plan of the owner does not have this feature for private repositories"
		no.Unlock = "a plan with the feature, or a public repository"
	case accepted != "":
		no.Unlock = permissions(accepted)
		no.Reason = "the token lacks " + no.Unlock
	case answer.StatusCode == http.StatusUnauthorized:
		no.Reason = "it is not told without a token"
	case answer.StatusCode == http.StatusNotFound:
		no.Reason = "the host answered 404: there is no such thing, or the token may not know of it"
	default:
		c.refuseClassic(no, answer)
	}
	return no
}

func (c *client) refuseClassic(no *refusal, answer *http.Response) {
	no.Reason = fmt.Sprintf("the host answered %d", answer.StatusCode)
	if no.Message != "" {
		no.Reason += ": " + no.Message
	}
	wanted := list(answer.Header.Get("X-Accepted-OAuth-Scopes"))
	if answer.Header.Get("X-OAuth-Scopes") == "" && c.kind != kindClassic || len(wanted) == 0 || answer.StatusCode != http.StatusForbidden {
		return
	}
	if !hasScope(list(answer.Header.Get("X-OAuth-Scopes")), wanted...) {
		no.Unlock = "scope " + strings.Join(wanted, " or ")
		no.Reason = "the token lacks " + no.Unlock
	}
}

// permissions rewrites X-Accepted-GitHub-Permissions, where "," is and, ";" is or:
// "administration=read" is administration:read here.
func permissions(header string) string {
	if len(header) > 300 {
		header = header[:300]
	}
	var sets []string
	for set := range strings.SplitSeq(header, ";") {
		set = strings.Join(list(strings.ReplaceAll(set, "=", ":")), " and ")
		if set = short(set); set != "" {
			sets = append(sets, set)
		}
	}
	return strings.Join(sets, " or ")
}

func list(header string) []string {
	var all []string
	for one := range strings.SplitSeq(header, ",") {
		if one = strings.TrimSpace(one); one != "" && len(all) < 20 {
			all = append(all, short(one))
		}
	}
	return all
}

// holds are the scopes that a scope of classic tokens brings along.
var holds = map[string][]string{
	"repo":            {"public_repo", "repo:status", "security_events"},
	"admin:org":       {"write:org", "read:org"},
	"write:org":       {"read:org"},
	"admin:repo_hook": {"write:repo_hook", "read:repo_hook"},
	"write:repo_hook": {"read:repo_hook"},
	"user":            {"read:user", "user:email"},
}

// hasScope says whether some scopes hold one of those that are wanted.
func hasScope(scopes []string, wanted ...string) bool {
	for _, have := range scopes {
		if slices.Contains(wanted, have) {
			return true
		}
		for _, held := range holds[have] {
			if slices.Contains(wanted, held) {
				return true
			}
		}
	}
	return false
}

// refusalStatus is the status of a refusal, 0 for other errors.
func refusalStatus(err error) int {
	var no *refusal
	if errors.As(err, &no) {
		return no.Status
	}
	return 0
}
