package pinning

import (
	"net/url"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// A source is one thing that a command brings from the network.
type source struct {
	from string // its address as written, or the command where it names none
	into string // the file it is saved as; "" is standard output
}

// sourcesOf tells what a command downloads. Package managers are not among
// them: what they bring in is for other checks.
func sourcesOf(c evidence.Command) []source {
	args := c.Words
	if len(args) == 0 {
		return nil
	}
	args = args[1:]
	switch programOf(&c) {
	case "curl":
		return curlSources(c, args)
	case "wget":
		return wgetSources(c, args)
	case "fetch", "aria2c", "axel", "http", "https", "xh", "lwp-download", "lwp-request":
		return plainSources(c, args)
	case "invoke-webrequest", "iwr", "invoke-restmethod", "irm", "start-bitstransfer":
		return powerShellSources(c, args)
	case "webclient.downloadfile", "webclient.downloadstring":
		return webClientSources(args)
	case "aws":
		return awsSources(c, args)
	case "gsutil", "gcloud":
		return bucketSources(c, args, "gs://")
	case "az":
		return azureSources(c, args)
	case "gh":
		return releaseSources(c, args)
	}
	return nil
}

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

func powerShellSources(c evidence.Command, args []evidence.Word) []source {
	one := source{}
	for i := 0; i < len(args); i++ {
		flag := strings.ToLower(args[i].Value)
		flag, inline, _ := strings.Cut(flag, ":")
		if !strings.HasPrefix(flag, "-") {
			if one.from == "" {
				one.from = args[i].Value
			} else if one.into == "" && programOf(&c) == "start-bitstransfer" {
				one.into = args[i].Value
			}
			continue
		}
		switch {
		case flag == "-uri" || flag == "-source" || flag == "-url":
			if i++; i < len(args) {
				one.from = args[i].Value
			}
		case strings.HasPrefix("-outfile", flag) && len(flag) > 1 || flag == "-destination":
			if i++; i < len(args) {
				one.into = args[i].Value
			}
		case inline != "" || switchParameters[flag]:
		default:
			i++
		}
	}
	return saved(c, []source{one})
}

var switchParameters = map[string]bool{
	"-usebasicparsing": true, "-usedefaultcredentials": true, "-passthru": true, "-resume": true, "-skipcertificatecheck": true,
	"-disablekeepalive": true, "-verbose": true, "-debug": true, "-allowinsecureredirect": true, "-asynchronous": true,
}

func webClientSources(args []evidence.Word) []source {
	switch len(args) {
	case 1:
		return []source{{from: args[0].Value}}
	case 2:
		return []source{{from: args[0].Value, into: args[1].Value}}
	}
	return nil
}

func awsSources(c evidence.Command, args []evidence.Word) []source {
	if len(args) < 2 {
		return nil
	}
	if args[0].Value == "s3api" && args[1].Value == "get-object" {
		key, out := "", ""
		for i := 2; i < len(args); i++ {
			switch value := args[i].Value; {
			case value == "--key" && i+1 < len(args):
				i++
				key = args[i].Value
			case strings.HasPrefix(value, "--"):
				i++
			default:
				out = value
			}
		}
		return saved(c, []source{{from: "s3 object " + key, into: copiedTo(out, key)}})
	}
	if args[0].Value != "s3" {
		return nil
	}
	return bucketSources(c, args, "s3://")
}

// bucketSources reads copies out of a bucket: the address, and where to.
func bucketSources(c evidence.Command, args []evidence.Word, scheme string) []source {
	from := ""
	for _, arg := range args {
		switch {
		case strings.HasPrefix(arg.Value, scheme):
			if from != "" {
				return nil // from bucket to bucket
			}
			from = arg.Value
		case from != "" && !strings.HasPrefix(arg.Value, "--"):
			if arg.Value == "-" {
				return []source{{from: from}}
			}
			return saved(c, []source{{from: from, into: copiedTo(arg.Value, from)}})
		case from == "" && (strings.HasPrefix(arg.Value, "./") || strings.HasPrefix(arg.Value, "/")):
			return nil // an upload
		}
	}
	return nil
}

func azureSources(c evidence.Command, args []evidence.Word) []source {
	if len(args) < 3 || args[0].Value != "storage" || args[1].Value != "blob" || args[2].Value != "download" {
		return nil
	}
	one := source{from: "blob"}
	for i := 3; i+1 < len(args); i++ {
		switch args[i].Value {
		case "--name", "-n":
			one.from = "blob " + args[i+1].Value
		case "--file", "-f":
			one.into = args[i+1].Value
		}
	}
	return saved(c, []source{one})
}

// ownRelease is what a workflow downloads of the release of its own repository.
const ownRelease = "the release's assets"

// releaseSources reads gh release download.
func releaseSources(c evidence.Command, args []evidence.Word) []source {
	if len(args) < 2 || args[0].Value != "release" || args[1].Value != "download" {
		return nil
	}
	repo, dir, into := "", "", ""
	var patterns []string
	for i := 2; i < len(args); i++ {
		flag, value, inline := strings.Cut(args[i].Value, "=")
		if !strings.HasPrefix(flag, "-") {
			continue
		}
		if !inline && i+1 < len(args) {
			value = args[i+1].Value
		}
		switch flag {
		case "-R", "--repo":
			repo = value
		case "-p", "--pattern":
			patterns = append(patterns, value)
		case "-D", "--dir":
			dir = value
		case "-O", "--output":
			into = value
		}
	}
	from := ownRelease
	if repo != "" {
		from = "release assets of " + repo
	}
	if into != "" {
		if into == "-" {
			into = ""
		}
		return saved(c, []source{{from: from, into: into}})
	}
	if len(patterns) == 0 {
		return []source{{from: from, into: path.Join(dir, "*")}}
	}
	var found []source
	for _, pattern := range patterns {
		found = append(found, source{from: from + " " + pattern, into: path.Join(dir, pattern)})
	}
	return found
}

// saved follows the redirection of what would go to standard output.
func saved(c evidence.Command, found []source) []source {
	for i := range found {
		if found[i].into == "-" || found[i].into == "/dev/stdout" {
			found[i].into = ""
		}
		if found[i].into != "" {
			continue
		}
		for _, redir := range c.Redir {
			if isOutput(redir.Op) {
				found[i].into = redir.Target.Value
			}
		}
	}
	kept := found[:0]
	for _, one := range found {
		if one.into != "/dev/null" && one.into != "NUL" && one.into != "$null" {
			kept = append(kept, one)
		}
	}
	for i := range kept {
		if kept[i].from == "" {
			kept[i].from = programOf(&c) + " download"
		}
	}
	return kept
}

func isOutput(op string) bool {
	return op == ">" || op == ">>" || op == ">|" || op == "&>" || op == "&>>" || op == "<>"
}

// copiedTo is the file that a copy to a file or folder makes.
func copiedTo(into, from string) string {
	if into == "." || into == ".." || strings.HasSuffix(into, "/") || inPath(into) {
		return path.Join(into, baseOf(from))
	}
	return into
}

// baseOf is the name a download gets from its address.
func baseOf(from string) string {
	from, _, _ = strings.Cut(from, "#")
	if i := strings.IndexByte(from, '?'); i >= 0 && !strings.Contains(from[i:], "}") {
		from = from[:i]
	}
	rest := from
	if i := strings.Index(from, "://"); i >= 0 {
		rest = from[i+3:]
		if !strings.Contains(rest, "/") {
			return "index.html"
		}
	}
	return path.Base(rest)
}

// isHere tells an address on the machine itself, which is no download.
func isHere(from string) bool {
	if strings.HasPrefix(from, "file:") {
		return true
	}
	host := from
	if i := strings.Index(host, "://"); i >= 0 {
		host = host[i+3:]
	}
	host, _, _ = strings.Cut(host, "/")
	if strings.HasPrefix(host, "[::1]") {
		return true
	}
	host, _, _ = strings.Cut(host, ":")
	return host == "localhost" || strings.HasPrefix(host, "127.") || host == "0.0.0.0" || strings.HasSuffix(host, ".localhost")
}

// hostOf is the host of an address, as far as it is written out.
func hostOf(from string) string {
	i := strings.Index(from, "://")
	if i < 0 {
		return ""
	}
	host, _, _ := strings.Cut(from[i+3:], "/")
	return strings.ToLower(host)
}

// isAddressedByContent tells addresses that name one content for ever: a file
// at a full commit of a code host, over https.
func isAddressedByContent(from string) bool {
	u, err := url.Parse(from)
	if err != nil || u.Scheme != "https" {
		return false
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	at := func(i int) string {
		if i < len(parts) {
			return parts[i]
		}
		return ""
	}
	switch strings.ToLower(u.Host) {
	case "raw.githubusercontent.com":
		return isFullSHA(at(2)) && len(parts) > 3
	case "gist.githubusercontent.com":
		return at(2) == "raw" && isFullSHA(at(3))
	case "codeload.github.com":
		return isFullSHA(at(3))
	case "github.com":
		return (at(2) == "raw" || at(2) == "blob") && isFullSHA(at(3)) ||
			at(2) == "archive" && isFullSHA(strings.TrimSuffix(strings.TrimSuffix(at(3), ".tar.gz"), ".zip"))
	case "cdn.jsdelivr.net":
		_, ref, _ := strings.Cut(at(2), "@")
		return at(0) == "gh" && isFullSHA(ref)
	case "gitlab.com":
		for i, part := range parts {
			if part == "raw" && isFullSHA(at(i+1)) {
				return true
			}
		}
	}
	return false
}

func isFullSHA(s string) bool { return (len(s) == 40 || len(s) == 64) && isHex(s) }

func isHex(s string) bool {
	for _, c := range s {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return s != ""
}
