package workflow

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/toolchain"
)

// setup says which inputs of a setup action choose the version, by themselves
// or by the file that does.
type setup struct{ tool, version, file string }

// setups knows the actions that set a toolchain up. That of pnpm has no way to
// take whatever is there: without a version it wants packageManager.
var setups = map[string]setup{
	"actions/setup-node":   {"node", "node-version", "node-version-file"},
	"actions/setup-python": {"python", "python-version", "python-version-file"},
	"actions/setup-go":     {"go", "go-version", "go-version-file"},
	"actions/setup-java":   {"java", "java-version", "java-version-file"},
	"actions/setup-dotnet": {"dotnet", "dotnet-version", "global-json-file"},
	"pnpm/action-setup":    {"pnpm", "version", ""},
}

// stepToolchain reads the toolchain that a setup action brings.
func (r *reader) stepToolchain(step evidence.Step, within scope) {
	uses := evidence.SplitUses(step.Uses.Value)
	action := strings.ToLower(uses.Name())
	setup, found := setups[action]
	if !found {
		return
	}
	chosen := evidence.Toolchain{Tool: setup.tool, Where: action, Anchor: step.Anchor, At: step.Uses.At}
	version, file := input(step, setup.version), input(step, setup.file)
	switch {
	case version.Value != "":
		r.chooseVersion(chosen, version, within)
		return
	case file.Value != "":
		chosen.Pin, chosen.Why, chosen.At = evidence.PinLocked, "read from "+file.Value, file.At
	case setup.file == "":
		return // packageManager is read where it stands
	default:
		chosen.Pin, chosen.Why = toolchain.Classify(setup.tool, "")
	}
	r.addToolchain(chosen)
}

// chooseVersion follows a version to where it is written: in the step, or in
// the matrix, the environment or the input that an expression names.
func (r *reader) chooseVersion(chosen evidence.Toolchain, version evidence.Variable, within scope) {
	chosen.Version, chosen.At = version.Value, version.At
	if !symbolic(version.Value) {
		chosen.Pin, chosen.Why = classifyAll(chosen.Tool, version.Value)
		r.addToolchain(chosen)
		return
	}
	written := within.lookup(version.Value)
	for _, v := range written {
		one := chosen
		one.Version, one.At = v.Value, v.At
		if one.Pin, one.Why = classifyAll(chosen.Tool, v.Value); symbolic(v.Value) {
			one.Pin, one.Why = evidence.PinUnknown, "an expression that only the run resolves"
		}
		r.addToolchain(one)
	}
	if len(written) == 0 {
		chosen.Pin, chosen.Why = evidence.PinUnknown, "an expression that only the run resolves"
		r.addToolchain(chosen)
	}
}

// classifyAll judges an input that may name several versions, one a line: the
// loosest of them counts.
func classifyAll(tool, versions string) (evidence.Pin, string) {
	for version := range strings.FieldsFuncSeq(versions, func(c rune) bool { return c == '\n' || c == '\r' }) {
		if pin, why := toolchain.Classify(tool, version); pin != evidence.PinExact {
			return pin, why
		}
	}
	return toolchain.Classify(tool, versions)
}

// addToolchain adds a choice, once where several steps read the same one.
func (r *reader) addToolchain(chosen evidence.Toolchain) {
	if r.once(chosen.Tool, chosen.At) {
		r.out.Toolchains = append(r.out.Toolchains, chosen)
	}
}

func input(step evidence.Step, name string) evidence.Variable {
	for _, v := range step.With {
		if strings.EqualFold(v.Name, name) {
			return v
		}
	}
	return evidence.Variable{}
}
