package codeowners

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/parsetest"
)

var files = map[string]string{
	".github/CODEOWNERS": "\ufeff# all\n*  @acme/core me@example.com # the rest\n/docs/\n!/src @acme/a\n[ab].go @acme/a\n\\#x @acme/a\n/with\\ space.md @me\n*.js @acme/js, acme\n",
	".gitlab/CODEOWNERS": "* @acme\n[Docs][2] @acme/docs\n/docs/ # of the section\n^[Extra] \n\\#x @me @@maintainers\nREADME.md\n[Open\n[Zero][0]\n!/docs/a.md\n",
}

func TestRead(t *testing.T) {
	for path, want := range map[string]string{
		".github/CODEOWNERS": `2:1-2 * @acme/core me@example.com
3:1-7 /docs/
7:1-16 /with space.md @me
4:1-6 !/src begins with !, which takes nothing back in CODEOWNERS
5:1-8 [ab].go holds a range in brackets, which CODEOWNERS does not know
6:1-4 \#x begins with \#, which GitHub does not take for a name
8:6-15 @acme/js, is neither @user, @group/team nor an e-mail address
8:16-20 acme is neither @user, @group/team nor an e-mail address
`,
		".gitlab/CODEOWNERS": `1:1-2 * @acme
3:1-7 docs /docs/ @acme/docs
5:1-4 extra? #x @me @@maintainers
6:1-10 extra? README.md
9:1-12 zero /docs/a.md not
6:1-10 README.md has no owners, and neither has its section
7:1-6 the name of the section has no ] at its end
8:1-10 how many approvals the section wants is no number from 1 on
`,
	} {
		if !Takes(path) {
			t.Errorf("%s is not taken", path)
		}
		file := parsetest.Read(t, Read, path, files[path]).Owners[0]
		var got strings.Builder
		for _, rule := range append(file.ByGitHub, file.ByGitLab...) {
			write(&got, rule)
		}
		for _, p := range append(file.GitHubProblems, file.GitLabProblems...) {
			fmt.Fprintf(&got, "%d:%d-%d %s\n", p.At.Line, p.At.Column, p.At.EndColumn, p.What)
		}
		if diff := cmp.Diff(want, got.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

func write(b *strings.Builder, rule evidence.OwnerRule) {
	fmt.Fprintf(b, "%d:%d-%d ", rule.At.Line, rule.At.Column, rule.At.EndColumn)
	words := append([]string{rule.Pattern}, rule.Owners...)
	if rule.Section != "" {
		name := rule.Section
		if rule.Optional {
			name += "?"
		}
		words = append([]string{name}, words...)
	}
	if rule.Exclude {
		words = append(words, "not")
	}
	b.WriteString(strings.Join(words, " ") + "\n")
}

func FuzzRead(f *testing.F) { parsetest.Fuzz(f, Read, files) }
