package evidence

// Service is one service of a compose file, with the settings that say how far
// its container is kept from the machine.
type Service struct {
	Path     string     `json:"path"`
	Name     string     `json:"name"`
	Builds   bool       `json:"builds,omitempty"`   // from this tree
	Settings []Variable `json:"settings,omitempty"` // privileged, network_mode, pid, volumes, cap_add, ...: one a value
	At       Location   `json:"at"`
}
