package evidence

// ToolText is one file whose words reach a model: a manifest, the configuration
// of a client, a tool's definition, instructions for agents.
type ToolText struct {
	Path   string       `json:"path"`
	Hidden []HiddenText `json:"hidden,omitempty"`
}

// HiddenKind says how characters are hidden from a reader.
type HiddenKind string

const (
	Invisible HiddenKind = "invisible" // no width, tags, variation selectors
	Bidi      HiddenKind = "bidi"      // turn the order of what is shown
	Control   HiddenKind = "control"   // orders to a terminal
	Mark      HiddenKind = "mark"      // invisible too, where its language may want it
)

// HiddenText is one run of characters that a model reads and a person does not see.
type HiddenText struct {
	Kind   HiddenKind `json:"kind"`
	Anchor string     `json:"anchor,omitempty"` // tools/0/description
	Points []string   `json:"points"`           // the first of them, as U+200B
	Count  int        `json:"count"`
	At     Location   `json:"at"`
}
