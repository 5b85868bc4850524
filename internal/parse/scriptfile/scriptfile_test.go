package scriptfile

import (
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

func TestTakes(t *testing.T) {
	for name, want := range map[string]bool{
		"a/build.sh": true, "x.PS1": true, "run.cmd": true, "a.py": false, "sh": false, "Makefile": false,
	} {
		if got := Takes(name); got != want {
			t.Errorf("Takes(%q) = %v", name, got)
		}
	}
	for name, want := range map[string]bool{
		"bin/release": true, "a/.envrc": false, "Makefile": false, "LICENSE": false, "x.sh": false,
	} {
		if got := TakesNameless(name); got != want {
			t.Errorf("TakesNameless(%q) = %v", name, got)
		}
	}
}

func TestRead(t *testing.T) {
	for _, c := range []struct {
		name, path, src string
		shell           evidence.Shell
		commands        int
	}{
		{"by extension", "a.sh", "npm ci\nnpm test\n", evidence.POSIX, 2},
		{"the first line decides", "a.sh", "#!/usr/bin/env bash\nnpm ci\n", evidence.Bash, 1},
		{"env with flags", "a", "#!/usr/bin/env -S X=1 bash -e\nnpm ci\n", evidence.Bash, 1},
		{"odd path of env", "a", "#!/bin/env sh -e\nnpm ci\n", evidence.POSIX, 1},
		{"no first line", "LICENSES", "npm ci\n", "", 0},
		{"another language", "a", "#!/usr/bin/perl\nnpm ci\n", "", 0},
		{"another language in a .sh", "a.sh", "#!/usr/bin/env fish\nnpm ci\n", "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out evidence.Snapshot
			if err := Read(text.NewSource(c.path, []byte(c.src)), &out); err != nil {
				t.Fatal(err)
			}
			if c.shell == "" {
				if len(out.Scripts) != 0 {
					t.Fatalf("read %v", out.Scripts)
				}
				return
			}
			got := out.Scripts[0]
			if got.Shell != c.shell || len(got.Commands) != c.commands || got.Origin != evidence.FromFile || got.Path != c.path {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestErrorsStopAfterDashE(t *testing.T) {
	var out evidence.Snapshot
	if err := Read(text.NewSource("a", []byte("#!/bin/bash -e\nsha256sum -c x\n./x\n")), &out); err != nil {
		t.Fatal(err)
	}
	if guards := out.Scripts[0].Commands[1].Guards; len(guards) != 1 || guards[0] != 1 {
		t.Errorf("./x needs %v, want the command before it", guards)
	}
}
