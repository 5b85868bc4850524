package reports_test

import (
	"testing"

	"github.com/sealvet/sealvet/reports"
	"github.com/sealvet/sealvet/reports/internal/specimen"
)

func TestPlain(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"actions/checkout@v4", "actions/checkout@v4"},
		{"größe 長い ✓", "größe 長い ✓"},
		{"a\nb\tc", `a\nb c`},
		{"\x1b[31mred", `\u{001B}[31mred`},
		{"abc\u202etxt", `abc\u{202E}txt`},
		{"a\xffb", `a\u{FFFD}b`},
		{"::error::x", ": :error::x"},
		{" \u00a0::error::x", " \u00a0: :error::x"},
		{"std::string ::x", "std::string : :x"},
		{"##[error] ##vso[x]", "# #[error] # #vso[x]"},
	} {
		if got := reports.Plain(c.in); got != c.want {
			t.Errorf("Plain(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestPlainIsInert(t *testing.T) {
	for what, poison := range specimen.Poison {
		plain := reports.Plain(poison)
		specimen.Inert(t, what, []byte(plain), false)
		if again := reports.Plain(plain); again != plain {
			t.Errorf("%s: plain text changes when made plain again: %q, %q", what, plain, again)
		}
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		in   string
		most int
		want string
	}{{"", 3, ""}, {"abc", 3, "abc"}, {"abcd", 3, "abc…"}, {"äöüß", 3, "äöü…"}} {
		if got := reports.Cut(c.in, c.most); got != c.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.in, c.most, got, c.want)
		}
	}
}
