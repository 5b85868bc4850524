package evidence

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// full fills every field of a value; two seeds differ in all but what tells which
// repository and which thing it is.
func full(v reflect.Value, seed int) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == timeType {
			v.Set(reflect.ValueOf(time.Date(2026, 1, seed, 0, 0, 0, 0, time.UTC)))
			return
		}
		for i := range v.NumField() {
			full(v.Field(i), seed)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		full(v.Elem(), seed)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		full(v.Index(0), seed)
	case reflect.String:
		v.SetString("value " + string(rune('a'+seed)))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8:
		v.Set(reflect.ValueOf(Yes))
	case reflect.Int:
		v.SetInt(int64(seed))
	default:
		panic("no filling for " + v.Type().String())
	}
}

func fullHost(seed int) Host {
	var h Host
	full(reflect.ValueOf(&h).Elem(), seed)
	h.System, h.Address, h.Name, h.ID = "github", "https://github.com", "acme/tool", "R_1"
	h.Personal, h.Unseen, h.Cost = No, nil, HostCost{}
	h.Organisation.Name, h.Changes.Branch = "acme", "main"
	return h
}

// blind is an asker who saw nothing but that the repository is there.
func blind() Host {
	h := Host{System: "github", Address: "https://github.com", Name: "acme/tool", ID: "R_1"}
	typ := reflect.TypeFor[Host]()
	for i := range typ.NumField() {
		name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		if name != "unseen" && name != "cost" {
			h.Unseen = append(h.Unseen, Unseen{What: name, Reason: "the token may not", Unlock: "administration:read"})
		}
	}
	return h
}

func TestWhatIsKnownBeatsWhatIsNotInEveryField(t *testing.T) {
	for _, order := range []string{"known earlier", "known later"} {
		t.Run(order, func(t *testing.T) {
			whole, nothing := fullHost(3), blind()
			nothing.At = whole.At.AddDate(0, 0, 1)
			if order == "known later" {
				nothing.At = whole.At.AddDate(0, 0, -1)
			}
			got := (&Snapshot{Hosts: []Host{nothing, whole}}).Host()
			whole.At = got.At
			if !reflect.DeepEqual(*got, whole) {
				t.Errorf("got\n%+v\nwant\n%+v", *got, whole)
			}
		})
	}
}

func TestTheLaterOfTwoThatKnowWinsInEveryField(t *testing.T) {
	earlier, later := fullHost(3), fullHost(4)
	got := (&Snapshot{Hosts: []Host{later, earlier}}).Host()
	alone := map[string]bool{ // looked up one by one: what only the earlier one has is kept
		"branches": true, "signers": true, "pins": true,
	}
	for i, typ := 0, reflect.TypeFor[Host](); i < typ.NumField(); i++ {
		name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		have, want := reflect.ValueOf(*got).Field(i), reflect.ValueOf(later).Field(i)
		if alone[name] {
			have = have.Slice(0, 1)
		}
		if !reflect.DeepEqual(have.Interface(), want.Interface()) {
			t.Errorf("%s: got %+v, want %+v", name, have, want)
		}
	}
}

// each calls do for every struct type below Host.
func each(typ reflect.Type, done map[reflect.Type]bool, do func(reflect.Type)) {
	switch typ.Kind() {
	case reflect.Slice, reflect.Pointer:
		each(typ.Elem(), done, do)
	case reflect.Struct:
		if done[typ] || typ == timeType {
			return
		}
		done[typ] = true
		do(typ)
		for i := range typ.NumField() {
			each(typ.Field(i).Type, done, do)
		}
	}
}

func TestNoListAndNoWitnessOfOneIsForgotten(t *testing.T) {
	each(reflect.TypeFor[Host](), make(map[reflect.Type]bool), func(typ reflect.Type) {
		guarding := make(map[string]bool)
		for i := range typ.NumField() {
			field := typ.Field(i)
			guard := guards[typ.Name()+"."+field.Name]
			if guard != "" {
				guarding[guard] = true
				if _, is := typ.FieldByName(guard); !is {
					t.Errorf("%s.%s is guarded by %s, which is no field", typ.Name(), field.Name, guard)
				}
			}
			list := field.Type.Kind() == reflect.Slice && field.Type.Elem().Kind() == reflect.Struct
			if list && guard == "" && identities[field.Type.Elem()] == nil && field.Type.Elem() != reflect.TypeFor[Unseen]() &&
				typ.Name()+"."+field.Name != "Change.Authors" {
				t.Errorf("%s.%s: say in identities what makes two entries the same, or in guards what says that it is whole", typ.Name(), field.Name)
			}
		}
		for i := range typ.NumField() {
			if name := typ.Field(i).Name; strings.HasSuffix(name, "Seen") && !guarding[name] {
				t.Errorf("%s.%s guards nothing", typ.Name(), name)
			}
		}
	})
}

// A workflow's token asks today; a stronger one asked yesterday, elsewhere.
func TestAStrongerTokenFillsInWhatTheJobCannotSee(t *testing.T) {
	two := 2
	job := Host{
		System: "github", Address: "https://github.com", Name: "acme/tool", At: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC),
		Branches: []Branch{{Name: "main", Approvals: &two, Protected: Yes}},
		Unseen: []Unseen{
			{"branches/main/bypass", "r", "administration:write"}, {"organisation", "r", "members:read"}, {"secrets", "r", "secrets:read"},
			{"webhooks/repository", "r", "repository_hooks:read"}, {"webhooks/organisation", "r", "organization_hooks:read"},
		},
	}
	strong := Host{
		System: "github", Address: "https://github.com/", Name: "Acme/Tool", At: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), Personal: No,
		Branches:     []Branch{{Name: "main", Protected: No, Bypass: []Bypass{{Name: "bob"}}, BypassSeen: Yes}},
		Organisation: &Organisation{Name: "acme", MFARequired: No},
		Secrets:      []Secret{{Name: "KEY", Level: "repository"}},
		Unseen:       []Unseen{{"secrets/organisation", "r", "organization_secrets:read"}, {"webhooks/organisation", "r", "x"}, {"organisation/withoutMfa", "r", "owner"}},
	}
	for _, order := range [][]Host{{job, strong}, {strong, job}} {
		got := (&Snapshot{Hosts: order}).Host()
		main := got.Branches[0]
		if main.Protected != Yes || *main.Approvals != 2 || main.BypassSeen != Yes || len(main.Bypass) != 1 {
			t.Errorf("branch: %+v", main)
		}
		if got.Organisation == nil || got.Organisation.MFARequired != No || len(got.Secrets) != 1 {
			t.Errorf("host: %+v", got)
		}
		want := []string{"organisation/withoutMfa", "secrets/organisation", "webhooks/organisation"}
		if have := whats(got.Unseen); !slices.Equal(have, want) {
			t.Errorf("unseen: %v, want %v", have, want)
		}
	}
}

func whats(all []Unseen) []string {
	var names []string
	for _, u := range all {
		names = append(names, u.What)
	}
	return names
}

func TestWhatIsGoneByTheLaterLookIsGone(t *testing.T) {
	earlier := Host{System: "github", Secrets: []Secret{
		{Name: "OLD", Level: "repository"}, {Name: "ORG", Level: "organisation"}, {Name: "E", Level: "environment", Environment: "prod"}, {Name: "E", Level: "environment", Environment: "test"},
	}, Webhooks: []Webhook{{ID: "1", Level: "repository"}}, OwnerProblems: []Problem{{What: "unknown owner"}}}
	later := Host{System: "github", Unseen: []Unseen{{What: "secrets/organisation"}, {What: "secrets/environment/prod"}}}
	got := (&Snapshot{Hosts: []Host{earlier, later}}).Host()
	if len(got.Secrets) != 2 || got.Secrets[0].Name != "ORG" || got.Secrets[1].Environment != "prod" || got.Webhooks != nil || got.OwnerProblems != nil {
		t.Errorf("got %+v", got)
	}
	if len(got.Unseen) != 0 {
		t.Errorf("unseen: %v", got.Unseen)
	}
}

func TestUnseenIsDroppedOnlyWhereAnotherHasAnAnswer(t *testing.T) {
	five := 5
	cases := []struct {
		name  string
		what  string
		other Host
		want  bool // it stays unseen
	}{
		{"a branch that the other was not asked about", "branches/release/1.0/bypass", Host{Branches: []Branch{{Name: "release", BypassSeen: Yes}}}, true},
		{"the longest name of a branch", "branches/release/1.0/bypass", Host{Branches: []Branch{{Name: "release"}, {Name: "release/1.0", BypassSeen: Yes}}}, false},
		{"a list that is not whole", "branches/main/bypass", Host{Branches: []Branch{{Name: "main", BypassSeen: No}}}, true},
		{"a whole branch", "branches/main", Host{Branches: []Branch{{Name: "main"}}}, false},
		{"an organisation that the other did not see either", "organisation/owners", Host{}, true},
		{"an organisation that there is not", "organisation/owners", Host{Personal: Yes}, false},
		{"a number", "organisation/owners", Host{Organisation: &Organisation{Owners: &five}}, false},
		{"an answer that is unknown", "organisation/mfaRequired", Host{Organisation: &Organisation{}}, true},
		{"an answer of a struct", "security/pushProtection", Host{Security: SecurityOptions{PushProtection: No}}, false},
		{"an empty list that the other saw", "deployKeys", Host{}, false},
		{"a list that the other did not see either", "secrets/environment/prod", Host{Unseen: []Unseen{{What: "secrets"}}}, true},
		{"changes that nobody asked for", "changes", Host{}, true},
		{"a path that leads nowhere", "no/such/thing", Host{}, true},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			one := Host{Unseen: []Unseen{{What: test.what}}}
			got := (&Snapshot{Hosts: []Host{one, test.other}}).Host()
			if stays := slices.Contains(whats(got.Unseen), test.what); stays != test.want {
				t.Errorf("%s unseen: %v, want %v", test.what, stays, test.want)
			}
		})
	}
}

func TestPullRequestsAreOneOrTheOther(t *testing.T) {
	change := func(seen Answer, request *PullRequest) Host {
		return Host{Changes: &Changes{Branch: "main", Commits: []Change{{Commit: "c", RequestSeen: seen, Request: request}}}}
	}
	direct := change(Yes, nil)
	guessed := change(Unknown, &PullRequest{Number: 7})
	got := (&Snapshot{Hosts: []Host{direct, guessed}}).Host()
	if c := got.Changes.Commits[0]; c.Request != nil || c.RequestSeen != Yes {
		t.Errorf("what surely came by none: %+v", c)
	}
	reviewed := change(Yes, &PullRequest{Number: 7, ReviewsSeen: Yes, Reviews: []Review{{State: "APPROVED"}}})
	got = (&Snapshot{Hosts: []Host{reviewed, change(Yes, &PullRequest{Number: 7, ContributorsSeen: Yes})}}).Host()
	if pull := got.Changes.Commits[0].Request; len(pull.Reviews) != 1 || pull.ContributorsSeen != Yes {
		t.Errorf("two looks at one: %+v", pull)
	}
}

func TestAnotherRepositoryFillsNothingIn(t *testing.T) {
	ours := Host{System: "github", Address: "https://github.com", Name: "acme/tool", ID: "1", At: time.Unix(2, 0), Unseen: []Unseen{{What: "deployKeys"}}}
	for _, other := range []Host{
		{System: "github", Address: "https://github.com", Name: "acme/tool", ID: "2"},
		{System: "github", Address: "https://github.com", Name: "acme/other"},
		{System: "gitlab", Address: "https://github.com", Name: "acme/tool"},
		{System: "github", Address: "https://github.example", Name: "acme/tool"},
	} {
		other.Archived, other.At = Yes, time.Unix(1, 0)
		got := (&Snapshot{Hosts: []Host{other, ours}}).Host()
		if got.Archived != Unknown || len(got.Unseen) != 1 {
			t.Errorf("%+v was taken for %s", other, ours.Name)
		}
	}
}

func TestOneAskerIsTakenAsItIs(t *testing.T) {
	if (&Snapshot{}).Host() != nil {
		t.Error("a host that was not asked")
	}
	seen := &Snapshot{Hosts: []Host{{Name: "acme/tool"}}}
	if seen.Host() != &seen.Hosts[0] {
		t.Error("a copy")
	}
}

// Every check of the host asks for it, so two askers are put together many times.
func BenchmarkTwoAskers(b *testing.B) {
	one := fullHost(3)
	for i := range 300 {
		commit := one.Changes.Commits[0]
		commit.Commit = strings.Repeat("a", i)
		one.Changes.Commits = append(one.Changes.Commits, commit)
	}
	seen := &Snapshot{Hosts: []Host{one, one}}
	for b.Loop() {
		seen.Host()
	}
}
