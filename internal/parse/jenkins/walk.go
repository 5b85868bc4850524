package jenkins

import (
	"maps"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// context is what holds where a step stands.
type context struct {
	group  string // what runs on one machine
	anchor string // the stage
	stage  int    // its index in reader.stages
	dir    string
	env    constants
	axes   map[string][]evidence.Text // of a matrix
}

// walk reads every step of a range of tokens, however deep in blocks.
func (r *reader) walk(s span, c context) {
	for i := s.start; i < s.end; {
		t := r.tokens[i]
		switch {
		case r.opens(i):
			r.walk(span{i + 1, min(t.match, s.end)}, c)
			i = r.over(i)
		case t.kind == name && !r.member(i) && !r.defines(i):
			i = r.step(i, s.end, c)
		default:
			i++
		}
	}
}

// member tells x.name, which is a step only of those objects that give all of them.
func (r *reader) member(i int) bool {
	if !r.is(i-1, '.') {
		return false
	}
	return !r.named(i-2, "steps") && !r.named(i-2, "script") && !r.named(i-2, "this")
}

// defines tells names that are no calls: what is defined, a label, a target.
func (r *reader) defines(i int) bool {
	if r.is(i+1, ':') || r.is(i+1, '=') || r.is(i+1, '.') && !r.named(i, "docker") {
		return true
	}
	return r.named(i-1, "def") || r.named(i-1, "void") || r.named(i-1, "String") || r.named(i-1, "class")
}

// known are the steps and settings that change what others mean, or that name
// something. All others are blocks to look into.
var known = map[string]bool{
	"pipeline": true, "matrix": true, "node": true, "stage": true, "dir": true, "withEnv": true, "withCredentials": true, "environment": true,
	"agent": true, "docker": true, "containerTemplate": true, "podTemplate": true,
	"Library": true, "library": true, "lib": true, "load": true,
}

// step reads one call and gives the token behind what it has read of it.
func (r *reader) step(i, end int, c context) int {
	word := r.tokens[i].text.Value
	if shell, is := shells[word]; is {
		return r.shell(i, end, shell, c)
	}
	if !known[word] {
		return i + 1
	}
	one := r.call(i, end)
	switch word {
	case "pipeline", "matrix", "node":
		c = r.enter(one.block, c)
	case "stage":
		c = r.stage(one, c)
	case "dir":
		if f, ok := r.string(r.argument(one.args, ""), c); ok {
			c.dir = inside(c.dir, f.text.Value)
		} else {
			c.dir = inside(c.dir, "${dir}")
		}
	case "withCredentials":
		r.credentials(one.args, c)
	case "withEnv":
		c.env = r.withEnv(one.args, c.env)
	case "environment":
		return one.next // read on entering the block around it
	case "agent":
		r.agent(one.block, c)
		return one.next
	case "docker":
		r.dockerImage(i, end, c)
		return i + 1
	case "containerTemplate":
		r.image(r.argument(one.args, "image"), c)
	case "podTemplate":
		r.pod(r.argument(one.args, "yaml"), c)
	case "Library", "library", "lib":
		r.library(i, one)
	case "load":
		if f, ok := r.string(r.argument(one.args, ""), c); ok {
			r.problem(f.text.Errorf("runs the Groovy program %s, which is not read", f.text.Value))
		}
	}
	if one.block.empty() {
		return i + 1 // steps may stand in what it is given
	}
	r.walk(one.args, c)
	r.walk(one.block, c)
	return max(one.next, i+1)
}

// string is the value of one argument.
func (r *reader) string(s span, c context) (filled, bool) {
	parts, ok := r.expression(s)
	if !ok || len(parts) == 0 {
		return filled{}, false
	}
	return r.fill(parts, c.env), true
}

// stage enters a stage.
func (r *reader) stage(one call, c context) context {
	label := ""
	if f, ok := r.string(r.argument(one.args, ""), c); ok {
		label = strings.Join(strings.Fields(f.text.Value), " ")
	}
	if label == "" {
		label = "stage"
	}
	c.anchor = "stages/" + label
	c.stage = len(r.stages)
	r.stages = append(r.stages, evidence.PipelineJob{Name: label})
	c = r.enter(one.block, c)
	r.stages[c.stage].Group, r.stages[c.stage].At = c.group, r.place(one.args)
	return c
}

// place is where a range of tokens stands.
func (r *reader) place(s span) evidence.Location {
	if s.empty() {
		return r.src.Location(0, 0)
	}
	return r.src.Location(offset(r.tokens[s.start], false), offset(r.tokens[s.end-1], true))
}

// enter reads the settings of a block, which hold for all of it wherever they stand.
func (r *reader) enter(block span, c context) context {
	for i := block.start; i < block.end; i = r.over(i) {
		if r.tokens[i].kind != name || r.member(i) {
			continue
		}
		switch r.tokens[i].text.Value {
		case "environment":
			if one := r.call(i, block.end); !one.block.empty() {
				c.env = r.environment(one.block, c.env)
				r.credentials(one.block, c)
			}
		case "agent":
			if !r.named(i+1, "none") && c.anchor != "pipeline" && !r.reuses(r.call(i, block.end).block) {
				c.group = c.anchor // a machine of its own
			}
		case "when":
			if one := r.call(i, block.end); !one.block.empty() {
				at := r.place(one.block)
				text := strings.Join(strings.Fields(r.src.String()[offset(r.tokens[one.block.start], false):offset(r.tokens[one.block.end-1], true)]), " ")
				r.stages[c.stage].Conditions = append(r.stages[c.stage].Conditions, evidence.Text{Value: text, At: at})
			}
		case "axes":
			c.axes = r.axes(r.call(i, block.end).block, c)
		}
	}
	return c
}

// reuses tells an agent that runs on the machine of the whole pipeline.
func (r *reader) reuses(block span) bool {
	for i := block.start; i < block.end; i++ {
		if r.named(i, "reuseNode") && r.named(i+1, "true") {
			return true
		}
	}
	return false
}

const maxVariables = 200

// environment adds the constants of an environment { } block.
func (r *reader) environment(block span, outer constants) constants {
	known := maps.Clone(outer)
	for i := block.start; i+1 < block.end; i = r.over(i) {
		if r.tokens[i].kind != name || !r.is(i+1, '=') {
			continue
		}
		word := r.tokens[i].text.Value
		delete(known, word)
		value := span{i + 2, i + 2}
		for value.end < block.end && (value.end == value.start || !r.tokens[value.end].first || r.goesOn(value.end-1)) {
			value.end = r.over(value.end)
		}
		value.end = min(value.end, block.end)
		if f, ok := r.string(value, context{env: known}); ok && f.known() && len(f.text.Value) <= maxValue && len(known) < maxVariables {
			known[word] = f.text.Located()
		}
	}
	return known
}

// withEnv adds the constants of withEnv(['NAME=value', ...]).
func (r *reader) withEnv(args span, outer constants) constants {
	known := maps.Clone(outer)
	for i := args.start; i < args.end; i++ {
		if r.tokens[i].kind != quoted {
			continue
		}
		f := r.fill([]value{r.tokens[i].value}, outer)
		before, after, found := f.text.Cut("=")
		word := strings.TrimSpace(before.Value)
		if delete(known, word); found && f.known() && len(after.Value) <= maxValue && len(known) < maxVariables {
			known[word] = after.Located()
		}
	}
	return known
}

// axes are the values that a matrix gives to its variables.
func (r *reader) axes(block span, c context) map[string][]evidence.Text {
	axes := maps.Clone(c.axes)
	if axes == nil {
		axes = make(map[string][]evidence.Text)
	}
	for i := block.start; i < block.end; i = r.over(i) {
		if !r.named(i, "axis") {
			continue
		}
		inner := r.call(i, block.end).block
		label, values := "", []evidence.Text(nil)
		for j := inner.start; j < inner.end; j++ {
			if r.tokens[j].kind != quoted {
				continue
			}
			f := r.fill([]value{r.tokens[j].value}, c.env)
			switch {
			case r.named(j-1, "name"):
				label = f.text.Value
			case f.known() && len(values) < maxVariants:
				values = append(values, f.text.Located())
			}
		}
		axes[label] = values
	}
	return axes
}

const maxVariants = 50

// inside is a folder as seen from the root; one that leads out stays as written.
func inside(outer, folder string) string {
	if path.IsAbs(folder) || strings.HasPrefix(folder, "$") {
		return folder
	}
	if joined := path.Join(outer, folder); joined != "." {
		return joined
	}
	return ""
}
