package pinning

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

const (
	curlValued = "AbcCdDeEFhHKmPQrtTuUwxXyYz"
	curlLong   = " --header --data --data-raw --data-binary --data-urlencode --form --user --user-agent --request --proxy --retry " +
		"--retry-delay --retry-max-time --max-time --connect-timeout --cacert --cert --key --proto --proto-redir --config --cookie " +
		"--cookie-jar --write-out --range --referer --resolve --limit-rate --interface --ciphers --netrc-file --output-dir --dump-header " +
		"--tls-max --max-redirs --max-filesize --upload-file --oauth2-bearer --aws-sigv4 --pinnedpubkey --stderr --json --url-query --continue-at --speed-limit --speed-time --noproxy --create-file-mode "
)

// curlSources pairs the addresses of curl with its -o and -O, in order.
func curlSources(c evidence.Command, args []evidence.Word) []source {
	var urls, outs []string
	dir, named := "", false
	for i := 0; i < len(args); i++ {
		value := args[i].Value
		next := func() string {
			if i++; i < len(args) {
				return args[i].Value
			}
			return ""
		}
		switch {
		case value == "--url":
			urls = append(urls, next())
		case value == "--output" || value == "-o":
			outs = append(outs, next())
		case strings.HasPrefix(value, "--output="):
			outs = append(outs, value[len("--output="):])
		case value == "--output-dir":
			dir = next()
		case value == "--remote-name" || value == "--remote-name-all":
			outs, named = append(outs, ""), true
		case value == "--head" || value == "-I":
			return nil // asks for the headers only
		case strings.HasPrefix(value, "--"):
			if strings.Contains(curlLong, " "+value+" ") {
				next()
			}
		case len(value) > 1 && value[0] == '-':
			short := cluster(value, curlValued+"o")
			switch {
			case strings.ContainsRune(short.flags, 'I'):
				return nil
			case short.valued == 'o':
				outs = append(outs, firstOf(short.value, next))
			case short.valued != 0 && short.value == "":
				next()
			}
			if strings.ContainsRune(short.flags, 'O') {
				outs, named = append(outs, ""), true
			}
		default:
			urls = append(urls, value)
		}
	}
	if len(urls) == 0 {
		urls = []string{""}
	}
	var found []source
	for i, from := range urls {
		one := source{from: from}
		switch {
		case i < len(outs):
			if one.into = outs[i]; one.into == "" {
				one.into = baseOf(from)
			}
		case named:
			one.into = baseOf(from)
		}
		if one.into != "" && dir != "" {
			one.into = path.Join(dir, one.into)
		}
		found = append(found, one)
	}
	return saved(c, found)
}

// shortFlags is a cluster of them: -fsSLo file.
type shortFlags struct {
	flags  string
	valued rune   // the first that takes a value, if any
	value  string // the value where it stands in the same word
}

func cluster(word, valued string) shortFlags {
	for i, flag := range word[1:] {
		if strings.ContainsRune(valued, flag) {
			return shortFlags{flags: word[1 : 1+i], valued: flag, value: word[2+i:]}
		}
	}
	return shortFlags{flags: word[1:]}
}

func firstOf(value string, next func() string) string {
	if value != "" {
		return value
	}
	return next()
}

func wgetSources(c evidence.Command, args []evidence.Word) []source {
	var urls []string
	out, dir, given := "", "", false
	for i := 0; i < len(args); i++ {
		value := args[i].Value
		next := func() string {
			if i++; i < len(args) {
				return args[i].Value
			}
			return ""
		}
		switch {
		case strings.EqualFold(value, "-OutFile"): // PowerShell's wget
			return powerShellSources(c, args)
		case value == "--output-document":
			out, given = next(), true
		case strings.HasPrefix(value, "--output-document="):
			out, given = value[len("--output-document="):], true
		case value == "--directory-prefix":
			dir = next()
		case strings.HasPrefix(value, "--directory-prefix="):
			dir = value[len("--directory-prefix="):]
		case value == "--spider":
			return nil // looks, and keeps nothing
		case value == "--header" || value == "--user" || value == "--password" || value == "--tries" || value == "--timeout" || value == "--user-agent":
			next()
		case strings.HasPrefix(value, "--"):
		case len(value) > 1 && value[0] == '-':
			if strings.HasPrefix(value, "-n") && len(value) == 3 {
				continue // -nv, -nc: two letters, one flag
			}
			short := cluster(value, "OoaPetTwUQBilARDI")
			switch short.valued {
			case 'O':
				out, given = firstOf(short.value, next), true
			case 'P':
				dir = firstOf(short.value, next)
			case 0:
			default:
				firstOf(short.value, next)
			}
		default:
			urls = append(urls, value)
		}
	}
	if len(urls) == 0 {
		urls = []string{""}
	}
	var found []source
	for _, from := range urls {
		one := source{from: from, into: out}
		switch {
		case out == "-" || out == "/dev/stdout":
			one.into = ""
		case !given:
			one.into = path.Join(dir, baseOf(from))
		}
		found = append(found, one)
	}
	return saved(c, found)
}

// plainSources reads the tools whose addresses are recognisable by themselves.
func plainSources(c evidence.Command, args []evidence.Word) []source {
	one := source{}
	checked, name := false, programOf(&c)
	for i := 0; i < len(args); i++ {
		value := args[i].Value
		switch {
		case strings.Contains(value, "://") && one.from == "":
			one.from = value
		case (value == "-o" || value == "--output" || value == "--out") && i+1 < len(args):
			i++
			one.into = args[i].Value
		case strings.HasPrefix(value, "--out="):
			one.into = value[len("--out="):]
		case strings.HasPrefix(value, "--checksum"):
			checked = true // aria2c compares it itself
		}
	}
	if one.from == "" || checked {
		return nil
	}
	if one.into == "" && name != "http" && name != "https" && name != "xh" && name != "lwp-request" {
		one.into = baseOf(one.from)
	}
	if one.into == "-" {
		one.into = ""
	}
	return saved(c, []source{one})
}
