package npm

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/verify"
)

// attestations says whether the version is attested, and fetches the proofs.
func (l lookup) attestations(ctx context.Context, all *list, doc versionDoc, found *registry.Found) error {
	p := &found.Publication
	shown := present(doc.Dist.Attestations)
	if !shown && all.shows() {
		p.Attested = evidence.No
		return nil
	}
	address := l.attestationsAt(p.Version, doc)
	request := web.Request{URL: address, Max: verify.MaxProof, Named: l.named, Token: l.source.options.Token, Accept: "application/json"}
	response, err := l.source.options.Client.Do(ctx, request)
	switch {
	case err == nil && held(response.Body):
		p.Attested = evidence.Yes
		found.Materials = append(found.Materials, verify.Material{Format: evidence.ProofNPM, Raw: response.Body, Origin: response.URL})
		return nil
	case shown && err != nil && !web.NotFound(err):
		return fmt.Errorf("fetch the attestations of npm:%s@%s: %w", p.Name, p.Version, err)
	case shown:
		p.Why = p.Host + " says that there are attestations of this version but does not hand them out"
	case err != nil && !web.NotFound(err):
		p.Why = "whether there are attestations could not be asked: " + err.Error()
	default:
		// Neither the fields nor the endpoint: a mirror that leaves out both looks the same as a package
		// that was never attested.
		p.Why = p.Host + " shows neither signatures nor attestations for any version, as mirrors do that leave them out"
	}
	p.Unlock = "ask the public registry, or a mirror that keeps dist.attestations"
	return nil
}

// attestationsAt is the address of the proofs: the registry's own word if it stays
// on the registry, else where npm's protocol has them.
func (l lookup) attestationsAt(version string, doc versionDoc) string {
	base, err := url.Parse(l.base)
	if said, wrong := url.Parse(doc.Dist.url()); err == nil && wrong == nil && said.Scheme == base.Scheme && said.Host == base.Host && said.User == nil {
		return said.String()
	}
	return l.base + "/-/npm/v1/attestations/" + escaped(l.name) + "@" + url.PathEscape(version)
}

// held says whether an answer holds attestations.
func held(raw []byte) bool {
	var answer struct {
		Attestations []json.RawMessage `json:"attestations"`
	}
	return json.Unmarshal(raw, &answer) == nil && len(answer.Attestations) > 0
}
