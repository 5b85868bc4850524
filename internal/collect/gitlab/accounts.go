package gitlab

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	api "gitlab.com/gitlab-org/api/client-go"
)

// accountsQuery asks for the accounts behind the commits of merge requests: REST has
// only their addresses, which do not tell whether the approver made them.
const accountsQuery = `query($path: ID!, $iids: [String!]) {
  project(fullPath: $path) {
    mergeRequests(iids: $iids) {
      nodes { iid commits(first: 100) { nodes { authorEmail author { username } } } }
    }
  }
}`

// accountsAtOnce is how many merge requests one query asks about; the host bounds what
// a query may cost.
const accountsAtOnce = 10

type accountsAnswer struct {
	Data struct {
		Project *struct {
			MergeRequests struct {
				Nodes []struct {
					Commits struct {
						Nodes []struct {
							Email  string   `json:"authorEmail"`
							Author *account `json:"author"`
						} `json:"nodes"`
					} `json:"commits"`
				} `json:"nodes"`
			} `json:"mergeRequests"`
		} `json:"project"`
	} `json:"data"`
	Errors []struct {
		Message string `json:"message"`
	} `json:"errors"`
}

// accountsOf learns which account an address is of. What it does not learn stays an
// address, and the changes with it unclear; an error costs nothing else.
func (c *collection) accountsOf(ctx context.Context, requests []int) error {
	if c.kind == Job && c.repo.ID == 0 {
		return nil // a private project: GraphQL takes no job token
	}
	for len(requests) > 0 {
		if err := c.ended(); err != nil {
			return err
		}
		batch := requests[:min(len(requests), accountsAtOnce)]
		requests = requests[len(batch):]
		var iids []string
		for _, n := range batch {
			iids = append(iids, strconv.Itoa(n))
		}
		told, err := c.graphQL(ctx, map[string]any{"path": c.host.Name, "iids": iids})
		if err != nil {
			return c.ended()
		}
		c.learn(told)
	}
	return nil
}

// ended is why nothing more is asked, nil where the scan goes on.
func (c *client) ended() error {
	if c.failure != nil {
		return c.failure
	}
	return nil
}

// graphQL asks the address beside REST's: the library's own forgets that an instance may
// live below a path.
func (c *collection) graphQL(ctx context.Context, variables map[string]any) (told accountsAnswer, err error) {
	query := api.GraphQLQuery{Query: accountsQuery, Variables: variables}
	request, err := c.api.NewRequest(http.MethodPost, "", query, []api.RequestOptionFunc{api.WithContext(ctx)})
	if err != nil {
		return told, err
	}
	request.URL.Path, request.URL.RawPath = strings.TrimSuffix(c.base.Path, "v4/")+"graphql", ""
	if _, err := c.api.Do(request, &told); err != nil {
		return told, c.told(ctx, err)
	}
	return told, nil
}

func (c *collection) learn(told accountsAnswer) {
	if told.Data.Project == nil {
		return
	}
	for _, r := range told.Data.Project.MergeRequests.Nodes {
		for _, one := range r.Commits.Nodes {
			if one.Author != nil && one.Author.Name != "" && one.Email != "" {
				c.accounts[strings.ToLower(one.Email)] = one.Author.Name
			}
		}
	}
}
