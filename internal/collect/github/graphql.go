package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/collect/web"
)

// errHeavy is a query that the host gave up on for its size. Asked again for less it
// may pass: see halve.
var errHeavy = errors.New("the host gave up on the size of the query")

// fieldError is the refusal of one field of a query that was answered otherwise.
type fieldError struct {
	Path    []string // names and indices
	Type    string   // FORBIDDEN, NOT_FOUND, ...
	Message string
}

// reply is what GraphQL answers, always with status 200.
type reply struct {
	Data   json.RawMessage `json:"data"`
	Errors []struct {
		Type       string `json:"type"`
		Path       []any  `json:"path"`
		Message    string `json:"message"`
		Extensions struct {
			Code string `json:"code"`
		} `json:"extensions"`
	} `json:"errors"`
}

// query asks GraphQL by a plain document. The data is decoded as far as it came; the
// fields that were refused are told by their paths. A document names rateLimit{cost},
// which is counted.
func (c *client) query(ctx context.Context, document string, variables map[string]any, into any) ([]fieldError, error) {
	body := map[string]any{"query": document, "variables": variables}
	for try := 1; ; try++ {
		var r reply
		a, err := c.call(ctx, http.MethodPost, c.graph, body, &r)
		if err != nil {
			return nil, weighed(err)
		}
		c.countPoints(r.Data)
		refused := r.fields()
		switch {
		case r.has("RATE_LIMITED"):
			if err := c.ration(ctx, a.Header, try); err != nil {
				return nil, err
			}
			continue
		case r.tooLarge():
			return nil, errHeavy
		case len(r.Data) == 0 || string(r.Data) == "null":
			return refused, r.nothing()
		}
		if err := json.Unmarshal(r.Data, into); err != nil {
			return refused, &outage{fmt.Errorf("GraphQL of %s answered something else than it should: %w", c.api.Host, err)}
		}
		return refused, nil
	}
}

// weighed makes the statuses of a query that took too long to errHeavy.
func weighed(err error) error {
	var gone *outage
	var status *web.Status
	if errors.As(err, &gone) && errors.As(gone.err, &status) && (status.Code == http.StatusBadGateway || status.Code == http.StatusGatewayTimeout) {
		return errHeavy
	}
	return err
}

// ration waits for the limit of points, which comes as an error in an answer of 200.
func (c *client) ration(ctx context.Context, header http.Header, try int) error {
	pause, said := c.asks(&http.Response{Header: header}, try)
	reason := c.api.Host + " " + said + " (GraphQL)"
	if try >= maxTries {
		return c.stop(&Unfinished{Reason: reason, Advice: c.relief()})
	}
	return c.wait(ctx, pause, reason)
}

func (r *reply) has(kind string) bool {
	for _, e := range r.Errors {
		if e.Type == kind || e.Extensions.Code == kind {
			return true
		}
	}
	return false
}

// tooLarge knows a query that was cut for its resources; its data is partial
// without saying where.
func (r *reply) tooLarge() bool {
	for _, e := range r.Errors {
		text := strings.ToLower(e.Message)
		if e.Type == "RESOURCE_LIMITS_EXCEEDED" || strings.Contains(text, "resource limits") || strings.Contains(text, "something went wrong while executing your query") {
			return true
		}
	}
	return false
}

func (r *reply) fields() []fieldError {
	var all []fieldError
	for i, e := range r.Errors {
		if i == 200 {
			break // a field for each is known by then
		}
		one := fieldError{Type: short(e.Type), Message: short(e.Message)}
		for _, step := range e.Path {
			switch step := step.(type) {
			case string:
				one.Path = append(one.Path, short(step))
			case float64:
				one.Path = append(one.Path, strconv.Itoa(int(step)))
			}
		}
		all = append(all, one)
	}
	return all
}

// nothing is the error of an answer without data.
func (r *reply) nothing() error {
	said := "it answered nothing"
	if len(r.Errors) > 0 {
		said = short(r.Errors[0].Message)
	}
	return &refusal{Status: http.StatusOK, Reason: "GraphQL of the host did not answer: " + said}
}

func (c *client) countPoints(data json.RawMessage) {
	var counted struct {
		RateLimit struct {
			Cost int `json:"cost"`
		} `json:"rateLimit"`
	}
	if json.Unmarshal(data, &counted) != nil {
		return // no object; whoever asked will say so
	}
	c.mu.Lock()
	c.cost.Points += max(counted.RateLimit.Cost, 0)
	c.mu.Unlock()
}

// halve asks for so many things at once, and for half of them as long as the host
// gives up.
func (c *client) halve(size int, ask func(size int) error) error {
	for {
		err := ask(size)
		if !errors.Is(err, errHeavy) {
			return err
		}
		if size <= 1 {
			return &outage{fmt.Errorf("GraphQL of %s: %w, even of the smallest one", c.api.Host, errHeavy)}
		}
		size /= 2
		c.options.Waiting(fmt.Sprintf("%s gave up on a query; asking for %d at a time", c.api.Host, size))
	}
}

// refusedAt finds the refusal of a field, by the end of its path, whatever stands
// before.
func refusedAt(refused []fieldError, end ...string) (fieldError, bool) {
	for _, one := range refused {
		if len(one.Path) < len(end) {
			continue // of something above
		}
		tail := one.Path[len(one.Path)-len(end):]
		same := true
		for i := range end {
			same = same && tail[i] == end[i]
		}
		if same {
			return one, true
		}
	}
	return fieldError{}, false
}
