package jenkins

// span is a range of tokens.
type span struct{ start, end int }

func (s span) empty() bool { return s.start >= s.end }

// call is a step or a setting: its name, what it is given, and its block.
type call struct {
	args  span
	block span
	next  int // the token behind it
}

// is tells whether a token is that sign.
func (r *reader) is(i int, c byte) bool {
	return 0 <= i && i < len(r.tokens) && r.tokens[i].kind == sign && r.tokens[i].text.Value[0] == c
}

// named tells whether a token is that name.
func (r *reader) named(i int, word string) bool {
	return 0 <= i && i < len(r.tokens) && r.tokens[i].kind == name && r.tokens[i].text.Value == word
}

// over is the token behind this one, or behind the bracket that it opens.
func (r *reader) over(i int) int {
	if match := r.tokens[i].match; match > i {
		return match + 1
	}
	return i + 1
}

// opens tells whether a token opens a bracket.
func (r *reader) opens(i int) bool { return r.is(i, '{') || r.is(i, '(') || r.is(i, '[') }

const maxBare = 200 // words and brackets that one call is given without parentheses

// call reads what follows the name at i: (args) { block }, args without
// parentheses to the end of the line, or a block alone.
func (r *reader) call(i, end int) call {
	next := i + 1
	var c call
	if r.is(next, '(') {
		c.args = span{next + 1, min(r.tokens[next].match, end)}
		next = r.over(next)
	} else {
		c.args.start = next
		for next < min(end, i+maxBare) && !r.is(next, '{') && (!r.tokens[next].first || next > i+1 && r.goesOn(next-1)) {
			next = r.over(next)
		}
		c.args.end = min(next, end)
	}
	if next < end && r.is(next, '{') {
		c.block = span{next + 1, min(r.tokens[next].match, end)}
		next = r.over(next)
	}
	c.next = min(next, end)
	return c
}

// goesOn tells whether a statement goes on behind the end of a line.
func (r *reader) goesOn(i int) bool { return r.is(i, ',') || r.is(i, '+') || r.is(i, ':') }

// argument is the argument of that name, or the first that has none.
func (r *reader) argument(args span, key string) span {
	for i := args.start; i < args.end; {
		one := span{i, i}
		for one.end < args.end && !r.is(one.end, ',') {
			one.end = r.over(one.end)
		}
		one.end = min(one.end, args.end)
		i = one.end + 1
		label := one.end-one.start > 1 && r.tokens[one.start].kind == name && r.is(one.start+1, ':')
		switch {
		case label && r.named(one.start, key):
			return span{one.start + 2, one.end}
		case !label && key == "":
			return one
		}
	}
	return span{}
}

// expression reads strings and what is added to them. It is not ok where the
// value is anything else.
func (r *reader) expression(s span) (parts []value, ok bool) {
	literal := false
	for i := s.start; i < s.end; {
		switch t := r.tokens[i]; t.kind {
		case quoted:
			literal = true
			parts = append(parts, t.value)
			i = r.trimmed(i+1, s.end)
		case name:
			next := r.term(i, s.end)
			whole := t.text.Source().Text(offset(t, false), offset(r.tokens[next-1], true))
			parts = append(parts, value{[]piece{{value: whole.Value, from: whole, expression: whole.Value, hole: true}}})
			i = next
		default:
			return nil, false
		}
		if i < s.end && !r.is(i, '+') {
			return nil, false
		}
		i++
	}
	return parts, literal || len(parts) == 1
}

func offset(t token, end bool) int {
	from, to := t.text.Offsets()
	if end {
		return to
	}
	return from
}

// trimmed skips the calls that change white space only.
func (r *reader) trimmed(i, end int) int {
	for i+3 < end && r.is(i, '.') && (r.named(i+1, "trim") || r.named(i+1, "stripIndent") || r.named(i+1, "toString")) && r.is(i+2, '(') && r.is(i+3, ')') {
		i += 4
	}
	return i
}

// term is the token behind name.name(...)[...].
func (r *reader) term(i, end int) int {
	i++
	for i < end {
		switch {
		case r.is(i, '.') && i+1 < end && r.tokens[i+1].kind == name:
			i += 2
		case r.is(i, '(') || r.is(i, '['):
			i = min(r.over(i), end)
		default:
			return i
		}
	}
	return i
}

// findGlobals finds the variables that are set once, to a string.
func (r *reader) findGlobals() {
	r.globals = make(constants)
	times := make(map[string]int)
	for i := 1; i+1 < len(r.tokens); i++ {
		if !r.is(i, '=') || r.is(i+1, '=') || r.is(i-1, '=') {
			continue // a comparison
		}
		if r.tokens[i-1].kind == sign && i > 1 { // x += y
			times[r.tokens[i-2].text.Value]++
			delete(r.globals, r.tokens[i-2].text.Value)
			continue
		}
		word := r.tokens[i-1].text.Value
		times[word]++
		delete(r.globals, word)
		next := i + 2
		if one := r.tokens[i+1]; one.kind != quoted || times[word] > 1 || r.is(i-2, '.') || next < len(r.tokens) && !r.tokens[next].first && !r.is(next, '}') {
			continue
		}
		if f := r.fill([]value{r.tokens[i+1].value}, nil); f.known() && len(f.text.Value) <= maxValue {
			r.globals[word] = f.text.Located()
		}
	}
}

const maxValue = 1 << 10
