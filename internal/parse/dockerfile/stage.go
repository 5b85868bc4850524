package dockerfile

import (
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// stage is one FROM and what follows it.
type stage struct {
	evidence.Stage
	anchor string
	base   *stage // the earlier stage it builds on, nil for an image
	all    []instruction
	end    state // what holds after its last instruction
}

// walk puts the instructions into stages.
func (r *reader) walk(all []instruction) {
	var now *stage
	for _, one := range all {
		switch {
		case !known(one.name):
			r.problem(one.whole.Errorf("%s is no Dockerfile instruction", brief(one.name)))
		case one.name == "FROM":
			now = r.from(one)
		case one.name == "ARG" && now == nil:
			r.declare(one)
			r.file.Args = append(r.file.Args, one.evidence())
		default:
			if now == nil {
				r.problem(one.whole.Errorf("%s stands before the first FROM, so nothing builds it", one.name))
				now = &stage{anchor: "stages"}
				r.stages = append(r.stages, now)
			}
			now.all = append(now.all, one)
			now.Instructions = append(now.Instructions, one.evidence())
		}
	}
	for _, s := range r.stages {
		r.copied(s)
		if s.At.Line > 0 {
			r.file.Stages = append(r.file.Stages, s.Stage)
		}
	}
}

// from starts a stage.
func (r *reader) from(one instruction) *stage {
	s := &stage{}
	s.At = one.whole.At()
	s.anchor = "stages/" + strconv.Itoa(r.froms)
	r.froms++
	switch n := len(one.words); {
	case n == 0:
		r.problem(one.whole.Errorf("FROM names no image"))
	case n == 3 && strings.EqualFold(one.words[1].Value, "AS"):
		s.Name = one.words[2].Value
		s.anchor = "stages/" + s.Name
		fallthrough
	case n == 1:
		r.baseImage(s, one.words[0])
	default:
		r.problem(one.whole.Errorf("FROM takes an image, or an image AS a name"))
		r.baseImage(s, one.words[0])
	}
	r.stages = append(r.stages, s)
	if s.Name != "" {
		r.names[strings.ToLower(s.Name)] = s
	}
	return s
}

// declare reads an ARG before the first FROM.
func (r *reader) declare(one instruction) {
	r.arguments(one, r.global, nil)
	for _, word := range one.words {
		name, _, _ := word.Cut("=")
		r.declared[name.Value] = true
	}
}

// arguments adds what an ARG declares. Without a default it takes that of the
// same argument before the first FROM, if there is one.
func (r *reader) arguments(one instruction, known, global variables) {
	for _, word := range one.words {
		name, value, found := word.Cut("=")
		if !found {
			delete(known, name.Value)
			if above, found := global[name.Value]; found {
				known.set(name.Value, above)
			}
			continue
		}
		r.assign(known, name.Value, value, known)
	}
}

// environment adds what an ENV sets.
func (r *reader) environment(one instruction, s *state) {
	if len(one.words) > 0 && !strings.Contains(one.words[0].Value, "=") { // ENV NAME the rest
		name, value, _ := cutSpace(one.rest)
		r.assign(s.env, name.Value, value, s.constants())
		return
	}
	before := s.constants()
	for _, word := range one.words {
		name, value, _ := word.Cut("=")
		r.assign(s.env, name.Value, value, before)
	}
}

// assign keeps a value that is known, and forgets the name where it is not.
func (r *reader) assign(into variables, name string, value text.Text, known variables) {
	got := r.fill.word(value.Value, known)
	if got.open != "" || len(got.value) > maxWord {
		delete(into, name)
		return
	}
	into.set(name, variable{value: got.value, at: value.At()})
}

// evidence is the instruction as the checks see it.
func (one instruction) evidence() evidence.Instruction {
	seen := evidence.Instruction{Name: one.name, Exec: one.exec, At: one.whole.At()}
	for _, flag := range one.flags {
		seen.Flags = append(seen.Flags, flag.Value)
	}
	for _, word := range one.words {
		seen.Args = append(seen.Args, word.Located())
	}
	if one.inner != nil {
		seen.Args = []evidence.Text{one.rest.Located()}
	}
	return seen
}
