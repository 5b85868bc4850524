package oci

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Labels that images carry.
const (
	labelServer = "io.modelcontextprotocol.server.name"
	labelSource = "org.opencontainers.image.source"
)

// config is what is read of an image's configuration.
type config struct {
	Created time.Time `json:"created"`
	Config  struct {
		Labels map[string]string `json:"Labels"`
	} `json:"config"`
}

// describe reads labels: of the image, for an index those of the platform that most
// pull, and the annotations of the index where the labels say nothing.
func (l *look) describe(ctx context.Context, p *evidence.Publication, m manifest, platforms []descriptor) {
	image, notes := m, m.Annotations
	if m.isIndex() || len(platforms) > 0 {
		if len(platforms) == 0 {
			return
		}
		one := platforms[max(slices.IndexFunc(platforms, func(d descriptor) bool { return d.name() == "linux/amd64" }), 0)]
		raw, _, err := l.store.manifest(ctx, one.Digest)
		if err == nil {
			image, err = parseManifest(raw)
		}
		if err != nil {
			p.Notes = append(p.Notes, "its labels were not read: "+err.Error())
			return
		}
	}
	var c config
	raw, err := l.configuration(ctx, image.Config)
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err != nil {
		p.Notes = append(p.Notes, "its labels were not read: "+err.Error())
	}
	label := func(name string) string { return cmp.Or(c.Config.Labels[name], image.Annotations[name], notes[name]) }
	p.ServerName, p.Declared, p.Published = label(labelServer), label(labelSource), c.Created
}

func (l *look) configuration(ctx context.Context, d descriptor) ([]byte, error) {
	if d.Size > maxConfig {
		return nil, fmt.Errorf("its configuration has %d bytes", d.Size)
	}
	return l.store.blob(ctx, d)
}
