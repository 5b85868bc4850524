package gitlab

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/sealvet/sealvet/internal/evidence"
)

// missing notes fields of a branch that a role would show.
func (c *collection) missing(what string, takes need, fields ...string) {
	for _, field := range fields {
		if !c.noted(what + "/" + field) {
			c.note(what+"/"+field, "the settings of branches are told to who has the "+takes.role, takes.unlock())
		}
	}
}

func (c *collection) noted(what string) bool {
	return slices.ContainsFunc(c.host.Unseen, func(u evidence.Unseen) bool { return u.What == what })
}

// unbound is a branch that nothing protects: every Developer pushes, rewrites and deletes.
func unbound(b *evidence.Branch) {
	none := 0
	b.Approvals = &none
	b.PullRequest, b.DismissStale, b.LastPush, b.CodeOwners = evidence.No, evidence.No, evidence.No, evidence.No
	b.StatusChecks, b.Strict, b.Linear = evidence.No, evidence.No, evidence.No
	b.ForcePushBlocked, b.DeletionBlocked = evidence.No, evidence.No
	b.BypassSeen = evidence.Yes
}

// protect merges the protections of a branch as the host does: the most permissive one
// decides who pushes, and how; the strictest whether code owners must approve.
func (c *collection) protect(b *evidence.Branch, binding []protection) {
	what := "branches/" + b.Name
	if !c.protectSeen {
		c.missing(what, maintainer, "bypass", "pullRequest", "forcePushBlocked", "codeOwners")
		return
	}
	b.BypassSeen, b.ForcePushBlocked = evidence.Yes, evidence.Yes
	for _, p := range binding {
		source := "protected branch " + p.Name
		b.Sources = append(b.Sources, source)
		for _, e := range p.Push {
			if one, may := e.bypass("push access of " + source); may {
				b.Bypass = append(b.Bypass, one)
			}
		}
		b.CodeOwners = orAnswer(b.CodeOwners, answerOf(p.CodeOwners))
	}
	slices.SortFunc(b.Bypass, func(x, y evidence.Bypass) int {
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Name, y.Name), cmp.Compare(x.Source, y.Source))
	})
	b.Bypass = slices.Compact(b.Bypass)
	slices.Sort(b.Sources)
	b.PullRequest = evidence.Known(len(b.Bypass) == 0)
	if len(b.Bypass) > 0 { // force pushes are for those who may push
		b.ForcePushBlocked = evidence.Yes
		for _, p := range binding {
			switch answerOf(p.ForcePush) {
			case evidence.Yes:
				b.ForcePushBlocked = evidence.No
			case evidence.Unknown:
				if b.ForcePushBlocked == evidence.Yes {
					b.ForcePushBlocked = evidence.Unknown
				}
			case evidence.No:
			}
		}
	}
	if b.CodeOwners == evidence.Unknown {
		c.note(what+"/codeOwners", "the answer leaves it out: it takes "+premium.plan, premium.plan)
	}
}

// orAnswer is Yes where one of them is, and No where one is known and none Yes.
func orAnswer(a, b evidence.Answer) evidence.Answer {
	switch {
	case a == evidence.Yes || b == evidence.Yes:
		return evidence.Yes
	case a == evidence.No || b == evidence.No:
		return evidence.No
	}
	return evidence.Unknown
}

// bypass says who may push, and so past all that binds merge requests.
func (e entry) bypass(source string) (evidence.Bypass, bool) {
	one := evidence.Bypass{Source: source, Mode: "always"}
	switch {
	case e.Key != nil:
		one.Kind, one.Name = "deploy-key", cmp.Or(short(e.Called), id(*e.Key))
	case e.User != nil:
		one.Kind, one.Name = "user", cmp.Or(short(e.Called), id(*e.User))
	case e.Group != nil:
		one.Kind, one.Name = "team", cmp.Or(short(e.Called), id(*e.Group))
	case e.Level == nil:
		one.Kind, one.Name = "role", cmp.Or(short(e.Called), "that is not known")
	case *e.Level == 0:
		return one, false // nobody
	default:
		one.Kind, one.Name = "role", roleName(*e.Level)
	}
	return one, true
}

func roleName(level int) string {
	switch level {
	case 30:
		return developers
	case 40:
		return "Maintainer"
	case 50:
		return "Owner"
	case 60:
		return "Administrator"
	}
	return fmt.Sprintf("of level %d", level)
}

// developers is the role from which on everybody may write.
const developers = "Developer"

// anyWriter says whether everybody who may write may push to a protected branch, by
// its protections or else by what everybody is told of the branch.
func anyWriter(b *evidence.Branch, shown *branchAnswer) evidence.Answer {
	switch {
	case b.BypassSeen == evidence.Yes:
		return evidence.Known(slices.ContainsFunc(b.Bypass, func(one evidence.Bypass) bool { return one.Kind == "role" && one.Name == developers }))
	case shown != nil:
		return answerOf(shown.DevelopersPush)
	}
	return evidence.Unknown
}

// refusedBy is the refusal in an error, nil where it is none.
func refusedBy(err error) *refusal {
	var no *refusal
	if errors.As(err, &no) {
		return no
	}
	return nil
}
