package fetch

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

const denoValued = "--config -c --import-map --name -n --root --env-file --cert --location --seed --log-level -L --ext --conditions"

// deno reads run, install and add of npm:, jsr: and https: specifiers.
func deno(r *reading) {
	switch r.sub("--log-level", "-L", "--config", "-c") {
	case "run", "x", "serve":
		denoRun(r)
	case "ci":
		r.install(evidence.Yes, "", "")
	case "install", "i", "add", "cache":
		r.denoInstall()
	}
}

// denoRun reads the one module that is run; the rest are its arguments.
func denoRun(r *reading) {
	if a := (grammar{valued: denoValued, first: true}).split(r.args); len(a.words) > 0 {
		r.denoSpec(a.words[0])
	}
}

func (r *reading) denoInstall() {
	a := grammar{valued: denoValued}.split(r.args)
	switch {
	case a.help():
	case len(a.words) == 0 && a.has("--frozen"):
		r.install(evidence.Yes, "", "")
	case len(a.words) == 0:
		r.install(evidence.No, "deno install may change deno.lock and goes on", "deno install --frozen")
	case a.has("-g", "--global"):
		r.denoSpec(a.words[0])
	default:
		for _, word := range a.words {
			r.denoSpec(word)
		}
	}
}

func (r *reading) denoSpec(word evidence.Word) {
	switch spec := word.Value; {
	case strings.HasPrefix(spec, "npm:"):
		word.Value = denoPackage(strings.TrimPrefix(spec, "npm:"))
		r.npmSpec(word)
	case strings.HasPrefix(spec, "jsr:"):
		name, v := npmName(denoPackage(strings.TrimPrefix(spec, "jsr:")))
		pin, why := version(evidence.NPM, v)
		r.add("jsr", name, v, word, pin, why)
	case strings.HasPrefix(spec, "https://"), strings.HasPrefix(spec, "http://"):
		if _, after, found := strings.Cut(spec, "@"); found {
			v, _, _ := strings.Cut(after, "/")
			pin, why := plainVersion(v)
			r.add("url", spec, v, word, pin, why)
			return
		}
		r.add("url", spec, "", word, evidence.PinFloating, "an address without a version can give other bytes tomorrow")
	}
}

// denoPackage cuts the path inside the package off: @a/b@1.2.3/cli.
func denoPackage(spec string) string {
	spec = strings.TrimPrefix(spec, "/")
	slashes := 0
	for i, c := range spec {
		if c == '/' {
			slashes++
			if slashes > 1 || !strings.HasPrefix(spec, "@") {
				return spec[:i]
			}
		}
	}
	return spec
}
