package registry

import (
	"context"
	"errors"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/verify"
)

// bundles reads the signatures of the MCPB bundles that lie in the checkout.
// Nobody is asked for them, so they are read offline too.
func (c *collector) bundles(ctx context.Context) {
	for _, file := range c.seen.Files {
		if !IsBundle(file.Path) || file.Submodule || file.Link != "" || file.Role != evidence.Source {
			continue // not ours, or read under its own name
		}
		publication := evidence.Publication{Registry: "mcpb", Name: file.Path, InTree: true, At: evidence.Location{Path: file.Path}}
		if err := c.bundle(ctx, &publication, file); err != nil {
			publication.Attested, publication.Why = evidence.Unknown, err.Error()
		}
		c.whole.publications = append(c.whole.publications, publication)
	}
}

// IsBundle says whether a name is that of an MCPB bundle or of its former form.
func IsBundle(name string) bool {
	extension := strings.ToLower(path.Ext(name))
	return extension == ".mcpb" || extension == ".dxt"
}

// bundle reads one in place, never leaving the root.
func (c *collector) bundle(ctx context.Context, p *evidence.Publication, file evidence.File) error {
	if c.Root == "" {
		return errors.New("only its name is in the snapshot")
	}
	root, err := os.OpenRoot(c.Root)
	if err != nil {
		return errors.New("the checkout cannot be opened") // the error names a place of this machine
	}
	defer root.Close()
	name := filepath.FromSlash(file.Path)
	if info, err := root.Lstat(name); err != nil || !info.Mode().IsRegular() { // a pipe would never open
		return errors.Join(errors.New("it is no plain file any more"), err)
	}
	opened, err := root.Open(name)
	if err != nil {
		return err
	}
	defer opened.Close()
	info, err := opened.Stat()
	if err != nil {
		return err
	}
	material := verify.Material{Format: evidence.ProofMCPB, Origin: file.Path, File: opened, FileSize: info.Size()}
	c.prove(ctx, p, []verify.Material{material}, nil)
	return nil
}
