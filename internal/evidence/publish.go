package evidence

// PublishSetting is one setting of how the packages of a folder are published,
// under the name that npm has for it: provenance, registry.
type PublishSetting struct {
	Path  string `json:"path"` // package.json (publishConfig), .npmrc, .yarnrc.yml
	Name  string `json:"name"`
	Value Text   `json:"value"`
}
