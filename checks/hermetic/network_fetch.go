package hermetic

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// keeps tells whether a command fetches something by its address and keeps it,
// and from where; "" is known to the run only. A question to an API, an upload
// or a look whether a server is up brings nothing in.
func keeps(script *evidence.Script, i int) (from string, is bool) {
	command := &script.Commands[i]
	if len(command.Words) == 0 {
		return "", false
	}
	words := command.Words[1:]
	switch strings.ToLower(command.Program()) {
	case "curl":
		is = !uploads(words) && (writesFile(words, "-o", "--output") || hasFlag(words, "O", "--remote-name", "--remote-name-all") || redirected(command) || unpacked(script, i))
	case "wget":
		is = !uploads(words) && !hasFlag(words, "", "--spider") && (!toStandardOutput(words) || redirected(command) || unpacked(script, i))
	case "aria2c":
		is = true
	case "invoke-webrequest", "iwr", "invoke-restmethod", "irm":
		is = slices.ContainsFunc(words, func(w evidence.Word) bool { return strings.EqualFold(w.Value, "-OutFile") })
	case "git":
		return clone(script, words)
	case "gh":
		if len(words) > 1 && words[0].Value == "release" && words[1].Value == "download" {
			return "the release", true
		}
		return "", false
	case "aws", "gsutil", "gcloud":
		return bucket(words)
	case "hf", "huggingface-cli":
		return "the hub", len(words) > 0 && words[0].Value == "download"
	}
	if !is {
		return "", false
	}
	return source(words)
}

// source is the host of the address among the words.
func source(words []evidence.Word) (from string, is bool) {
	unknown := false
	for _, word := range words {
		if host, _ := evidence.AddressHost(word.Value); strings.Contains(word.Value, "://") && host != "" {
			if host == "localhost" || strings.HasPrefix(host, "127.") || host == "[::1]" || host == "0.0.0.0" {
				return "", false // the job's own server
			}
			if strings.ContainsAny(host, "${") {
				return "", true
			}
			return host, true
		}
		unknown = unknown || !word.Known
	}
	return "", unknown
}

// uploads tells a curl or wget that sends something.
func uploads(words []evidence.Word) bool {
	for i, word := range words {
		name, value, _ := strings.Cut(word.Value, "=")
		switch name {
		case "-T", "--upload-file", "-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "-F", "--form", "--json", "--post-data", "--post-file", "-I", "--head":
			return true
		case "-X", "--request", "--method":
			if value == "" && i+1 < len(words) {
				value = words[i+1].Value
			}
			if !strings.EqualFold(value, "GET") {
				return true
			}
		}
	}
	return false
}

// writesFile tells whether a flag names a file, in one of its spellings: -o x,
// -sSLo x, --output=x.
func writesFile(words []evidence.Word, short, long string) bool {
	for i, word := range words {
		name, value, joined := strings.Cut(word.Value, "=")
		its := name == long || !joined && !strings.HasPrefix(name, "--") && strings.HasPrefix(name, "-") && strings.HasSuffix(name, short[1:])
		if !its {
			continue
		}
		if !joined && i+1 < len(words) {
			value = words[i+1].Value
		}
		return value != "/dev/null" && value != "-" && !strings.EqualFold(value, "nul")
	}
	return false
}

// hasFlag tells whether a flag stands there, a short one among others too.
func hasFlag(words []evidence.Word, short string, long ...string) bool {
	for _, word := range words {
		v := word.Value
		if slices.Contains(long, v) || short != "" && strings.HasPrefix(v, "-") && !strings.HasPrefix(v, "--") && strings.Contains(v, short) {
			return true
		}
	}
	return false
}

// toStandardOutput: wget -O-, -qO -, -O /dev/null.
func toStandardOutput(words []evidence.Word) bool {
	for i, word := range words {
		v := word.Value
		if v == "--output-document=-" || strings.HasPrefix(v, "-") && strings.HasSuffix(v, "O-") {
			return true
		}
		if strings.HasPrefix(v, "-") && (strings.HasSuffix(v, "O") || v == "--output-document") && i+1 < len(words) {
			return words[i+1].Value == "-" || words[i+1].Value == "/dev/null"
		}
	}
	return false
}

func redirected(command *evidence.Command) bool {
	return slices.ContainsFunc(command.Redir, func(r evidence.Redirect) bool {
		op := strings.TrimPrefix(r.Op, "1")
		return (op == ">" || op == ">>") && r.Target.Value != "/dev/null" && !strings.HasPrefix(r.Target.Value, "$GITHUB_") && !strings.HasPrefix(r.Target.Value, "&")
	})
}

// unpackers keep what is piped into them.
var unpackers = []string{"tar", "bsdtar", "unzip", "gunzip", "zcat", "tee", "cpio", "dd", "gpg"}

// unpacked tells whether the output goes into one of them.
func unpacked(script *evidence.Script, i int) bool {
	return slices.ContainsFunc(script.Commands, func(c evidence.Command) bool {
		return c.Input == i+1 && slices.Contains(unpackers, c.Program())
	})
}

// clone reads git clone and git submodule update --remote. A clone that is
// pushed again is where something goes, not where it comes from.
func clone(script *evidence.Script, words []evidence.Word) (from string, is bool) {
	operand := ""
	for _, word := range words {
		if !strings.HasPrefix(word.Value, "-") {
			operand = word.Value
			break
		}
	}
	switch {
	case operand == "submodule" && hasFlag(words, "", "--remote"):
		return "the branches of the submodules", true
	case operand != "clone":
		return "", false
	}
	for i := range script.Commands {
		its := script.Commands[i].Words
		if script.Commands[i].Program() == "git" && slices.ContainsFunc(its, func(w evidence.Word) bool { return w.Value == "push" }) {
			return "", false
		}
	}
	for _, word := range words {
		v := word.Value
		if strings.Contains(v, "github.repository") || strings.Contains(v, "GITHUB_REPOSITORY") || strings.Contains(v, "github.workspace") {
			return "", false // itself
		}
		if rest, is := strings.CutPrefix(v, "git@"); is {
			host, _, _ := strings.Cut(rest, ":")
			return host, true
		}
	}
	return source(words)
}

// bucket reads copies from a store of objects.
func bucket(words []evidence.Word) (from string, is bool) {
	copies := slices.ContainsFunc(words, func(w evidence.Word) bool { return w.Value == "cp" || w.Value == "sync" })
	for i, word := range words {
		if copies && (strings.HasPrefix(word.Value, "s3://") || strings.HasPrefix(word.Value, "gs://")) {
			// the first of two places is where it comes from
			return word.Value, i+1 < len(words) && !strings.HasPrefix(words[i+1].Value, "-")
		}
		if copies && word.Value != "cp" && word.Value != "sync" && word.Value != "s3" && word.Value != "storage" && !strings.HasPrefix(word.Value, "-") {
			return "", false // a file of here goes there
		}
	}
	return "", false
}
