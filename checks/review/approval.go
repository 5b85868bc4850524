package review

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// judgeRequest asks whether enough people approved what was merged who had no hand in it.
func judgeRequest(c *evidence.Change, sample []evidence.Change, s evidence.ReviewSettings) change {
	r := c.Request
	result := change{name: fmt.Sprintf("#%d", r.Number), path: fmt.Sprintf("changes/%d", r.Number)}
	hands := handsOf(c, sample)
	if hands.trusted(s.Bots) && r.ContributorsSeen == evidence.Yes {
		result.grade = excused
		return result
	}
	final, earlier, doubtful := approvals(r, hands)
	wanted := s.Wanted()
	switch {
	case r.ReviewsSeen != evidence.Yes:
		result.grade, result.reason, result.unlock = unclear, "not all of its reviews were told", readsReviews
	case final+earlier+len(doubtful) < wanted:
		result.grade = unapproved // nobody who is not seen could change that
	case r.ContributorsSeen != evidence.Yes:
		result.grade, result.reason, result.unlock = unclear, "not everybody who made its commits was told", readsReviews
	case hands.nameless:
		result.grade, result.reason = unclear, "a commit of it names an address without an account, which may be that of who approved"
	case final >= wanted:
		result.grade = approved
	case len(doubtful) > 0:
		result.grade, result.reason, result.unlock = unclear, doubtful[0], readsReviews
	default:
		result.grade = late
	}
	return result
}

// approvals counts who approved at the end and who did before: people who had no hand in
// the change and may write, by the last opinion of each. What is doubtful may be either.
func approvals(r *evidence.PullRequest, hands hands) (final, earlier int, doubtful []string) {
	last := make(map[string]*evidence.Review)
	var order []string
	for i := range r.Reviews {
		review := &r.Reviews[i]
		login := strings.ToLower(review.By.Login)
		opinion := review.State == "APPROVED" || review.State == "CHANGES_REQUESTED" || review.State == "DISMISSED"
		after := !r.MergedAt.IsZero() && review.At.After(r.MergedAt)
		if !opinion || after || login == "" || isRobot(review.By) || hands.logins[login] {
			continue // a comment takes no opinion back, and after the merge none counts
		}
		if last[login] == nil {
			order = append(order, login)
		}
		last[login] = review
	}
	for _, login := range order {
		review := last[login]
		if review.State != "APPROVED" {
			continue
		}
		switch review.CanPush {
		case evidence.No:
			// anybody may say so of a public repository
		case evidence.Unknown:
			doubtful = append(doubtful, "whether its approver may write to the repository was not told")
		case evidence.Yes:
			switch {
			case review.Commit == "" || r.Head == "":
				doubtful = append(doubtful, "which commit was approved was not told")
			case review.Commit == r.Head:
				final++
			default:
				earlier++
			}
		}
	}
	return final, earlier, doubtful
}

// hands are all who had a hand in a change.
type hands struct {
	logins   map[string]bool // lower case
	people   []evidence.Person
	nameless bool // somebody's account is not known
}

// handsOf gathers the author, whoever made its commits and whoever pushed last. The
// author of a merge commit only merged; that of any other may have written it.
func handsOf(c *evidence.Change, sample []evidence.Change) hands {
	r := c.Request
	people := append([]evidence.Person{r.Author, r.LastPusher}, r.Contributors...)
	if !c.Merge {
		people = append(people, c.Authors...)
	}
	h := hands{logins: make(map[string]bool)}
	for _, p := range people {
		switch login := loginOf(p, sample); {
		case login != "":
			p.Login = login
			h.logins[strings.ToLower(login)] = true
			h.people = append(h.people, p)
		case p.Email != "" && !ofHost(p.Email):
			h.people = append(h.people, p)
			h.nameless = true
		}
	}
	return h
}

// trusted tells that only bots had a hand in it whose changes need no approval.
func (h hands) trusted(bots []string) bool {
	return len(h.people) > 0 && !slices.ContainsFunc(h.people, func(p evidence.Person) bool {
		return !isRobot(p) || !listed(bots, p.Login)
	})
}

// loginOf is the account of a person: as the host says, or as an address of the host's own
// spells it, or as the same address has it elsewhere in the sample.
func loginOf(p evidence.Person, sample []evidence.Change) string {
	if p.Login != "" || p.Email == "" {
		return p.Login
	}
	if local, of := strings.CutSuffix(strings.ToLower(p.Email), "@users.noreply.github.com"); of {
		_, login, numbered := strings.Cut(local, "+")
		if numbered {
			return login
		}
		return local
	}
	for i := range sample {
		for _, other := range sample[i].Authors {
			if other.Login != "" && strings.EqualFold(other.Email, p.Email) {
				return other.Login
			}
		}
	}
	return ""
}

// ofHost tells the address that the host itself commits with.
func ofHost(email string) bool { return strings.EqualFold(email, "noreply@github.com") }

// isRobot tells an account of an app, by the host's word or by its name.
func isRobot(p evidence.Person) bool {
	return p.Bot || strings.HasSuffix(p.Login, "[bot]")
}
