package doc

// merge adds to n the fields of a map, or of each map of a list, that n does
// not have yet: its own fields win, and the first of a list wins.
func (r *yamlReader) merge(n, from *Node, s *shape) {
	sources := []*Node{from}
	if from.Kind == List {
		sources = from.Items
	}
	for _, source := range sources {
		if source.Kind != Map {
			r.add(int(source.start), int(source.end), "merge key << needs a map or a list of maps")
			continue
		}
		if r.merged += len(source.Fields); r.merged > maxExpanded {
			r.refuse(int(n.start), int(n.end), "merge keys add more than %d fields", maxExpanded)
			return
		}
		for name, value := range source.All() {
			if !n.Has(name.Value) {
				n.add(name, value)
			}
		}
	}
}
