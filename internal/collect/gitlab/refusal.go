package gitlab

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode"

	api "gitlab.com/gitlab-org/api/client-go"
)

// refusal is an answer that says: not you, or no such thing. It costs only the piece
// that was asked for.
type refusal struct {
	Status  int
	Reason  string
	Unlock  string
	Message string // the host's own, shortened
	scope   bool   // the token lacks a scope, whatever its role
}

func (r *refusal) Error() string { return r.Reason }

// outage is a host that did not answer, after all tries.
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

func reasonOf(err error) string {
	var final *Unfinished
	if errors.As(err, &final) {
		return final.Reason
	}
	return err.Error()
}

// absent says whether an error is a 404.
func absent(err error) bool {
	var no *refusal
	return errors.As(err, &no) && no.Status == http.StatusNotFound
}

// refuse reads a refusal: 401 for who has no account, 403 for too little, 404 for what
// is hidden, absent, or beyond the plan.
func (c *client) refuse(status int, body []byte) *refusal {
	var said struct {
		Message     any    `json:"message"`
		Error       string `json:"error"`
		Description string `json:"error_description"`
		Scope       string `json:"scope"`
	}
	_ = json.Unmarshal(body, &said) // a proxy may answer in its own words: the status tells enough
	no := &refusal{Status: status, Message: short(strings.TrimSpace(fmt.Sprint(said.Message)))}
	switch {
	case said.Error == "insufficient_scope":
		no.scope, no.Reason, no.Unlock = true, "the token lacks the scope read_api", "scope read_api"
	case status == http.StatusUnauthorized:
		no.Reason = "it is told to members of the project alone, and " + c.kind.Describe() + " is none"
	case status == http.StatusNotFound:
		no.Reason = "the host answered 404: there is no such thing, or the token may not know of it"
	default:
		no.Reason = fmt.Sprintf("the host answered %d", status)
		if said.Message != nil {
			no.Reason += ": " + no.Message
		}
	}
	return no
}

// explain tells a missing role from a missing plan. Roles are asked first, so that a
// 404 to somebody with the role is the plan's.
func (c *collection) explain(no *refusal, takes need) *refusal {
	out := *no
	switch {
	case no.scope:
	case no.Status == http.StatusNotFound && takes.plan != "":
		out.Reason, out.Unlock = "the plan of the project does not have this: it takes "+takes.plan, takes.plan
		if c.role() < takes.level {
			out.Reason, out.Unlock = "the host answered 404: the plan does not have this, or the token may not know of it", takes.unlock()
		}
	case no.Status == http.StatusForbidden:
		out.Reason, out.Unlock = "the token lacks the "+takes.role, takes.role
	default:
		out.Unlock = takes.unlock()
	}
	return &out
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

// statusOf is the status and the body of an error answer as the library reports it.
func statusOf(err error) (int, []byte) {
	var said *api.ErrorResponse
	switch {
	case errors.Is(err, api.ErrNotFound):
		return http.StatusNotFound, nil
	case errors.As(err, &said) && said.Response != nil:
		return said.Response.StatusCode, said.Body
	}
	return 0, nil
}
