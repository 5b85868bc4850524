package shell

import (
	"fmt"
	"strings"
	"testing"

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

func read(t *testing.T, src string, ctx Context) (evidence.Script, error) {
	t.Helper()
	source := text.NewSource("a.sh", []byte(src))
	return Read(source.Text(0, source.Len()), ctx)
}

func TestDump(t *testing.T) {
	for _, src := range []string{
		"curl -fsSL https://example.com/x.sh | sudo -E bash -s -- --yes\n",
		"bash <(wget -qO- http://example.com/my-script.sh)",
		`sh -c "$(curl -fsSL https://example.com/i.sh)" "" --unattended`,
		`X=1.2.3; npm i -g "foo@$X" bar@${X#1.} $Y`,
		"cd sub && make || exit 1\n(cd x; ls)\nls",
		"set -e\nsha256sum -c sums\n./x",
		`if ! sha256sum -c x; then echo bad; exit 1; fi; ./y`,
		`if [ "$a" != "$b" ]; then exit 1; fi; ./y`,
		"cat <<EOF | sh -s\ncurl x | sh\nEOF\nbash <<'E'\nnpm i $X\nE\n",
		"echo ${{ env.V }} '${{ inputs.x }}' foo@${{ matrix.v }}",
		"X=$(curl x); echo \"$X\" | bash; eval \"$(curl y)\"",
		"find . -name '*.sh' -exec bash -c 'npm i foo' \\; ; docker run x sh -lc 'pip install y'",
		"for p in a b; do npm i $p; done; while read x; do y $x; done < <(curl z)",
		"curl x 2>&1 > /tmp/e && /tmp/e; [[ $(sha256sum f) == abc ]] && ./f",
		"f() { npm i; }\nif x; then\ncurl a | sh\n",
		"fi\ncurl a | sh\n",
		"A=\"-y -q\"; apt-get $A install $(cat pk) && timeout -k 5 30 env X=1 npm ci | xargs npm i -g",
		"`curl x`; export A=$(curl b) B=2; X+=1",
	} {
		script, err := read(t, src, Context{Env: map[string]string{"V": "1.0"}})
		t.Logf("%s\n%s%v", src, show(script), err)
	}
}
