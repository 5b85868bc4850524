package gitlab

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

type commit struct {
	ID             string    `json:"id"`
	Parents        []string  `json:"parent_ids"`
	Message        string    `json:"message"`
	AuthorEmail    string    `json:"author_email"`
	CommitterEmail string    `json:"committer_email"`
	At             time.Time `json:"committed_date"`
}

type account struct {
	Name string `json:"username"`
}

// mergeRequest is one of the list of those that were merged.
type mergeRequest struct {
	IID      int        `json:"iid"`
	State    string     `json:"state"`
	Target   string     `json:"target_branch"`
	WebURL   string     `json:"web_url"`
	Author   *account   `json:"author"`
	Merger   *account   `json:"merge_user"`
	MergedBy *account   `json:"merged_by"` // what older versions call it
	MergedAt *time.Time `json:"merged_at"`
	Head     string     `json:"sha"`
	Merge    string     `json:"merge_commit_sha"`
	Squash   string     `json:"squash_commit_sha"`
}

// changes samples the newest commits of the default branch, along the first parents,
// and how each came there.
func (c *collection) changes(ctx context.Context) error {
	branch := c.host.DefaultBranch
	if branch == "" {
		return nil
	}
	var commits []commit
	next, err := c.get(ctx, c.path("/repository/commits"), url.Values{
		"ref_name": {branch}, "first_parent": {"true"}, "per_page": {strconv.Itoa(c.options.Changes)},
	}, &commits)
	if err == nil && commits == nil {
		err = c.odd(c.path("/repository/commits"))
	}
	if err != nil {
		return c.unseen(err, anybody, "changes")
	}
	sample := &evidence.Changes{Branch: branch, Whole: evidence.Known(next == 0)}
	c.host.Changes = sample
	merged, err := c.merged(ctx, branch)
	if err != nil {
		return err
	}
	known := map[int]*mergeRequest{}
	for i := range commits {
		sample.Commits = append(sample.Commits, c.change(&commits[i]))
		one := &sample.Commits[i]
		r := merged[one.Commit]
		one.RequestSeen = evidence.Known(r != nil)
		if r == nil {
			if r, one.RequestSeen, err = c.requestOf(ctx, one.Commit, branch); err != nil {
				sample.Commits = sample.Commits[:i]
				sample.Whole = evidence.Unknown
				return err
			}
		}
		if r != nil {
			known[r.IID] = r
			one.RequestSeen = evidence.Yes
			one.Request = &evidence.PullRequest{Number: r.IID}
		}
	}
	return c.requests(ctx, known)
}

// merged are the merge requests that were merged last, by the commit of the branch that
// each ended in. Where the list is refused, commit by commit is asked.
func (c *collection) merged(ctx context.Context, branch string) (map[string]*mergeRequest, error) {
	var all []mergeRequest
	if c.kind != Job || c.repo.ID != 0 { // a private project shows them to no job
		_, err := c.get(ctx, c.path("/merge_requests"), url.Values{
			"state": {"merged"}, "target_branch": {branch}, "scope": {"all"}, "order_by": {"updated_at"}, "sort": {"desc"}, "per_page": {"100"},
		}, &all)
		if _, err := c.why(err, anybody); err != nil {
			return nil, err
		}
	}
	by := map[string]*mergeRequest{}
	for i := range all {
		r := &all[i]
		for _, sha := range []string{r.Head, r.Squash, r.Merge} { // the merge commit wins
			if sha != "" && r.State == "merged" && r.Target == branch {
				by[sha] = r
			}
		}
	}
	return by, nil
}

// requestOf asks which merge request brought a commit that no recent one ended in: one
// that was merged without a merge commit, or long ago, or none at all.
func (c *collection) requestOf(ctx context.Context, sha, branch string) (*mergeRequest, evidence.Answer, error) {
	what := "changes/" + sha
	if c.kind == Job && c.repo.ID == 0 {
		c.noteAll(c.strange(anybody), what)
		return nil, evidence.Unknown, nil
	}
	all, whole, err := pages[mergeRequest](ctx, c.client, c.path("/repository/commits/"+url.PathEscape(sha)+"/merge_requests"), nil)
	if err != nil {
		return nil, evidence.Unknown, c.unseen(err, anybody, what)
	}
	slices.SortFunc(all, func(a, b mergeRequest) int { return cmp.Compare(a.IID, b.IID) })
	for i := range all {
		if all[i].State == "merged" && all[i].Target == branch {
			return &all[i], evidence.Yes, nil
		}
	}
	if !whole {
		c.note(what, "the list of merge requests is longer than is read", "")
		return nil, evidence.Unknown, nil
	}
	return nil, evidence.Yes, nil
}

// change is a commit, without how it came there.
func (c *collection) change(from *commit) evidence.Change {
	one := evidence.Change{
		Commit: from.ID, At: from.At.UTC(), Merge: len(from.Parents) > 1, Authors: c.authors(from), Committer: c.person(from.CommitterEmail),
	}
	if c.ofHost(from.CommitterEmail) {
		one.Web = evidence.Yes
	}
	return one
}

// authors are the author and the co-authors that the message names.
func (c *collection) authors(from *commit) []evidence.Person {
	all := []evidence.Person{c.person(from.AuthorEmail)}
	for line := range strings.Lines(from.Message) {
		key, value, is := strings.Cut(line, ":")
		if !is || !strings.EqualFold(strings.TrimSpace(key), "Co-authored-by") {
			continue
		}
		if _, email, is := strings.Cut(value, "<"); is {
			email, _, _ = strings.Cut(email, ">")
			all = append(all, c.person(email))
		}
	}
	return all
}

// person is who an address belongs to, with the account where that is known.
func (c *collection) person(email string) evidence.Person {
	email = short(strings.TrimSpace(email))
	p := evidence.Person{Email: email}
	low := strings.ToLower(email)
	if local, is := strings.CutSuffix(low, "@users.noreply."+c.base.Hostname()); is {
		if number, name, numbered := strings.Cut(local, "-"); numbered && strings.Trim(number, "0123456789") == "" {
			p.Login = name
		}
	}
	if name := c.accounts[low]; name != "" {
		p.Login = name
	}
	p.Bot = isBot(p.Login)
	return p
}

// ofHost knows the address that the host itself commits with.
func (c *collection) ofHost(email string) bool {
	return strings.EqualFold(email, "noreply@"+c.base.Hostname())
}

func personOf(a *account) evidence.Person {
	if a == nil {
		return evidence.Person{}
	}
	return evidence.Person{Login: a.Name, Bot: isBot(a.Name)}
}
