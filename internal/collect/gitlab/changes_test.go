package gitlab

import (
	"fmt"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	lab "github.com/sealvet/sealvet/internal/gitlabtest"
)

// history is a project with some commits, newest first, and what brought them.
func history(commits []lab.Commit, requests ...lab.MergeRequest) lab.World {
	w := guarded(lab.Premium)
	for i := range commits {
		commits[i].ID = lab.SHA(commits[i].Message)
		if commits[i].Author == "" {
			commits[i].Author = "ada@example.com"
		}
	}
	w.Projects[0].Commits, w.Projects[0].Requests = commits, requests
	return w
}

func TestHowACommitCame(t *testing.T) {
	for _, test := range []struct {
		name    string
		commits []lab.Commit
		request lab.MergeRequest
		want    int // number of the request of the newest commit; 0 is none
	}{
		{"by a merge commit", []lab.Commit{{Message: "m", Parents: 2}}, lab.MergeRequest{IID: 4, Merge: lab.SHA("m"), Head: lab.SHA("h")}, 4},
		{"squashed", []lab.Commit{{Message: "s"}}, lab.MergeRequest{IID: 4, Squash: lab.SHA("s"), Head: lab.SHA("h")}, 4},
		{"squashed and merged", []lab.Commit{{Message: "m", Parents: 2}}, lab.MergeRequest{IID: 4, Squash: lab.SHA("s"), Merge: lab.SHA("m")}, 4},
		{"fast forward", []lab.Commit{{Message: "h"}}, lab.MergeRequest{IID: 4, Head: lab.SHA("h")}, 4},
		{"fast forward, one of several", []lab.Commit{{Message: "1"}, {Message: "0"}}, lab.MergeRequest{IID: 4, Head: lab.SHA("2"), Commits: []lab.Commit{{ID: lab.SHA("1")}}}, 4},
		{"by a push", []lab.Commit{{Message: "p"}}, lab.MergeRequest{IID: 4, Head: lab.SHA("h")}, 0},
		{"by a request for another branch", []lab.Commit{{Message: "h"}}, lab.MergeRequest{IID: 4, Head: lab.SHA("h"), Target: "stable"}, 0},
		{"by a request that was never merged", []lab.Commit{{Message: "h"}}, lab.MergeRequest{IID: 4, Head: lab.SHA("h"), State: "closed"}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.request.Author, test.request.MergedAt = "ada", day(20)
			s := lab.Serve(t, history(test.commits, test.request))
			one := one(t, options(s, s.Token(lab.Personal))).Changes.Commits[0]
			got := 0
			if one.Request != nil {
				got = one.Request.Number
			}
			if got != test.want || one.RequestSeen != evidence.Yes {
				t.Errorf("request %d, want %d: %s", got, test.want, shown(t, one))
			}
		})
	}
}

func TestWhoMadeAChange(t *testing.T) {
	commits := []lab.Commit{{Message: "m", Parents: 2}}
	w := history(commits, lab.MergeRequest{
		IID: 4, Author: "project_7_bot_0a1b", Merge: lab.SHA("m"), Head: lab.SHA("h"), MergedAt: day(20), Commits: []lab.Commit{
			{ID: "h", Author: "bob@example.com", Committer: "noreply@127.0.0.1", Message: "x\n\nCo-authored-by: Cy <77-cy@users.noreply.127.0.0.1>\nCo-authored-by: nobody\n"},
			{ID: "g", Author: "who@example.com"},
		},
		Approvals: []lab.Approval{{By: "ada", At: day(19)}, {By: "stranger", At: day(18)}, {By: "guest", At: day(17)}},
	})
	w.Projects[0].Members = append(w.Projects[0].Members, lab.Member{Name: "guest", Level: lab.Guest})
	s := lab.Serve(t, w)
	r := one(t, options(s, s.Token(lab.Personal))).Changes.Commits[0].Request
	if !r.Author.Bot || len(r.Contributors) != 3 || r.Contributors[0] != (evidence.Person{Email: "who@example.com"}) || r.Contributors[1].Login != "bob" || r.Contributors[2].Login != "cy" {
		t.Errorf("people: %s", shown(t, r))
	}
	for i, want := range []evidence.Answer{evidence.No, evidence.Unknown, evidence.Yes} { // one who is no member today may have been
		if r.Reviews[i].CanPush != want {
			t.Errorf("review %d: %s", i, shown(t, r.Reviews[i]))
		}
	}
}

func TestTheSampleIsBounded(t *testing.T) {
	var commits []lab.Commit
	for i := range 60 {
		commits = append(commits, lab.Commit{Message: fmt.Sprint(i)})
	}
	s := lab.Serve(t, history(commits))
	h := one(t, options(s, s.Token(lab.Personal)))
	if len(h.Changes.Commits) != 30 || h.Changes.Whole != evidence.No || s.Requests() > 100 {
		t.Errorf("%d commits, whole %v, %d requests", len(h.Changes.Commits), h.Changes.Whole, s.Requests())
	}
}

func TestTwoFactorsAreInherited(t *testing.T) {
	for _, test := range []struct {
		name               string
		root, sub, private bool
		instance, admin    bool
		want               evidence.Answer
	}{
		{"of the group itself", false, true, false, false, false, evidence.Yes},
		{"of the group above", true, false, false, false, false, evidence.Yes},
		{"of none, and the instance does not tell", false, false, false, true, false, evidence.Unknown},
		{"of the instance", false, false, false, true, true, evidence.Yes},
		{"of nobody", false, false, false, false, true, evidence.No},
		{"of a group above that is hidden", true, false, true, false, false, evidence.Unknown},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := guarded(lab.Free)
			w.InstanceMFA = test.instance
			w.Groups = []lab.Group{{Path: "acme", RequireMFA: test.root, Private: test.private}, {Path: "acme/sub", RequireMFA: test.sub}}
			w.Projects[0].Path = "acme/sub/tool"
			s := lab.Serve(t, w)
			token := s.Token(lab.Personal)
			if test.admin {
				token = s.Token(lab.Personal, lab.Admin())
			}
			o := options(s, token)
			o.Project = "acme/sub/tool"
			h := one(t, o)
			if h.Organisation.MFARequired != test.want || (test.want == evidence.Unknown) != (len(h.Missing("organisation/mfaRequired")) > 0) {
				t.Errorf("%v, %v", h.Organisation.MFARequired, h.Missing("organisation"))
			}
		})
	}
}

func TestAPersonsProjectHasNoOrganisation(t *testing.T) {
	w := guarded(lab.Free)
	w.Projects[0].Path, w.Projects[0].Person = "ada/tool", "ada"
	s := lab.Serve(t, w)
	o := options(s, s.Token(lab.Personal))
	o.Project = "ada/tool"
	h := one(t, o)
	if h.Personal != evidence.Yes || h.Organisation != nil || len(h.Missing("organisation")) != 0 || len(h.Missing("secrets")) != 0 {
		t.Errorf("host: %s", shown(t, h))
	}
}

func TestAnEmptyRepositoryHasNoBranch(t *testing.T) {
	w := guarded(lab.Free)
	w.Projects[0].Empty, w.Projects[0].Commits = true, nil
	s := lab.Serve(t, w)
	h := one(t, options(s, s.Token(lab.Personal)))
	if len(h.Branches) != 0 || len(h.Missing("branches")) != 1 || h.Changes != nil {
		t.Errorf("host: %s", shown(t, h))
	}
}
