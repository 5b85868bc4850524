package web

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"
)

var (
	// ErrOffline is what every request gets offline.
	ErrOffline = errors.New("offline: nothing is dialled; run without --offline")
	// ErrTooLarge is an answer beyond the limit of its request.
	ErrTooLarge = errors.New("the answer is larger than is read")
	// ErrBudget is a run that has sent all requests it may.
	ErrBudget = errors.New("the run has used up its requests")
	// ErrAbsent is an answer that surely does not hold what was asked for: a list of versions without
	// the version. See NotFound.
	ErrAbsent = errors.New("there is no such thing")
	// ErrDigest is content that is not what its digest says.
	ErrDigest = errors.New("the content does not have the digest that names it")
)

// Refused is a request that the rules of this package forbid.
type Refused struct {
	Host   string
	Reason string
}

func (r *Refused) Error() string { return "refused to ask " + r.Host + ": " + r.Reason }

// Status is an answer that is an error: 400 and above.
type Status struct {
	Code int
	URL  string // without its query, which may hold secrets
	// RetryAfter is how long the host asked to wait, zero when it did not.
	RetryAfter time.Duration
}

func (s *Status) Error() string {
	text := fmt.Sprintf("%s answered %d %s", s.URL, s.Code, http.StatusText(s.Code))
	if s.RetryAfter > 0 {
		text += fmt.Sprintf("; it asks to wait %s", s.RetryAfter)
	}
	return text
}

// NotFound says whether an error is the answer 404 or 410, or ErrAbsent: the host
// was asked and has no such thing.
func NotFound(err error) bool {
	var status *Status
	return errors.Is(err, ErrAbsent) || errors.As(err, &status) && (status.Code == http.StatusNotFound || status.Code == http.StatusGone)
}

// Denied says whether an error is the answer 401 or 403.
func Denied(err error) bool {
	var status *Status
	return errors.As(err, &status) && (status.Code == http.StatusUnauthorized || status.Code == http.StatusForbidden)
}

// Clean writes an address for people: without user, query and fragment, which
// may hold secrets.
func Clean(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
}

// withoutAddress takes the URL, with its query, out of an error of net/http.
func withoutAddress(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		err = failed.Err
	}
	var name *net.DNSError
	if errors.As(err, &name) && name.IsNotFound {
		return &unresolved{name} // which server was asked is of this machine, and different on the next
	}
	return err
}

// unresolved is a name that nobody knows.
type unresolved struct{ err *net.DNSError }

func (u *unresolved) Error() string { return "there is no host " + u.err.Name }
func (u *unresolved) Unwrap() error { return u.err }

// unreached is a request that got no answer.
type unreached struct {
	address string
	err     error
}

func (u *unreached) Error() string { return "ask " + u.address + ": " + u.err.Error() }
func (u *unreached) Unwrap() error { return u.err }

// bare is an error for net/http, which puts the address before it by itself.
func bare(err error) error {
	if failed, is := err.(*unreached); is {
		return failed.err
	}
	return err
}
