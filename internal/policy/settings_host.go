package policy

import (
	"fmt"
	"strconv"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
)

// branches reads which branches count beside the default one.
func (l *loader) branches(n *doc.Node, into *evidence.BranchSettings) {
	l.fields(n, "branches", map[string]func(*doc.Node){
		"release": func(v *doc.Node) { into.Release = l.globs(v, "release") },
	})
}

// review reads what changes and releases are held to.
func (l *loader) review(n *doc.Node, into *evidence.ReviewSettings) {
	l.fields(n, "review", map[string]func(*doc.Node){
		"approvals": func(v *doc.Node) {
			approvals := l.number(v, "approvals is a number from 1 to 10; where one person maintains the repository, say solo: true", 1, 10)
			into.Approvals = &approvals
		},
		"since": func(v *doc.Node) { into.Since = l.day(v, "since") },
		"solo": func(v *doc.Node) {
			yes, ok := v.Bool()
			if !ok {
				l.fail(v, "solo is true or false")
			}
			into.Solo = yes
		},
		"bots": func(v *doc.Node) { into.Bots = l.patterns(v, "bots") },
	})
}

// access reads what people, secrets and logs are held to.
func (l *loader) access(n *doc.Node, into *evidence.AccessSettings) {
	l.fields(n, "access", map[string]func(*doc.Node){
		"max-secret-age": func(v *doc.Node) { into.MaxSecretAge = l.days(v, "max-secret-age") },
		"max-owners": func(v *doc.Node) {
			into.MaxOwners = l.number(v, "max-owners is a number from 1 to 1000", 1, 1000)
		},
		"min-log-days": func(v *doc.Node) { into.MinLogDays = l.days(v, "min-log-days") },
	})
}

// days reads a time span.
func (l *loader) days(v *doc.Node, key string) int {
	return l.number(v, fmt.Sprintf("%s is a number of days from 1 to 3660", key), 1, 3660)
}

// number reads a whole number between two others; otherwise says what it should be.
func (l *loader) number(v *doc.Node, otherwise string, least, most int) int {
	n, err := strconv.Atoi(v.String())
	if err != nil || v.Kind != doc.Number || n < least || n > most {
		l.fail(v, "%s", otherwise)
		return 0
	}
	return n
}

// day reads a day, which begins at midnight UTC.
func (l *loader) day(v *doc.Node, key string) time.Time {
	day, err := time.Parse(time.DateOnly, v.String())
	if err != nil {
		l.fail(v, "%s is a day written YYYY-MM-DD, not %q", key, v.String())
	}
	return day
}
