package trace

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// globalFlags are those of a program that may stand before its subcommand and
// take a value in the next word.
var globalFlags = map[string][]string{
	"cargo":  {"--manifest-path", "--color", "--config", "-Z", "-C", "--target-dir"},
	"npm":    {"--access", "--registry", "--tag", "--prefix", "-C", "--workspace", "-w", "--loglevel", "--userconfig", "--otp"},
	"pnpm":   {"--registry", "--filter", "-F", "--dir", "-C", "--loglevel"},
	"yarn":   {"--cwd"},
	"uv":     {"--directory", "--project", "--config-file", "--color", "--cache-dir", "--python"},
	"poetry": {"--directory", "-C", "--project", "-P"},
	"gh":     {"-R", "--repo"},
	"docker": {"--config", "--context", "-c", "--host", "-H", "--log-level", "-l"},
	"podman": {"--root", "--log-level", "--connection", "-c"},
}

// forward puts the subcommand of a program right behind it, and the flags that
// stood between behind its own: npm --access public publish is npm publish --access public.
func forward(words []evidence.Word) []evidence.Word {
	if len(words) < 3 || !strings.HasPrefix(words[1].Value, "-") && !strings.HasPrefix(words[1].Value, "+") {
		return words
	}
	valued, known := globalFlags[evidence.ProgramName(words[0].Value)]
	if !known {
		return words
	}
	at := 1
	for at < len(words) && (strings.HasPrefix(words[at].Value, "-") || strings.HasPrefix(words[at].Value, "+")) {
		if slices.Contains(valued, words[at].Value) {
			at++ // and its value
		}
		at++
	}
	if at >= len(words) {
		return words
	}
	rest := words[at:]
	end := slices.IndexFunc(rest, func(w evidence.Word) bool { return w.Value == "--" }) // what follows is another program's
	if end < 0 {
		end = len(rest)
	}
	moved := append([]evidence.Word{words[0]}, rest[:end]...)
	for _, word := range words[1:at] {
		if !strings.HasPrefix(word.Value, "+") { // the toolchain of cargo
			moved = append(moved, word)
		}
	}
	return append(moved, rest[end:]...)
}
