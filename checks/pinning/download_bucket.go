package pinning

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

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

// copiedTo is the file that a copy to a file or folder makes.
func copiedTo(into, from string) string {
	if into == "." || into == ".." || strings.HasSuffix(into, "/") || inPath(into) {
		return path.Join(into, baseOf(from))
	}
	return into
}
