package evidence

// LeftAlone is what the list of files leaves to others: submodules, installed
// packages. It leaves no check open.
func (s *Snapshot) LeftAlone() []Gap {
	var alone []Gap
	for _, gap := range s.Gaps {
		if gap.Kind == Listing {
			alone = append(alone, gap)
		}
	}
	return alone
}
