package oci

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/sealvet/sealvet/internal/collect/registry/folder"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/verify"
)

const (
	maxReferrers = 64       // manifests that refer to an image
	maxLayers    = 64       // of one of them
	maxTotal     = 64 << 20 // bytes of all proofs of an image
)

// proofs are what was found for one digest.
type proofs struct {
	materials []verify.Material
	notes     []string
	bill      bool
	// unsure says why not all could be looked at, err is the reason of it.
	unsure string
	err    error
	seen   map[string]bool
}

// say fills the answers of a publication.
func (p *proofs) say(to *evidence.Publication) {
	to.Notes = append(to.Notes, p.notes...)
	switch {
	case len(p.materials) > 0:
		to.Attested = evidence.Yes
		if p.unsure != "" {
			to.Notes = append(to.Notes, p.unsure)
		}
	case p.unsure != "":
		to.Attested, to.Why, to.Unlock = evidence.Unknown, p.unsure, unlock(p.err)
	default:
		to.Attested = evidence.No
	}
	switch {
	case p.bill:
		to.Bill = evidence.Yes
	case to.Bill == evidence.Unknown && p.unsure == "":
		to.Bill = evidence.No
	}
}

func (p *proofs) miss(what string, err error) {
	if p.unsure == "" {
		p.unsure, p.err = what+": "+err.Error(), err
	}
}

// proofs looks in all the places where proofs of a digest lie; one may hide the
// other. Old also looks at the tags of the time before referrers.
func (l *look) proofs(ctx context.Context, digest string, old bool) proofs {
	found := proofs{seen: map[string]bool{}}
	list, err := l.store.referrers(ctx, digest)
	if err != nil && !absent(err) && !unable(err) {
		found.miss("the registry did not list what refers to the image", err)
	}
	tag := strings.Replace(digest, ":", "-", 1)
	if old {
		list = append(list, l.fallback(ctx, tag, &found)...)
	}
	if len(list) > maxReferrers {
		found.miss("not all proofs were read", fmt.Errorf("%d manifests refer to the image, %d are read", len(list), maxReferrers))
		list = list[:maxReferrers]
	}
	for _, d := range list {
		if isDigest(d.Digest) && !found.seen[d.Digest] {
			l.referrer(ctx, digest, d, &found)
		}
	}
	if !old {
		return found
	}
	for _, end := range []string{".att", ".sig"} {
		l.tagged(ctx, tag+end, &found)
	}
	if _, _, err := l.store.manifest(ctx, tag+".sbom"); err == nil {
		found.bill = true
	}
	return found
}

// unable says whether a registry does not know the question: then the tag that
// stands in answers it.
func unable(err error) bool {
	var status *web.Status
	return errors.As(err, &status) && (status.Code == http.StatusMethodNotAllowed || status.Code == http.StatusNotImplemented)
}

// fallback reads the tag that stands in for the list of referrers.
func (l *look) fallback(ctx context.Context, tag string, found *proofs) []descriptor {
	raw, _, err := l.store.manifest(ctx, tag)
	if absent(err) {
		return nil
	}
	var m manifest
	if err == nil {
		m, err = parseManifest(raw)
	}
	if err != nil {
		found.miss("the tag "+tag+" was not read", err)
	}
	return m.Manifests
}

// referrer reads one manifest that refers to the image.
func (l *look) referrer(ctx context.Context, digest string, d descriptor, found *proofs) {
	raw, _, err := l.store.manifest(ctx, d.Digest)
	var m manifest
	if err == nil {
		m, err = parseManifest(raw)
	}
	if err != nil {
		found.miss("a proof was not read", err)
		return
	}
	if m.Subject == nil || m.Subject.Digest != digest {
		return // of another image, whatever the list says
	}
	found.seen[d.Digest] = true
	kind := m.ArtifactType
	if kind == "" {
		kind = m.Config.MediaType
	}
	switch {
	case strings.HasPrefix(kind, "application/vnd.cncf.notary.signature"):
		found.notes = append(found.notes, "it has a signature of Notary Project, which is not read here")
	case isBill(kind), kind == "application/vnd.dev.cosign.artifact.sbom.v1+json":
		found.bill = true
	default:
		l.layers(ctx, m, d.Digest, found)
	}
}

// tagged reads what cosign put under a tag before there were referrers.
func (l *look) tagged(ctx context.Context, tag string, found *proofs) {
	raw, digest, err := l.store.manifest(ctx, tag)
	if absent(err) {
		return
	}
	var m manifest
	if err == nil {
		m, err = parseManifest(raw)
	}
	if err != nil {
		found.miss("the tag "+tag+" was not read", err)
		return
	}
	if !found.seen[digest] { // a referrer may bear the tag too
		found.seen[digest] = true
		l.layers(ctx, m, tag, found)
	}
}

// layers takes the proofs out of a manifest's layers.
func (l *look) layers(ctx context.Context, m manifest, name string, found *proofs) {
	layers := m.Layers
	if len(layers) > maxLayers {
		found.miss("not all proofs were read", fmt.Errorf("%s has %d layers, %d are read", name, len(layers), maxLayers))
		layers = layers[:maxLayers]
	}
	for i, layer := range layers {
		if !proofLayer(layer.MediaType) {
			continue // whatever it is, no proof of a known kind
		}
		if l.spent+max(layer.Size, 0) > maxTotal {
			found.miss("not all proofs were read", errors.New("they have more bytes than are read"))
			return
		}
		raw, err := l.store.blob(ctx, layer)
		if err != nil {
			found.miss("a proof was not read", err)
			continue
		}
		l.spent += int64(len(raw))
		l.layer(layer, raw, fmt.Sprintf("%s@%s layer %d", l.place, name, i+1), found)
	}
}

func (l *look) layer(layer descriptor, raw []byte, origin string, found *proofs) {
	_, cosign := layer.Annotations["dev.cosignproject.cosign/signature"]
	if cosign || strings.HasPrefix(layer.MediaType, "application/vnd.dev.cosign.simplesigning") {
		wrapped, err := verify.CosignLayer{MediaType: layer.MediaType, Payload: raw, Annotations: layer.Annotations}.Raw()
		if err != nil {
			found.miss("a proof was not read", err)
			return
		}
		m := verify.Material{Format: evidence.ProofCosign, Raw: wrapped, Origin: origin}
		found.materials = append(found.materials, m)
		found.bill = found.bill || folder.Peek(m).Bill()
		return
	}
	materials, err := folder.Read(raw, origin)
	if err != nil && strings.HasPrefix(layer.MediaType, "application/vnd.in-toto") {
		found.notes = append(found.notes, origin+" is a statement that nobody signed")
		return
	}
	if err != nil { // the engine says what is wrong with it
		materials = []verify.Material{{Format: evidence.ProofBundle, Raw: raw, Origin: origin}}
	}
	for _, m := range materials {
		found.bill = found.bill || folder.Peek(m).Bill()
	}
	found.materials = append(found.materials, materials...)
}

func proofLayer(mediaType string) bool {
	for _, start := range []string{
		"application/vnd.dev.sigstore.bundle", "application/vnd.dev.cosign.simplesigning", "application/vnd.dsse.envelope",
		"application/vnd.in-toto",
	} {
		if strings.HasPrefix(mediaType, start) {
			return true
		}
	}
	return false
}
