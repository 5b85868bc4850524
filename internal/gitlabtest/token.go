package gitlabtest

import (
	"fmt"
	"slices"
)

// Kind is a kind of token.
type Kind int

// The kinds.
const (
	Personal Kind = iota // of an account: its roles, as far as the scopes go
	ProjectToken
	GroupToken
	Job  // CI_JOB_TOKEN
	None // no token at all
)

// account is who asks.
type account struct {
	kind    Kind
	name    string
	scopes  []string
	project string // of a project token
	group   string // of a group token
	level   int    // of a project or group token
	admin   bool
	dead    bool
}

// Option changes a token.
type Option func(*account)

// As makes it the token of an account.
func As(name string) Option { return func(a *account) { a.name = name } }

// Scopes are api, read_api, read_user, ...
func Scopes(scopes ...string) Option { return func(a *account) { a.scopes = scopes } }

// Level is the role of a project's or group's token.
func Level(role int) Option { return func(a *account) { a.level = role } }

// Admin makes it the token of an administrator.
func Admin() Option { return func(a *account) { a.admin = true } }

// Of names the project or the group of the token.
func Of(path string) Option {
	return func(a *account) { a.project, a.group = path, path }
}

// Expired tokens are taken for nothing.
func Expired() Option { return func(a *account) { a.dead = true } }

// Token issues a token. A personal one is ada's with read_api, the others are a
// Maintainer of the first project or group.
func (s *Server) Token(kind Kind, options ...Option) string {
	if kind == None {
		return ""
	}
	a := &account{kind: kind, name: "ada", scopes: []string{"read_api"}, level: Maintainer}
	if len(s.world.Projects) > 0 {
		a.project = s.world.Projects[0].Path
	}
	if len(s.world.Groups) > 0 {
		a.group = s.world.Groups[0].Path
	}
	for _, change := range options {
		change(a)
	}
	switch kind {
	case ProjectToken:
		a.name, a.group = "project_1_bot_0123456789abcdef", ""
	case GroupToken:
		a.name, a.project = "group_1_bot_0123456789abcdef", ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	prefix := "glpat-"
	if kind == Job {
		prefix = "glcbt-"
	}
	value := fmt.Sprintf("%sTESTTOKEN%07d", prefix, len(s.accounts)+1)
	s.accounts[value] = a
	return value
}

// Expire ends a token in the middle of a scan.
func (s *Server) Expire(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.accounts[token]; a != nil {
		a.dead = true
	}
}

// reads says whether the scopes let the token read the API.
func (a *account) reads() bool {
	return a.kind == Job || slices.Contains(a.scopes, "api") || slices.Contains(a.scopes, "read_api")
}

// role is what the account may do in a project.
func (s *Server) role(a *account, p *Project) int {
	if a == nil {
		return 0
	}
	level := 0
	switch {
	case a.admin:
		return Owner
	case a.kind == ProjectToken && a.project == p.Path:
		return a.level
	case a.kind == GroupToken && within(p.Path, a.group):
		return a.level
	case a.kind == Job && a.project == p.Path:
		return Developer // of whoever started the job
	case a.kind != Personal:
		return 0
	case a.name == p.Person:
		return Owner
	}
	level = levelIn(p.Members, a.name)
	for i := range s.world.Groups {
		if g := &s.world.Groups[i]; within(p.Path, g.Path) {
			level = max(level, levelIn(g.Members, a.name))
		}
	}
	return level
}

// groupRole is what the account may do in a group.
func (s *Server) groupRole(a *account, group *Group) int {
	switch {
	case a == nil:
		return 0
	case a.admin:
		return Owner
	case a.kind == GroupToken && (a.group == group.Path || within(group.Path, a.group)):
		return a.level
	case a.kind != Personal:
		return 0
	}
	level := 0
	for i := range s.world.Groups {
		if g := &s.world.Groups[i]; g.Path == group.Path || within(group.Path, g.Path) {
			level = max(level, levelIn(g.Members, a.name))
		}
	}
	return level
}

func levelIn(members []Member, name string) int {
	level := 0
	for _, m := range members {
		if m.Name == name {
			level = max(level, m.Level)
		}
	}
	return level
}

func within(path, group string) bool {
	return group != "" && len(path) > len(group) && path[:len(group)] == group && path[len(group)] == '/'
}
