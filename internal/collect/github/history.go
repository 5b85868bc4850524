package github

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

// historyQuery is a page of the default branch. Of the pull requests it asks only what
// costs no further points; requestsQuery asks each of them once for the rest.
const historyQuery = `query History($owner:String!,$name:String!,$first:Int!,$after:String){ rateLimit{cost remaining resetAt}
 repository(owner:$owner,name:$name){ defaultBranchRef{ name target{ ... on Commit{ history(first:$first,after:$after){ pageInfo{hasNextPage endCursor}
  nodes{ oid committedDate committedViaWeb parents(first:2){totalCount}
   committer{ email user{login} } authors(first:10){ totalCount nodes{ email user{login} } }
   signature{ __typename state wasSignedByGitHub signer{login} ... on GpgSignature{keyId} ... on SshSignature{keyFingerprint} }
   associatedPullRequests(first:5){ totalCount nodes{ number merged mergedAt url baseRefName headRefOid baseRepository{nameWithOwner}
     author{ __typename login } mergedBy{ __typename login } mergeCommit{oid} } } } } } } } } }`

type historyAnswer struct {
	Repository *struct {
		Branch *struct {
			Name   string `json:"name"`
			Target *struct {
				History *struct {
					Page  pageInfo     `json:"pageInfo"`
					Nodes []*toldEntry `json:"nodes"`
				} `json:"history"`
			} `json:"target"`
		} `json:"defaultBranchRef"`
	} `json:"repository"`
}

type pageInfo struct {
	More bool   `json:"hasNextPage"`
	End  string `json:"endCursor"`
}

// toldEntry is one commit of the branch.
type toldEntry struct {
	SHA       string     `json:"oid"`
	At        time.Time  `json:"committedDate"`
	Web       *bool      `json:"committedViaWeb"`
	Parents   counted    `json:"parents"`
	Committer *gitActor  `json:"committer"`
	Authors   *gitActors `json:"authors"`
	// Signature is null where there is none, or where the host refused it.
	Signature json.RawMessage `json:"signature"`
	Requests  *struct {
		Total int            `json:"totalCount"`
		Nodes []*toldRequest `json:"nodes"`
	} `json:"associatedPullRequests"`
}

type counted struct {
	Total int `json:"totalCount"`
}

type toldRequest struct {
	Number   int       `json:"number"`
	Merged   bool      `json:"merged"`
	MergedAt time.Time `json:"mergedAt"`
	Link     string    `json:"url"`
	Base     string    `json:"baseRefName"`
	Head     string    `json:"headRefOid"`
	BaseOf   *struct {
		Name string `json:"nameWithOwner"`
	} `json:"baseRepository"`
	Author      *actor `json:"author"`
	MergedBy    *actor `json:"mergedBy"`
	MergeCommit *struct {
		SHA string `json:"oid"`
	} `json:"mergeCommit"`
}

// historyPage asks for the newest commits after a cursor, and for fewer where that
// was too much. It answers with how many it could ask for.
func (c *collection) historyPage(ctx context.Context, size int, after string) (page *historyAnswer, refused []fieldError, asked int, err error) {
	err = c.halve(size, func(size int) error {
		page, asked = new(historyAnswer), size
		variables := map[string]any{"owner": c.owner, "name": c.name, "first": size, "after": nil}
		if after != "" {
			variables["after"] = after
		}
		var err error
		refused, err = c.query(ctx, historyQuery, variables, page)
		return err
	})
	return page, refused, asked, err
}

var shaForm = regexp.MustCompile(`^[0-9a-f]{40}([0-9a-f]{24})?$`)

// errNoHistory is an answer without the branch although nothing was refused.
var errNoHistory = errors.New("no history")

// entries are the commits of a page.
func (c *collection) entries(page *historyAnswer, refused []fieldError) ([]*toldEntry, pageInfo, error) {
	if page.Repository == nil || page.Repository.Branch == nil || page.Repository.Branch.Target == nil || page.Repository.Branch.Target.History == nil {
		for _, one := range refused {
			return nil, pageInfo{}, &refusal{Reason: "the host refused the history: " + one.Message}
		}
		if page.Repository != nil && page.Repository.Branch == nil {
			return nil, pageInfo{}, errNoHistory // an empty repository
		}
		return nil, pageInfo{}, &refusal{Reason: "the host does not tell the history of the default branch"}
	}
	history := page.Repository.Branch.Target.History
	if slices.ContainsFunc(history.Nodes, func(e *toldEntry) bool { return e == nil || !shaForm.MatchString(e.SHA) }) {
		return nil, pageInfo{}, &refusal{Reason: "the host told only a part of the history"}
	}
	c.host.Changes.Branch = page.Repository.Branch.Name
	return history.Nodes, history.Page, nil
}

// signed is a signature as the host judged it.
type signed struct {
	Kind   string `json:"__typename"`
	State  string `json:"state"`
	ByHost *bool  `json:"wasSignedByGitHub"`
	Signer *struct {
		Login string `json:"login"`
	} `json:"signer"`
	KeyID       string `json:"keyId"`
	Fingerprint string `json:"keyFingerprint"`
}

// change says one commit in our words, without its pull request.
func (e *toldEntry) change(refused bool) (evidence.Change, *signed) {
	one := evidence.Change{
		Commit: e.SHA, At: e.At, Authors: e.Authors.people(), Committer: e.Committer.person(), Merge: e.Parents.Total > 1,
	}
	if e.Web != nil {
		one.Web = evidence.Known(*e.Web)
	}
	var s *signed
	if json.Unmarshal(e.Signature, &s) != nil || s == nil {
		if !refused && string(e.Signature) == "null" {
			one.Signed, one.ByHost = "UNSIGNED", evidence.No
		}
		return one, nil
	}
	one.Signed, one.Key = s.State, keyName(s.KeyID, s.Fingerprint)
	if s.ByHost != nil {
		one.ByHost = evidence.Known(*s.ByHost)
	}
	return one, s
}

// keyName writes the key of a signature as our own reader of signatures does: SHA256:...
// for SSH, lower case hex for OpenPGP.
func keyName(id, fingerprint string) string {
	if fingerprint != "" {
		return "SHA256:" + strings.TrimRight(strings.TrimPrefix(fingerprint, "SHA256:"), "=")
	}
	return strings.ToLower(strings.TrimPrefix(id, "0x"))
}
