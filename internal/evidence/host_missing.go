package evidence

import "strings"

// Missing are the entries of Unseen that leave open what stands at a path: those of
// the path itself, of what holds it, and of what it holds. A list is whole where
// there is none.
func (h *Host) Missing(what string) []Unseen {
	var all []Unseen
	for _, u := range h.Unseen {
		if u.What == what || strings.HasPrefix(what, u.What+"/") || strings.HasPrefix(u.What, what+"/") {
			all = append(all, u)
		}
	}
	return all
}
