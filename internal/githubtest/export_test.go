package githubtest

// Routes are the operations that are served.
func Routes() []string {
	var all []string
	for _, one := range routes {
		all = append(all, one.name())
	}
	return all
}
