package githubtest

import (
	"strings"
)

// first is the repository that tokens are for by default.
func (w *World) first() *Repository {
	if len(w.Repositories) == 0 {
		return nil
	}
	return &w.Repositories[0]
}

// chief is somebody who may do everything with an owner's things.
func (w *World) chief(owner string) string {
	o := w.organisation(owner)
	if o == nil {
		return owner
	}
	for _, m := range o.Members {
		if m.Owner {
			return m.Login
		}
	}
	return ""
}

func (w *World) organisation(login string) *Organisation {
	for i := range w.Organisations {
		if strings.EqualFold(w.Organisations[i].Login, login) {
			return &w.Organisations[i]
		}
	}
	return nil
}

// repository finds one by its name of today or by one that it had.
func (w *World) repository(owner, name string) (one *Repository, renamed bool) {
	full := owner + "/" + name
	for i := range w.Repositories {
		if strings.EqualFold(w.Repositories[i].full(), full) {
			return &w.Repositories[i], false
		}
	}
	for i := range w.Repositories {
		for _, old := range w.Repositories[i].Renamed {
			if strings.EqualFold(old, full) {
				return &w.Repositories[i], true
			}
		}
	}
	return nil, false
}

// user is an account. Logins that the world does not tell more of have accounts too.
func (w *World) user(login string) User {
	for _, u := range w.Users {
		if strings.EqualFold(u.Login, login) {
			return u
		}
	}
	id := 0
	for _, c := range login {
		id = (id*31 + int(c)) % 1_000_000_000
	}
	return User{Login: login, ID: 2_000_000 + id}
}

func bot(login string) bool { return strings.HasSuffix(login, "[bot]") }
