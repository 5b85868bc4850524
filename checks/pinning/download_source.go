package pinning

import (
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
		case inline != "" || isSwitch(flag):
		default:
			i++
		}
	}
	return saved(c, []source{one})
}

// isSwitch tells the parameters without a value, which may be shortened.
func isSwitch(flag string) bool {
	for _, name := range switchParameters {
		if len(flag) > 2 && strings.HasPrefix(name, flag) {
			return true
		}
	}
	return false
}

var switchParameters = []string{
	"-usebasicparsing", "-usedefaultcredentials", "-passthru", "-resume", "-skipcertificatecheck",
	"-disablekeepalive", "-verbose", "-debug", "-allowinsecureredirect", "-asynchronous",
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
