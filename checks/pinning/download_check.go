package pinning

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// verify notes a command that would notice other bytes than expected.
func (m *machine) verify(i int, in flow) {
	c := &m.script.Commands[i]
	program := programOf(c)
	switch {
	case hashers[program] && m.checksums(c):
		m.checksum(i, c, in)
	case isSignature(c):
		m.named(i, c)
	case program == "[" || program == "[[" || program == "test" || program == "cmp" || program == "diff" || program == "if":
		m.compared(i, c)
	case program == "grep" && len(in.hashes) > 0, program == "grep" && m.mentions(c):
		m.compared(i, c)
	case checksByName(program):
		m.called(i, c)
	}
}

// called is a call of such a function. One of this script that compares hashes
// or signatures is a check; what one of another file does is not known.
func (m *machine) called(i int, c *evidence.Command) {
	var what []*download
	for _, word := range c.Words[1:] {
		what = union(what, m.held(c.Dir, word.Value))
	}
	verifies, here := m.verifiers[c.Program()]
	for _, d := range what {
		switch {
		case verifies: // what happens on failure is decided in there
			d.checks = append(d.checks, checked{m.number, i, c.Program(), true})
		case !here && (d.use == nil || d.use.weak):
			d.called = c.Program()
		}
	}
}

// checksum is a list of hashes compared with files. Who wrote the list decides
// what that is worth.
func (m *machine) checksum(i int, c *evidence.Command, in flow) {
	list := in.bytes
	text := ""
	for _, word := range c.Words[1:] {
		if isFlag(word.Value) {
			continue
		}
		list = union(list, m.content(c, word))
	}
	if c.Input > 0 {
		for _, word := range m.script.Commands[c.Input-1].Words {
			text += " " + word.Value
		}
	}
	for _, redir := range c.Redir {
		if redir.Op == "<<" || redir.Op == "<<<" {
			text += " " + redir.Target.Value
		}
	}
	m.judge(i, m.mentioned(text, list), list)
}

// mentioned is the downloads whose file a text names, or all that were saved
// if it names none.
func (m *machine) mentioned(text string, except []*download) []*download {
	var named, saved []*download
	text = plainVariables(text)
	for _, d := range m.downloads[max(0, len(m.downloads)-maxPending):] {
		if d.base == "" || contains(except, d) {
			continue
		}
		saved = append(saved, d)
		if strings.Contains(text, d.base) {
			named = append(named, d)
		}
	}
	if len(named) > 0 {
		return named
	}
	return saved
}

func contains(list []*download, d *download) bool {
	for _, one := range list {
		if one == d {
			return true
		}
	}
	return false
}

// judge weighs a comparison of downloads with what other downloads say. A list
// from the same place proves nothing unless its own signature was checked.
func (m *machine) judge(i int, what, against []*download) {
	for _, d := range what {
		if beside := m.fromSamePlace(d, against, i); beside != nil {
			if d.use == nil || d.use.weak {
				d.beside = beside
			}
			continue
		}
		m.check(i, d)
	}
}

func (m *machine) fromSamePlace(d *download, against []*download, i int) *download {
	for _, list := range against {
		if list == d || m.heeded(list, i) || isAddressedByContent(list.from) {
			continue
		}
		if a, b := hostOf(d.from), hostOf(list.from); a == b || a == "" || b == "" {
			return list
		}
	}
	return nil
}

// check notes that command i compares the download.
func (m *machine) check(i int, d *download) {
	c := m.script.Commands[i]
	d.checks = append(d.checks, checked{m.number, i, c.Func, c.Fatal})
}

// named is a signature check: of the downloads in its words, or of all if none
// is recognisable there.
func (m *machine) named(i int, c *evidence.Command) {
	text := ""
	var what []*download
	for _, word := range c.Words[1:] {
		text += " " + word.Value
		what = union(what, m.held(c.Dir, word.Value))
	}
	if len(what) == 0 || onlySignatures(what) {
		what = union(what, m.mentioned(text, nil))
	}
	for _, d := range what {
		m.check(i, d)
	}
}

// compared is a test with a hash of a download on one side. Where the other
// side was downloaded too, it comes from beside.
func (m *machine) compared(i int, c *evidence.Command) {
	var f flow
	if c.Input > 0 {
		f = m.out[c.Input-1]
	}
	for _, word := range c.Words {
		f = f.and(m.result(word))
		f.bytes = union(f.bytes, m.held(c.Dir, word.Value))
	}
	if len(f.hashes) > 0 {
		m.judge(i, f.hashes, f.bytes)
	}
}

// mentions says whether a hash of a download is among the words.
func (m *machine) mentions(c *evidence.Command) bool {
	for _, word := range c.Words {
		if len(m.result(word).hashes) > 0 {
			return true
		}
	}
	return false
}

// heeded says whether some check of the download keeps command i from running
// if it fails: because i needs it, or because it ends the script, which a check
// in an earlier script does for all later ones. One in another function is given
// the benefit of the doubt, for nobody followed where it is called.
func (m *machine) heeded(d *download, i int) bool {
	if len(d.checks) == 0 {
		return false
	}
	needed := m.needs(i)
	function := m.script.Commands[i].Func
	for _, one := range d.checks {
		if one.script < m.number || one.fatal || needed[one.command] || one.function != function {
			return true
		}
	}
	d.ignored = true
	return false
}

// needs is every command of the script whose success command i needs.
func (m *machine) needs(i int) map[int]bool {
	needed := make(map[int]bool)
	pending := []int{i}
	for len(pending) > 0 && len(needed) < maxNeeded {
		c := m.script.Commands[pending[0]]
		pending = pending[1:]
		next := c.Guards
		if c.Within > 0 {
			next = append(next[:len(next):len(next)], c.Within)
		}
		if c.Input > 0 {
			next = append(next[:len(next):len(next)], c.Input)
		}
		for _, one := range next {
			if !needed[one-1] {
				needed[one-1] = true
				pending = append(pending, one-1)
			}
		}
	}
	return needed
}
