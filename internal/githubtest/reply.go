package githubtest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// refuse answers that it does not answer.
func (c *call) refuse(no *refusal) {
	c.oauthHeaders()
	for name, value := range no.headers {
		c.w.Header().Set(name, value)
	}
	writeRefusal(c.w, no)
}

func writeRefusal(w http.ResponseWriter, no *refusal) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	body := map[string]any{
		"message": no.message, "documentation_url": "https://docs.github.com/rest", "status": strconv.Itoa(no.status),
	}
	if no.errors != nil {
		body["errors"] = no.errors
	}
	if address := no.headers["Location"]; address != "" {
		body = map[string]any{"message": no.message, "url": address, "documentation_url": "https://docs.github.com/rest"}
	}
	w.WriteHeader(no.status)
	_ = json.NewEncoder(w).Encode(body)
}

// oauthHeaders tell the scopes of a classic token, and what the route wants of each
// kind, whether the token has it or not.
func (c *call) oauthHeaders() {
	if c.grant.bears() && c.route.need.permission != "" {
		c.w.Header().Set("X-Accepted-GitHub-Permissions", accepted(c.route.need.permission))
	}
	if c.grant.Kind == Classic {
		c.w.Header().Set("X-OAuth-Scopes", strings.Join(c.grant.Scopes, ", "))
		c.w.Header().Set("X-Accepted-OAuth-Scopes", strings.Join(c.route.need.scopes, ", "))
	}
}

// reply completes an answer, holds it against the description and sends it, or 304
// where the caller has it.
func (c *call) reply(answer any) {
	c.oauthHeaders()
	c.w.Header().Set("X-GitHub-Media-Type", "github.v3; format=json")
	c.w.Header().Set("X-GitHub-Api-Version-Selected", "2022-11-28")
	if answer == nil {
		c.w.WriteHeader(c.status)
		return
	}
	raw, err := json.Marshal(answer)
	if err != nil {
		c.s.t.Errorf("githubtest: %s: %v", c.route.name(), err)
	}
	var value any
	_ = json.Unmarshal(raw, &value)
	if schema := replySchema(c.route.method, c.route.path, c.status); schema != nil {
		value = c.s.fill(schema, value)
		if err := schema.VisitJSON(value, openapi3.MultiErrors()); err != nil && !c.loose {
			c.s.t.Errorf("githubtest: the reply of %s is not as GitHub describes it: %v", c.route.name(), err)
		}
	} else {
		c.s.t.Errorf("githubtest: %s has no described reply %d", c.route.name(), c.status)
	}
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value)
	c.send(bytes.TrimSuffix(body.Bytes(), []byte("\n")))
}

func (c *call) send(body []byte) {
	header := c.w.Header()
	header.Set("Content-Type", "application/json; charset=utf-8")
	header.Set("Vary", "Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept, X-Requested-With")
	if c.r.Method == http.MethodGet {
		tag := ETag(c.r.Header, body)
		header.Set("ETag", `W/"`+tag+`"`)
		header.Set("Cache-Control", "private, max-age=60, s-maxage=60")
		if strings.Contains(c.r.Header.Get("If-None-Match"), tag) {
			c.w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	c.w.WriteHeader(c.status)
	_, _ = c.w.Write(body)
}

// ETag is GitHub's: a hash over the headers that the answer may depend on, those of
// them that are there, and the body. So the same body has another ETag for every
// token. Observed by many, documented nowhere.
func ETag(request http.Header, body []byte) string {
	sum := sha256.New()
	for _, name := range []string{"Accept", "Authorization", "Cookie"} {
		if value := request.Get(name); value != "" {
			sum.Write([]byte(value + ":"))
		}
	}
	sum.Write(body)
	return hex.EncodeToString(sum.Sum(nil))
}

// page cuts a list as the query asks and says in Link where the others are, by the
// id of the repository as GitHub does.
func page[T any](c *call, all []T) []T {
	size, number := 30, 1
	if n, err := strconv.Atoi(c.query("per_page")); err == nil && n > 0 {
		size = min(n, 100)
	}
	if n, err := strconv.Atoi(c.query("page")); err == nil && n > 0 {
		number = n
	}
	start, end := min((number-1)*size, len(all)), min(number*size, len(all))
	last := max((len(all)+size-1)/size, 1)
	var links []string
	link := func(relation string, number int) {
		query := c.r.URL.Query()
		query.Set("page", strconv.Itoa(number))
		links = append(links, fmt.Sprintf(`<%s%s?%s>; rel=%q`, c.s.URL, c.pathByID(), query.Encode(), relation))
	}
	if number > 1 {
		link("prev", number-1)
	}
	if end < len(all) {
		link("next", number+1)
		link("last", last)
	}
	if number > 1 {
		link("first", 1)
	}
	if len(links) > 0 {
		c.w.Header().Set("Link", strings.Join(links, ", "))
	}
	if all[start:end] == nil {
		return []T{}
	}
	return all[start:end]
}

func (c *call) pathByID() string {
	path := c.r.URL.EscapedPath()
	if c.repo == nil {
		return path
	}
	return strings.Replace(path, "/repos/"+c.arg("owner")+"/"+c.arg("repo"), fmt.Sprintf("/repositories/%d", c.repo.ID), 1)
}

// counted is a page of a list that is wrapped with its length.
func counted[T any](c *call, name string, all []T) any {
	return map[string]any{"total_count": len(all), name: page(c, all)}
}
