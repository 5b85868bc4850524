package github

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// gitActor is whom a commit names, by address; User is the account that the address
// belongs to. Apps are no users.
type gitActor struct {
	Email string `json:"email"`
	User  *struct {
		Login string `json:"login"`
	} `json:"user"`
}

type gitActors struct {
	Total int         `json:"totalCount"`
	Nodes []*gitActor `json:"nodes"`
}

// actor is an account. GraphQL leaves [bot] out of the names of bots.
type actor struct {
	Kind  string `json:"__typename"`
	Login string `json:"login"`
}

// person names an account as REST does: a bot ends in [bot].
func (a *actor) person() evidence.Person {
	if a == nil {
		return evidence.Person{} // an account that is no more
	}
	p := evidence.Person{Login: a.Login, Bot: a.Kind == "Bot"}
	if p.Bot && !strings.HasSuffix(p.Login, "[bot]") {
		p.Login += "[bot]"
	}
	return p
}

// person is whom a commit names. The addresses that the host gives to bots name them;
// like every address in a commit, anybody can write them.
func (g *gitActor) person() evidence.Person {
	if g == nil {
		return evidence.Person{}
	}
	p := evidence.Person{Email: short(g.Email)} // anybody may write anything there
	if g.User != nil && g.User.Login != "" {
		p.Login = g.User.Login
	} else if local, is := strings.CutSuffix(strings.ToLower(g.Email), "@users.noreply.github.com"); is && strings.HasSuffix(local, "[bot]") {
		p.Login = local[strings.Index(local, "+")+1:]
	}
	p.Bot = strings.HasSuffix(p.Login, "[bot]")
	return p
}

func (g *gitActors) people() []evidence.Person {
	var all []evidence.Person
	if g == nil {
		return nil
	}
	for _, one := range g.Nodes {
		if one != nil {
			all = append(all, one.person())
		}
	}
	return all
}

// whole says whether everybody who is counted is named.
func (g *gitActors) whole() bool { return g != nil && g.Total <= len(g.people()) }

// ofHost tells the committer of what the host itself commits.
func ofHost(p evidence.Person) bool {
	return strings.EqualFold(p.Login, "web-flow") || p.Login == "" && strings.EqualFold(p.Email, "noreply@github.com")
}

// distinct sorts people and names each once: an address of an account that is named
// already adds nobody.
func distinct(all []evidence.Person) []evidence.Person {
	seen := make(map[string]bool)
	var people []evidence.Person
	for _, p := range all {
		name := "login " + strings.ToLower(p.Login)
		if p.Login == "" {
			name = "email " + strings.ToLower(p.Email)
		}
		if seen[name] || p == (evidence.Person{}) {
			continue // named already, or nobody
		}
		seen[name] = true
		people = append(people, p)
	}
	slices.SortFunc(people, func(a, b evidence.Person) int {
		if by := strings.Compare(a.Login, b.Login); by != 0 {
			return by
		}
		return strings.Compare(a.Email, b.Email)
	})
	return people
}
