package trace

import (
	"strings"
	"testing"
)

func TestPeelBringsTheSubcommandToTheFront(t *testing.T) {
	for line, want := range map[string]string{
		"npm --access public publish --provenance":      "npm publish --provenance --access public",
		"cargo +nightly --locked publish -p x":          "cargo publish -p x --locked",
		"cargo --manifest-path x/Cargo.toml publish":    "cargo publish --manifest-path x/Cargo.toml",
		"uv --directory x publish":                      "uv publish --directory x",
		"python3.12 -m twine upload dist/*":             "twine upload dist/*",
		"npx npm@11 --tag next publish":                 "npm publish --tag next",
		"npm --version":                                 "npm --version",
		"npm publish --access public":                   "npm publish --access public",
		"docker --context remote push ghcr.io/acme/web": "docker push ghcr.io/acme/web --context remote",
		"npm --prefix web run build -- --fast":          "npm run build --prefix web -- --fast",
		"gcc -o publish main.c":                         "gcc -o publish main.c",
		"cargo -Z":                                      "cargo -Z",
	} {
		c := command("", line)
		var words []string
		for _, word := range peel(c.Words) {
			words = append(words, word.Value)
		}
		if got := strings.Join(words, " "); got != want {
			t.Errorf("%s becomes %s, want %s", line, got, want)
		}
	}
}
