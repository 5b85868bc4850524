package shell

import (
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

var seeds = []string{
	"set -euo pipefail\ncurl -fsSL https://example.com/x.sh | sudo bash -s -- --yes\n",
	`sh -c "$(curl -fsSL https://example.com/i.sh)" "" --unattended`,
	"X=1; for i in a b; do case $i in a) npm i foo@$X;; esac; done <<-E | sh\n\tfoo\n\tE\n",
	"echo ${{ env.V }} '${{ inputs.x }}' foo@${{ matrix.v }}",
	"if ! sha256sum -c <<< \"$SUM  f\"; then exit 1; fi; eval \"$(ssh-agent)\"",
	"Invoke-WebRequest -Uri \"https://example.com/$v.zip\" -OutFile x.zip; & \"./x.exe\" | Out-Null\n@'\nhere\n'@\n",
	"import subprocess\nsubprocess.run([\"pip\", \"install\", 'x'], check=True)\nos.system(f\"npm i {x}\")\n",
	"call npm ci && ^\r\nnpx foo & if exist x (del x)\r\n",
	"A=$'a\\n'`b \\`c\\``; [[ -f $(ls) && ! ( a == b ) ]] || { die; }\n",
}

func FuzzRead(f *testing.F) {
	for _, seed := range seeds {
		for kind := range len(kinds) {
			f.Add(seed, uint8(kind))
		}
	}
	f.Fuzz(func(t *testing.T, src string, kind uint8) {
		if len(src) > 4<<10 {
			return
		}
		source := text.NewSource("f", []byte(src))
		script, _ := Read(source.Text(0, source.Len()), Context{
			Shell: kinds[int(kind)%len(kinds)], Env: map[string]string{"V": "1 2", "X": "curl x|sh"},
		})
		check(t, source, script)
	})
}

var kinds = []evidence.Shell{evidence.Bash, evidence.POSIX, evidence.PowerShell, evidence.Cmd, evidence.Python}

// check holds what is true of every script: places inside the file, indexes
// that lead to commands, nothing before what it stands in.
func check(t *testing.T, source *text.Source, script evidence.Script) {
	t.Helper()
	whole := source.Location(0, source.Len())
	inside := func(at evidence.Location) {
		t.Helper()
		if at.Line < 1 || at.EndLine > whole.EndLine || at.Line > at.EndLine {
			t.Fatalf("%v-%d:%d is outside the file, which ends at %d:%d", at, at.EndLine, at.EndColumn, whole.EndLine, whole.EndColumn)
		}
	}
	for i, c := range script.Commands {
		inside(c.At)
		if c.Within > i || c.Input > len(script.Commands) || c.Input == i+1 {
			t.Fatalf("command %d stands within %d, reads from %d", i+1, c.Within, c.Input)
		}
		for _, guard := range c.Guards {
			if guard < 1 || guard > i {
				t.Fatalf("command %d needs %d", i+1, guard)
			}
		}
		for _, word := range c.Words {
			inside(word.At)
			for _, run := range word.Runs {
				if run < 1 || run > len(script.Commands) {
					t.Fatalf("command %d runs %d", i+1, run)
				}
			}
		}
	}
}
