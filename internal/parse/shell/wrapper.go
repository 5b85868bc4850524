package shell

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// A wrapper is a program whose arguments end in another command line.
type wrapper struct {
	valued   string // letters of the short flags that take a value
	long     string // long flags that take a value, each with a blank before and after
	operands int    // arguments of its own before the command
	assigns  bool   // NAME=value may stand before the command
	appends  bool   // it adds arguments that only the run knows
}

var wrappers = map[string]wrapper{
	"sudo":       {valued: "CDghpRrtTUu", long: " --user --group --host --prompt --chdir --chroot --role --type --close-from ", assigns: true},
	"doas":       {valued: "Cu"},
	"env":        {valued: "uC", long: " --unset --chdir ", assigns: true},
	"cross-env":  {assigns: true},
	"time":       {valued: "fo"},
	"nohup":      {},
	"setsid":     {},
	"exec":       {valued: "a"},
	"command":    {},
	"builtin":    {},
	"noglob":     {},
	"nice":       {valued: "n", long: " --adjustment "},
	"ionice":     {valued: "cnpPu"},
	"stdbuf":     {valued: "ioe"},
	"timeout":    {valued: "ks", long: " --kill-after --signal ", operands: 1},
	"xargs":      {valued: "adEIiLlnPs", long: " --arg-file --delimiter --max-args --max-procs --replace --max-lines --max-chars ", appends: true},
	"retry":      {valued: "tdsm", long: " --times --delay --sleep --max --tries --min "},
	"chronic":    {},
	"gosu":       {operands: 1},
	"su-exec":    {operands: 1},
	"winpty":     {},
	"xvfb-run":   {valued: "efnpsw", long: " --server-num --server-args --error-file "},
	"catchsegv":  {},
	"busybox":    {},
	"faketime":   {operands: 1},
	"flock":      {valued: "wE", long: " --timeout --wait ", operands: 1},
	"unbuffer":   {},
	"caffeinate": {valued: "tw"},
	"eatmydata":  {},
	"dotenv":     {valued: "efpv"},
}

// unwrap takes the wrappers off the front of a command line. What is left may
// be nothing: a wrapper without a command.
func unwrap(list []word) (inner []word, via []string, env []evidence.Assign) {
	inner = list
	for len(inner) > 0 {
		name := evidence.ProgramName(inner[0].text.Value)
		wrap, ok := wrappers[name]
		if !ok || inner[0].unknown {
			return inner, via, env
		}
		rest, sets, ok := wrap.strip(inner[1:])
		if !ok || len(rest) == 0 {
			return inner, via, env // env alone prints the environment
		}
		via, env, inner = append(via, name), append(env, sets...), rest
		if wrap.appends {
			last := inner[len(inner)-1]
			at := last.text.Slice(len(last.text.Value), len(last.text.Value))
			inner = append(inner[:len(inner):len(inner)], word{text: at, unknown: true})
		}
	}
	return inner, via, env
}

// strip skips the wrapper's own flags, operands and assignments.
func (wrap wrapper) strip(args []word) (rest []word, env []evidence.Assign, ok bool) {
	operands := wrap.operands
	for len(args) > 0 {
		value := args[0].text.Value
		switch {
		case value == "--":
			args = args[1:]
			if operands == 0 {
				return args, env, true
			}
			args, operands = args[min(operands, len(args)):], 0
			return args, env, true
		case value == "-v" || value == "-V": // command -v asks, it runs nothing
			return nil, nil, false
		case len(value) > 1 && value[0] == '-':
			args = args[1:]
			if wrap.takesValue(value) && len(args) > 0 {
				args = args[1:]
			}
		case wrap.assigns && isAssignment(value):
			name, _, _ := strings.Cut(value, "=")
			set := args[0].evidence()
			set.Value = value[len(name)+1:]
			set.At = args[0].text.Slice(len(name)+1, len(value)).At()
			env = append(env, evidence.Assign{Name: name, Value: set})
			args = args[1:]
		case operands > 0:
			args, operands = args[1:], operands-1
		default:
			return args, env, true
		}
	}
	return nil, env, true
}

func (wrap wrapper) takesValue(flag string) bool {
	if strings.HasPrefix(flag, "--") {
		return wrap.long != "" && strings.Contains(wrap.long, " "+flag+" ")
	}
	// -u root, -nu root; -uroot has its value
	at := strings.IndexAny(flag[1:], wrap.valued)
	return wrap.valued != "" && at == len(flag)-2
}

func isAssignment(s string) bool {
	name, _, ok := strings.Cut(s, "=")
	if !ok || name == "" || '0' <= name[0] && name[0] <= '9' {
		return false
	}
	for _, c := range name {
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
