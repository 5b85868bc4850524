package github

import (
	"slices"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

// requestParts are the commits and reviews of one pull request.
type requestParts struct {
	Commits *struct {
		Total int `json:"totalCount"`
		Nodes []*struct {
			Commit *requestCommit `json:"commit"`
		} `json:"nodes"`
	} `json:"commits"`
	Reviews *struct {
		Total int           `json:"totalCount"`
		Nodes []*toldReview `json:"nodes"`
	} `json:"reviews"`
}

type requestCommit struct {
	SHA       string     `json:"oid"`
	Web       *bool      `json:"committedViaWeb"`
	Committer *gitActor  `json:"committer"`
	Authors   *gitActors `json:"authors"`
}

type toldReview struct {
	State   string    `json:"state"`
	At      time.Time `json:"submittedAt"`
	CanPush *bool     `json:"authorCanPushToRepository"`
	Author  *actor    `json:"author"`
	Commit  *struct {
		SHA string `json:"oid"`
	} `json:"commit"`
}

// contributors are who made its commits, each once, by name. The host's own account
// counts only as a committer of what was committed on the website.
func (p *requestParts) contributors() ([]evidence.Person, evidence.Answer) {
	if p.Commits == nil {
		return nil, evidence.Unknown
	}
	var all []evidence.Person
	whole := p.Commits.Total <= len(p.Commits.Nodes)
	for _, node := range p.Commits.Nodes {
		if node == nil || node.Commit == nil {
			whole = false
			continue // refused by itself
		}
		one := node.Commit
		whole = whole && one.Authors.whole()
		all = append(all, one.Authors.people()...)
		committer := one.Committer.person()
		if ofHost(committer) && one.Web != nil && *one.Web {
			continue // the website wrote what its author said
		}
		all = append(all, committer)
	}
	if !whole {
		return distinct(all), evidence.Unknown
	}
	return distinct(all), evidence.Yes
}

// reviews are all that were handed in, in time order.
func (p *requestParts) reviews() ([]evidence.Review, evidence.Answer) {
	if p.Reviews == nil {
		return nil, evidence.Unknown
	}
	var all []evidence.Review
	whole := p.Reviews.Total <= len(p.Reviews.Nodes)
	for _, r := range p.Reviews.Nodes {
		if r == nil {
			whole = false
			continue // refused by itself
		}
		if r.State == "PENDING" {
			continue // only its writer sees it
		}
		one := evidence.Review{By: r.Author.person(), State: r.State, At: r.At}
		if r.Commit != nil {
			one.Commit = r.Commit.SHA
		}
		if r.CanPush != nil {
			one.CanPush = evidence.Known(*r.CanPush)
		}
		all = append(all, one)
	}
	inTime(all)
	if !whole {
		return all, evidence.Unknown
	}
	return all, evidence.Yes
}

func inTime(all []evidence.Review) {
	slices.SortStableFunc(all, func(a, b evidence.Review) int { return a.At.Compare(b.At) })
}
