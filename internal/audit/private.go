package audit

import (
	"fmt"
	"strings"
)

// Withheld is the finding as the public may read it: the number-th of several that
// look the same without their names. Its fingerprint is one of that sight too: names
// of members and secrets are few enough to be tried out against one of the true name.
// Waivers and baselines are held against the true one, before.
func (f Finding) Withheld(number, several int) Finding {
	if f.Private == "" {
		return f
	}
	public := numbered(f.Private, number, several)
	f.Message = withoutName(f.Message, f.Subject, public)
	key := strings.Join([]string{f.Check, f.Location.Path, f.Anchor, f.Private}, "\x00")
	f.Fingerprint = digest(key, number-1)
	f.Subject, f.Thing, f.Private = public, f.Private, ""
	return f
}

// Withheld is the doubt as the public may read it.
func (d Doubt) Withheld() Doubt {
	if d.Private != "" {
		d.Reason = withoutName(d.Reason, d.Subject, d.Private)
		d.Subject, d.Private = d.Private, ""
	}
	return d
}

func numbered(name string, number, several int) string {
	if several < 2 {
		return name
	}
	return fmt.Sprintf("%s (%d of %d)", name, number, several)
}

// withoutName puts the public name in the place of the true one. It never comes back
// with the true one in it.
func withoutName(message, subject, public string) string {
	if subject == "" {
		return message
	}
	return strings.ReplaceAll(message, subject, public)
}
