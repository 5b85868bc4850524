package policy

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestParseRef(t *testing.T) {
	for written, want := range map[string]string{
		"acme/policies@v2":                   "acme/policies/.sealvet.yml@v2",
		"acme/.github@main":                  "acme/.github/.sealvet.yml@main",
		"acme/policies/mcp/a.yaml@release/2": "acme/policies/mcp/a.yaml@release/2",
		".github/base.yml":                   "path",
		"base.yml":                           "path",
		"acme/policies":                      "path",
		"acme@v2":                            "error",
		"acme/policies@":                     "error",
		"acme/policies@a..b":                 "error",
		"acme/policies@-x":                   "error",
		"acme/policies@v2 ":                  "error",
		"acme/policies/../x.yml@v2":          "error",
		"acme/policies/.env@v2":              "error",
		"acme/policies/a b.yml@v2":           "error",
		"acme/..@v2":                         "error",
		"https://host/acme/policies@v2":      "error",
		"acme/policies/a.yml?x=@v2":          "error",
	} {
		ref, is, err := ParseRef(written)
		got := "path"
		switch {
		case err != nil:
			got = "error"
		case is:
			got = ref.String()
		}
		if got != want {
			t.Errorf("%q is %s, want %s", written, got, want)
		}
	}
}

// chain plays a reader: each file up to the last extends the next of its number.
func chain(last int) func(File, string) (File, error) {
	return func(_ File, extends string) (File, error) {
		var n int
		fmt.Sscanf(extends, "%d.yml", &n)
		data := ""
		if n < last {
			data = fmt.Sprintf("extends: %d.yml", n+1)
		}
		return File{Path: extends, Data: []byte(data)}, nil
	}
}

func TestFollow(t *testing.T) {
	first := File{Path: Name, Data: []byte("extends: 1.yml")}
	for last, want := range map[int]string{1: "", 5: "", 6: "more than 5"} {
		files, err := Follow(first, chain(last))
		if want == "" && (err != nil || len(files) != last) || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%d: %d files, %v", last, len(files), err)
		}
	}
	round := func(_ File, extends string) (File, error) {
		return File{Path: extends, Data: []byte("extends: 1.yml")}, nil
	}
	if _, err := Follow(first, round); err == nil || !strings.Contains(err.Error(), "laid over it in turn") {
		t.Errorf("round and round: %v", err)
	}
	cause := errors.New("no network")
	if _, err := Follow(first, func(File, string) (File, error) { return File{}, cause }); !errors.Is(err, cause) {
		t.Errorf("not read: %v", err)
	}
	if files, err := Follow(File{Path: Name, Data: []byte("extends: [")}, chain(1)); err != nil || len(files) != 0 {
		t.Errorf("what is wrong with a file is for Load to say: %v", err)
	}
}

func TestAssemble(t *testing.T) {
	own := File{Path: Name, Data: []byte("{extends: acme/policies@v1, fail-at: never}")}
	base := File{Path: "acme/policies/.sealvet.yml@v1", Data: []byte("fail-at: low"), Foreign: true, Commit: strings.Repeat("a", 40)}
	p, err := Assemble(own, []File{base}, register, now)
	if err != nil || named(p.FailAt) != "low" || len(p.Refused) != 1 || len(p.Sources) != 2 || p.Sources[0].Commit != base.Commit || p.Path != Name {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := Assemble(own, nil, register, now); !errors.Is(err, ErrNotRead) {
		t.Errorf("without what it extends: %v", err)
	}
	base.Data = []byte("fail_at: low")
	if _, err := Assemble(own, []File{base}, register, now); err == nil || !strings.Contains(err.Error(), "did you mean fail-at?") {
		t.Errorf("over a wrong one: %v", err)
	}
}
