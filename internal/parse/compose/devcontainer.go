package compose

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/image"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// TakesDevContainer knows the three places of a dev container.
func TakesDevContainer(file string) bool {
	folder, name := path.Split(file)
	switch name {
	case ".devcontainer.json":
		return true
	case "devcontainer.json":
		return strings.Contains("/"+folder, "/.devcontainer/")
	}
	return false
}

// ReadDevContainer reads the image of a dev container.
func ReadDevContainer(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.JSON(src)
	ref := root.Get("image")
	if ref.String() == "" {
		return err
	}
	one := evidence.Image{
		Path: src.Path(), Use: evidence.ImageBuild, Anchor: "image",
		Ref: ref.Text.Value, Written: ref.Text.Value, At: ref.Text.At(),
	}
	one.Pin, one.Why = image.Classify(one.Ref)
	out.Images = append(out.Images, one)
	return err
}
