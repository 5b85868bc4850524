package hermetic

import (
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// containerFlag is one flag that a container engine is given.
type containerFlag struct {
	name, value string
	known       bool // nothing in it is left to the run
	at          evidence.Location
}

func (f containerFlag) written() string {
	if f.value == "" || f.name == "" {
		return f.name + f.value
	}
	return f.name + " " + f.value
}

// danger says what a flag gives away, or nothing.
func (f containerFlag) danger() string {
	value := strings.ToLower(f.value)
	switch f.name {
	case "--privileged":
		if value != "false" {
			return "gives its container every right on the machine"
		}
	case "--network", "--net", "--network-mode":
		if value == "host" {
			return "puts it on the network of the machine, with every service that listens there"
		}
	case "--pid":
		if value == "host" {
			return "lets it see and signal every process of the machine"
		}
	case "--ipc":
		if value == "host" {
			return "lets it reach the shared memory of the machine"
		}
	case "--userns":
		if value == "host" {
			return "takes the separation of its users from those of the machine away"
		}
	case "--cap-add":
		switch strings.TrimPrefix(value, "cap_") {
		case "all", "sys_admin", "sys_ptrace", "sys_module", "dac_read_search", "bpf", "sys_rawio":
			return "gives it a right with which it can leave its container"
		}
	case "--security-opt":
		if strings.HasSuffix(value, "unconfined") || strings.HasSuffix(value, "label=disable") || strings.HasSuffix(value, "label:disable") {
			return "switches off what the kernel would keep it from"
		}
	case "--volume":
		return mountDanger(f.source())
	case "--device":
		if source := f.source(); source == "/dev/mem" || source == "/dev/kmem" || strings.HasPrefix(source, "/dev/sd") || strings.HasPrefix(source, "/dev/nvme") {
			return "gives it a device that holds the machine's memory or disk"
		}
	}
	return ""
}

// source is the place on the machine that a mount begins at.
func (f containerFlag) source() string {
	if !strings.Contains(f.value, "=") {
		source, _, _ := strings.Cut(f.value, ":")
		return source
	}
	for field := range strings.SplitSeq(f.value, ",") { // type=bind,source=/,target=/host
		if key, value, _ := strings.Cut(field, "="); key == "source" || key == "src" {
			return value
		}
	}
	return ""
}

func mountDanger(source string) string {
	switch source = path.Clean(source); {
	case source == "/":
		return "gives it every file of the machine"
	case path.Base(source) == "docker.sock" || path.Base(source) == "podman.sock" || path.Base(source) == "containerd.sock":
		return "gives it the container engine, by which it can start anything with every right"
	case slices.Contains([]string{"/etc", "/proc", "/sys", "/dev", "/boot", "/root", "/var", "/var/run", "/run", "/usr", "/lib", "/bin"}, source):
		return "gives it a folder that the machine itself lives by"
	}
	return ""
}

// shortFlags are the short names of flags that matter here.
var shortFlags = map[byte]string{'v': "--volume"}

// bareFlags take no value.
var bareFlags = []string{
	"--rm", "--interactive", "--tty", "--detach", "--privileged", "--init", "--read-only", "--no-healthcheck", "--oom-kill-disable", "--publish-all",
	"--sig-proxy", "--disable-content-trust", "--quiet", "--help", "--replace", "--rmi", "--no-hosts", "--env-host", "--http-proxy", "--tls-verify", "--use-api-socket", "--no-trunc",
}

// engineFlags are the flags of docker run and its like, up to the image. runs
// says whether the words are such a launch at all.
func engineFlags(words []evidence.Word) (flags []containerFlag, runs bool) {
	start := slices.IndexFunc(words, func(word evidence.Word) bool {
		return slices.Contains([]string{"docker", "podman", "nerdctl"}, evidence.ProgramName(word.Value))
	})
	if start < 0 {
		return nil, false
	}
	for words = words[start+1:]; len(words) > 0; words = words[1:] {
		if words[0].Value == "run" || words[0].Value == "create" {
			runs = true
			words = words[1:]
			break
		}
	}
	for len(words) > 0 {
		word := words[0]
		words = words[1:]
		if !strings.HasPrefix(word.Value, "-") || word.Value == "-" {
			return flags, runs // the image: what follows is the server's own
		}
		flag, takes := readFlag(word)
		if takes && len(words) > 0 {
			flag.value, flag.known = words[0].Value, words[0].Known
			flag.at = joined(flag.at, words[0].At)
			words = words[1:]
		}
		flags = append(flags, flag)
	}
	return flags, runs
}

// readFlag reads one word; takes says that its value is the next one.
func readFlag(word evidence.Word) (flag containerFlag, takes bool) {
	flag = containerFlag{name: word.Value, known: word.Known, at: word.At}
	if name, value, found := strings.Cut(word.Value, "="); found && strings.HasPrefix(name, "--") {
		flag.name, flag.value = longName(name), value
		return flag, false
	}
	if strings.HasPrefix(word.Value, "--") {
		flag.name = longName(word.Value)
		return flag, !slices.Contains(bareFlags, word.Value)
	}
	letters := word.Value[1:]
	for i := range len(letters) {
		if strings.IndexByte("itdPq", letters[i]) >= 0 {
			continue
		}
		flag.name = "-" + letters[i:i+1]
		if long := shortFlags[letters[i]]; long != "" {
			flag.name = long
		}
		flag.value = strings.TrimPrefix(letters[i+1:], "=")
		return flag, flag.value == ""
	}
	return flag, false
}

// longName takes two names for one flag together.
func longName(name string) string {
	switch name {
	case "--net":
		return "--network"
	case "--mount":
		return "--volume"
	}
	return name
}

// joined is the span of two words that stand in one place, or else the second's.
func joined(a, b evidence.Location) evidence.Location {
	if a.Path != b.Path || a.Line != b.Line || b.Compare(a) < 0 {
		return b
	}
	a.EndLine, a.EndColumn = b.EndLine, b.EndColumn
	return a
}
