package github

import (
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

type restCommit struct {
	SHA    string `json:"sha"`
	Commit struct {
		Author       *restActor `json:"author"`
		Committer    *restActor `json:"committer"`
		Message      string     `json:"message"`
		Verification *struct {
			Reason string `json:"reason"`
		} `json:"verification"`
	} `json:"commit"`
	Author    *restAccount `json:"author"`
	Committer *restAccount `json:"committer"`
	Parents   []struct {
		SHA string `json:"sha"`
	} `json:"parents"`
}

type restActor struct {
	Email string    `json:"email"`
	At    time.Time `json:"date"`
}

type restAccount struct {
	Login string `json:"login"`
	Kind  string `json:"type"` // User, Bot
}

type restPull struct {
	Number   int          `json:"number"`
	Link     string       `json:"html_url"`
	User     *restAccount `json:"user"`
	MergedAt *time.Time   `json:"merged_at"`
	Merge    string       `json:"merge_commit_sha"`
	Head     struct {
		SHA string `json:"sha"`
	} `json:"head"`
	Base struct {
		Ref string `json:"ref"`
	} `json:"base"`
}

func (a *restAccount) person() evidence.Person {
	if a == nil {
		return evidence.Person{}
	}
	return evidence.Person{Login: a.Login, Bot: a.Kind == "Bot" || strings.HasSuffix(a.Login, "[bot]")}
}

// person is an address in a commit, with the account that the host says it is of.
func (r *restActor) person(account *restAccount) evidence.Person {
	p := account.person()
	if r == nil {
		return p
	}
	if p.Login == "" {
		return (&gitActor{Email: r.Email}).person()
	}
	p.Email = short(r.Email)
	return p
}

// authors are the author and those whom the message names beside.
func (r *restCommit) authors() []evidence.Person {
	all := []evidence.Person{r.Commit.Author.person(r.Author)}
	for line := range strings.SplitSeq(r.Commit.Message, "\n") {
		name, rest, is := strings.Cut(line, ":")
		if !is || !strings.EqualFold(strings.TrimSpace(name), "co-authored-by") || len(all) > 20 {
			continue // another line
		}
		if _, address, is := strings.Cut(rest, "<"); is {
			address, _, _ = strings.Cut(address, ">")
			all = append(all, (&gitActor{Email: strings.TrimSpace(address)}).person())
		}
	}
	return all
}

// change says a commit in our words. REST does not tell what the website made.
func (r *restCommit) change() evidence.Change {
	one := evidence.Change{Commit: r.SHA, Authors: r.authors(), Committer: r.Commit.Committer.person(r.Committer), Merge: len(r.Parents) > 1}
	if r.Commit.Committer != nil {
		one.At = r.Commit.Committer.At
	}
	if v := r.Commit.Verification; v != nil {
		one.Signed = stateOf(v.Reason)
		if one.Signed == "UNSIGNED" {
			one.ByHost = evidence.No
		}
	}
	return one
}

// stateOf is what GraphQL calls a reason of REST.
func stateOf(reason string) string {
	switch reason {
	case "malformed_signature":
		return "MALFORMED_SIG"
	case "unknown_signature_type":
		return "UNKNOWN_SIG_TYPE"
	}
	return strings.ToUpper(reason)
}
