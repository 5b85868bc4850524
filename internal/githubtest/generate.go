package githubtest

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// generator draws an organisation. The same seed draws the same.
type generator struct {
	*rand.Rand
	organisation string
	people       []string
}

// Generate makes an organisation with repositories of all sorts, good and bad: to try
// a scan on, or to load a client. The first repository is protected well, the second
// not at all, the others as it falls.
func Generate(organisation string, repositories int, seed uint64) World {
	return GenerateCrowd(organisation, 5, repositories, seed)
}

// GenerateCrowd is Generate with as many people as wanted, who all make changes.
func GenerateCrowd(organisation string, people, repositories int, seed uint64) World {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 17)), organisation: organisation, people: []string{"ada", "bob", "cy", "dora", "eli"}}
	for i := len(g.people); i < people; i++ {
		g.people = append(g.people, fmt.Sprintf("dev-%02d", i+1))
	}
	o := Organisation{
		Login: organisation, RequireMFA: g.often(60), Outside: []Member{{Login: "guest", MFA: g.mfa()}},
		Actions: g.actions(), Secrets: g.secrets("ORG"), Hooks: g.hooks(), NoDeployKeys: g.often(30), RunnerGroups: []RunnerGroup{{Name: "Default", Default: true, Public: g.often(30)}},
	}
	for i, name := range g.people {
		o.Members = append(o.Members, Member{Login: name, Owner: i < 2, MFA: g.mfa()})
	}
	if g.often(50) {
		o.Rulesets = []Ruleset{{Name: "baseline", Rules: Rules("non_fast_forward", "deletion"), Bypass: []BypassActor{{Type: "OrganizationAdmin"}}}}
	}
	world := World{Organisations: []Organisation{o}, Apps: []App{{ID: 7, Slug: "auditor", Account: organisation, Permissions: []string{"administration:read", "contents:read", "pull_requests:read", "actions:read", "secrets:read"}}}}
	for _, name := range g.people {
		world.Users = append(world.Users, User{Login: name, SigningKeys: []Key{{Key: "ssh-ed25519 AAAA" + name, Title: "laptop", Created: g.past(2000)}}})
	}
	for i := range repositories {
		world.Repositories = append(world.Repositories, g.repository(i))
	}
	world.Repositories = append(world.Repositories, actionRepository("actions", "checkout"), actionRepository("actions", "setup-go"))
	return world
}

func (g *generator) often(percent int) bool { return g.IntN(100) < percent }

func (g *generator) somebody() string { return g.people[g.IntN(len(g.people))] }

func (g *generator) past(days int) time.Time { return epoch.AddDate(0, 0, -1-g.IntN(days)) }

func (g *generator) mfa() MFA {
	return []MFA{SecureMFA, SecureMFA, SecureMFA, InsecureMFA, NoMFA}[g.IntN(5)]
}

func (g *generator) actions() Actions {
	a := Actions{WriteToken: g.often(40), MayApprove: g.often(30), SHAPinning: g.often(40)}
	if g.often(50) {
		a.Allowed, a.GitHubAllowed, a.Patterns = "selected", true, []string{g.organisation + "/*"}
	}
	return a
}

func (g *generator) secrets(prefix string) []Secret {
	var all []Secret
	for i := range g.IntN(3) {
		created := g.past(1500)
		all = append(all, Secret{Name: fmt.Sprintf("%s_TOKEN_%d", prefix, i), Created: created, Updated: created})
	}
	return all
}

func (g *generator) hooks() []Hook {
	var all []Hook
	for range g.IntN(2) {
		all = append(all, Hook{URL: "https://hooks.example.com/in", Secret: g.often(60), Insecure: g.often(20)})
	}
	return all
}

func (g *generator) repository(index int) Repository {
	r := Repository{Owner: g.organisation, Name: fmt.Sprintf("server-%02d", index+1), Files: map[string]string{
		"README.md": "# A server\n", "go.mod": "module example.com/server\n\ngo 1.26\n", "main.go": "package main\n\nfunc main() {}\n",
		".github/CODEOWNERS":       "* @" + g.organisation + "/core\n",
		".github/workflows/ci.yml": "on: push\npermissions:\n  contents: read\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: go test ./...\n",
	}}
	switch {
	case index == 0:
		g.protectWell(&r)
	case index > 1:
		g.protectSomehow(&r)
	}
	if index > 1 && g.often(30) {
		r.Visibility = "private"
	}
	for range 5 + g.IntN(20) + 3*(len(g.people)-5) {
		g.change(&r, index == 0)
	}
	r.Security = Security{SecretScanning: index == 0 || g.often(50), PushProtection: index == 0 || g.often(40), Alerts: index == 0 || g.often(60), PrivateReports: index == 0 || g.often(50), Policy: index == 0 || g.often(60)}
	if index == 0 {
		return r
	}
	r.Actions, r.Secrets, r.Hooks = g.actions(), g.secrets("REPO"), g.hooks()
	if g.often(40) {
		r.DeployKeys = []DeployKey{{Title: "deploy", CanWrite: g.often(50), Created: g.past(1500), AddedBy: g.somebody()}}
	}
	g.release(&r)
	return r
}

func (g *generator) protectWell(r *Repository) {
	r.Rulesets = []Ruleset{
		{Name: "main", Rules: append(Rules("non_fast_forward", "deletion", "required_signatures"), ReviewRule(2, "dismiss_stale_reviews_on_push", true, "require_last_push_approval", true), StatusRule(true, "test"))},
		{Name: "tags", Target: "tag", Rules: Rules("update", "deletion", "non_fast_forward")},
	}
	r.Actions = Actions{SHAPinning: true, Allowed: "selected", GitHubAllowed: true, ForkApproval: "all_external_contributors"}
	r.Environments = []Environment{{Name: "release", Reviewers: []string{"ada", "bob"}, PreventSelfReview: true, NoAdminBypass: true, ProtectedBranches: true}}
	r.Releases = []Release{{Tag: "v1.0.0", Immutable: true, Assets: []Asset{{Name: "server.tar.gz"}}}}
	r.Security.ImmutableReleases = true
}

func (g *generator) protectSomehow(r *Repository) {
	approvals := g.IntN(3)
	switch g.IntN(4) {
	case 0:
		r.Protection = map[string]*Protection{"main": {Approvals: &approvals, DismissStale: g.often(50), Admins: g.often(50), AllowForcePush: g.often(20)}}
	case 1:
		enforcement := []string{"active", "evaluate", "disabled"}[g.IntN(3)]
		r.Rulesets = []Ruleset{{Name: "main", Enforcement: enforcement, Rules: append(Rules("deletion"), ReviewRule(approvals)), Bypass: []BypassActor{{Type: "RepositoryRole", ID: 5, Mode: "always"}}}}
	case 2:
		r.Protection = map[string]*Protection{"main": {Approvals: &approvals}}
		r.Rulesets = []Ruleset{{Name: "signed", Rules: Rules("required_signatures", "non_fast_forward")}}
	}
}

// change is a reviewed pull request, or as it falls one without a review or a direct
// push.
func (g *generator) change(r *Repository, reviewed bool) {
	author := g.somebody()
	if !reviewed && g.often(25) {
		c := Commit{Author: Person{Login: author}}
		if g.often(40) {
			c.Signature = &Signature{Kind: "ssh", Fingerprint: "key-of-" + author, Signer: author}
		}
		r.Push(c)
		return
	}
	p := PullRequest{Author: author, MergedBy: g.somebody()}
	for _, by := range g.people[:5] {
		if by != author && (reviewed || g.often(25)) {
			p.Reviews = append(p.Reviews, Review{By: by})
		}
	}
	r.Merge(p)
}

func (g *generator) release(r *Repository) {
	for i := range g.IntN(3) {
		one := Release{Tag: fmt.Sprintf("v0.%d.0", 3-i), Author: g.somebody(), Immutable: g.often(30), Published: g.past(300)}
		asset := Asset{Name: "server.tar.gz"}
		if g.often(20) {
			asset.Updated = one.Published.AddDate(0, 0, 3)
		}
		one.Assets = []Asset{asset}
		r.Releases = append(r.Releases, one)
	}
	if g.often(50) {
		r.Environments = []Environment{{Name: "publish", Reviewers: []string{g.somebody()}, PreventSelfReview: g.often(50), Secrets: g.secrets("PUBLISH")}}
	}
}

func actionRepository(owner, name string) Repository {
	return Repository{Owner: owner, Name: name, Tags: []Tag{{Name: "v4"}, {Name: "v4.2.0", Annotated: true}}, Strays: []string{SHA("of a fork of " + name)}}
}
