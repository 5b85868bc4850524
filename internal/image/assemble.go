package image

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Assemble makes the image that the Dockerfile describes of files in the build
// context. All files belong to root and carry the time made, as does the image, so
// that the same files give the same digest.
func Assemble(dockerfile io.Reader, context fs.FS, platform v1.Platform, made time.Time) (v1.Image, error) {
	recipe, err := read(dockerfile)
	if err != nil {
		return nil, fmt.Errorf("read the Dockerfile: %w", err)
	}
	image := mutate.MediaType(empty.Image, types.OCIManifestSchema1)
	image = mutate.ConfigMediaType(image, types.OCIConfigJSON)
	image, err = mutate.ConfigFile(image, &v1.ConfigFile{
		OS: platform.OS, Architecture: platform.Architecture, Variant: platform.Variant,
		Created: v1.Time{Time: made.UTC()},
		RootFS:  v1.RootFS{Type: "layers"},
		Config:  v1.Config{Labels: recipe.labels, User: recipe.user, WorkingDir: recipe.workdir, Entrypoint: recipe.entrypoint},
	})
	if err != nil {
		return nil, err
	}
	for _, one := range recipe.copies {
		if image, err = addLayer(image, made, func(w *tar.Writer) error { return one.write(w, context, made) }); err != nil {
			return nil, err
		}
	}
	if recipe.workdir == "" {
		return image, nil
	}
	return addLayer(image, made, func(w *tar.Writer) error {
		return w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: strings.TrimPrefix(recipe.workdir, "/") + "/", Mode: 0o755, ModTime: made})
	})
}

func addLayer(image v1.Image, made time.Time, write func(*tar.Writer) error) (v1.Image, error) {
	var content bytes.Buffer
	w := tar.NewWriter(&content)
	if err := write(w); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content.Bytes())), nil }
	layer, err := tarball.LayerFromOpener(open, tarball.WithCompressionLevel(gzip.BestSpeed), tarball.WithMediaType(types.OCILayer))
	if err != nil {
		return nil, err
	}
	return mutate.Append(image, mutate.Addendum{Layer: layer, History: v1.History{Created: v1.Time{Time: made.UTC()}}})
}

func (c copied) write(w *tar.Writer, context fs.FS, made time.Time) error {
	for _, source := range c.sources {
		info, err := fs.Stat(context, source)
		if err != nil {
			return fmt.Errorf("the build context: %w", err)
		}
		if !info.Mode().IsRegular() {
			return fmt.Errorf("the build context: %s is no file", source)
		}
		mode := c.mode
		if mode == 0 {
			mode = int64(info.Mode().Perm())
		}
		name := c.destination
		if strings.HasSuffix(name, "/") {
			name = path.Join(name, path.Base(source))
		}
		if err := w.WriteHeader(&tar.Header{Name: strings.TrimPrefix(name, "/"), Mode: mode, Size: info.Size(), ModTime: made}); err != nil {
			return err
		}
		if err := pour(w, context, source); err != nil {
			return err
		}
	}
	return nil
}

func pour(w io.Writer, context fs.FS, name string) error {
	file, err := context.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(w, file)
	return err
}
