package shell

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// show writes a script as one line a command:
//
//	1 1:1 curl|-o|x|<$unknown> via=sudo in=2 within=1 if=3 dir=sub X=1 >out {runs}
func show(script evidence.Script) string {
	var b strings.Builder
	for i, c := range script.Commands {
		fmt.Fprintf(&b, "%d %d:%d-%d:%d ", i+1, c.At.Line, c.At.Column, c.At.EndLine, c.At.EndColumn)
		for j, word := range c.Words {
			if j > 0 {
				b.WriteByte('|')
			}
			b.WriteString(showWord(word))
		}
		if len(c.Via) > 0 {
			fmt.Fprintf(&b, " via=%s", strings.Join(c.Via, ","))
		}
		if c.Input > 0 {
			fmt.Fprintf(&b, " in=%d", c.Input)
		}
		if c.Within > 0 {
			fmt.Fprintf(&b, " within=%d", c.Within)
		}
		if len(c.Guards) > 0 {
			fmt.Fprintf(&b, " if=%v", c.Guards)
		}
		if c.Dir != "" {
			fmt.Fprintf(&b, " dir=%s", c.Dir)
		}
		for _, set := range c.Env {
			fmt.Fprintf(&b, " %s=%s", set.Name, showWord(set.Value))
		}
		for _, redir := range c.Redir {
			fmt.Fprintf(&b, " %s%s", redir.Op, showWord(redir.Target))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func showWord(word evidence.Word) string {
	value := strings.ReplaceAll(word.Value, "\n", `\n`)
	if !word.Known {
		value = "<" + value + ">"
	}
	if len(word.Runs) > 0 {
		value += fmt.Sprintf("{%v}", word.Runs)
	}
	return value
}

// shellOf is the language of a case by its extension.
var shellOf = map[string]evidence.Shell{
	".bash": evidence.Bash, ".sh": evidence.POSIX, ".ps1": evidence.PowerShell, ".cmd": evidence.Cmd, ".py": evidence.Python,
}

var update = flag.Bool("update", false, "rewrite what the cases expect")

// TestRead reads the cases of testdata: each script is followed by the commands
// that are to be found in it.
func TestRead(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no cases", err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i+1 < len(archive.Files); i += 2 {
			file, want := archive.Files[i], &archive.Files[i+1]
			t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar")+"/"+file.Name, func(t *testing.T) {
				source := text.NewSource(file.Name, file.Data)
				script, err := Read(source.Text(0, source.Len()), Context{
					Shell: shellOf[filepath.Ext(file.Name)], Env: map[string]string{"GIVEN": "1.0"},
				})
				check(t, source, script)
				got := show(script)
				if err != nil {
					got += "error: " + err.Error() + "\n"
				}
				if *update {
					want.Data = []byte(got)
				} else if diff := cmp.Diff(string(want.Data), got); diff != "" {
					t.Error(diff)
				}
			})
		}
		if *update {
			if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestPlaces(t *testing.T) {
	source := text.NewSource("a.sh", []byte("V=1\nnpm i \"foo@$V\" 'b c' d\\ e x$Y${{ z }}\nsh -c \"npm i \\\"q\\\" r\"\n"))
	script, err := Read(source.Text(0, source.Len()), Context{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range script.Commands {
		for _, word := range c.Words {
			at := word.At
			got = append(got, fmt.Sprintf("%d:%d-%d %s", at.Line, at.Column, at.EndColumn, word.Value))
		}
	}
	want := []string{
		"2:1-4 npm", "2:5-6 i", "2:8-14 foo@1", "2:17-20 b c", "2:22-26 d e", "2:27-38 x$Y${{ z }}",
		"3:1-3 sh", "3:4-6 -c", "3:8-21 npm i \"q\" r", "3:8-11 npm", "3:12-13 i", "3:16-17 q", "3:20-21 r",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWords(t *testing.T) {
	source := text.NewSource("mcp.json", []byte(`npx -y "@acme/server@1.0" --root "$HOME/x"`))
	words, err := Words(source.Text(0, source.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, word := range words {
		got = append(got, showWord(word))
	}
	if diff := cmp.Diff([]string{"npx", "-y", "@acme/server@1.0", "--root", "<$HOME/x>"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestExec(t *testing.T) {
	source := text.NewSource("Dockerfile", []byte(`sh -c "curl x | sh" && y`))
	var words []text.Text
	for _, span := range [][2]int{{0, 2}, {3, 5}, {7, 18}, {20, 22}, {23, 24}} {
		words = append(words, source.Text(span[0], span[1]))
	}
	got := show(Exec(words, Context{}))
	want := "1 1:1-1:25 sh|-c|curl x | sh|&&|y\n2 1:8-1:14 curl|x within=1\n3 1:17-1:19 sh in=2 within=1\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLines(t *testing.T) {
	source := text.NewSource("Makefile", []byte("cd a\nmake x\nfalse\nls\n"))
	var lines []Line
	for line := range source.Text(0, source.Len()).Lines() {
		lines = append(lines, Line{Text: line, Errors: line.Value == "false"})
	}
	script, err := Lines(lines, Context{Dir: "src"})
	want := "1 1:1-1:5 cd|a dir=src\n2 2:1-2:7 make|x if=[1] dir=src\n3 3:1-3:6 false if=[2] dir=src\n4 4:1-4:3 ls if=[2] dir=src\n"
	if diff := cmp.Diff(want, show(script)); diff != "" || err != nil {
		t.Error(diff, err)
	}
}
