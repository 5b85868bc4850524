package pypi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/verify"
)

// atOnce is how many files of one version are asked about at the same time.
const atOnce = 4

// maxFile is what one file of a version may have.
const maxFile = 1 << 30

// files asks about each file of a version. Withdrawn ones are left out where
// others remain.
func (l lookup) files(ctx context.Context, all *index, version string, found *registry.Found) error {
	files := all.of(version)
	if kept := serving(files); len(kept) > 0 {
		files = kept
	}
	shows := all.shows()
	found.Files = make([]registry.Found, len(files))
	failures := make([]error, len(files))
	var done sync.WaitGroup
	turn := make(chan struct{}, atOnce)
	for i, f := range files {
		found.Files[i].Publication = evidence.Publication{
			Registry: "pypi", Name: string(f.Name), Version: version, Host: found.Publication.Host,
			Address: l.absolute(string(f.URL)), Published: f.uploaded(), Digests: f.digests(), Declared: found.Publication.Declared,
		}
		if i >= l.source.options.MaxFiles {
			found.Files[i].Publication.Why = fmt.Sprintf("only the first %d files of a version are looked at", l.source.options.MaxFiles)
			continue
		}
		done.Add(1)
		go func() {
			defer done.Done()
			turn <- struct{}{}
			defer func() { <-turn }()
			failures[i] = l.file(ctx, f, shows, &found.Files[i])
		}()
	}
	done.Wait()
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	return nil
}

func serving(files []file) []file {
	var kept []file
	for _, f := range files {
		if !f.yanked() {
			kept = append(kept, f)
		}
	}
	return kept
}

// shows says whether the index tells of attestations at all.
func (i *index) shows() bool {
	for _, files := range i.by {
		for _, f := range files {
			if len(f.Provenance) > 0 {
				return true
			}
		}
	}
	return false
}

// absolute is the address of a file, which an index may give as a path.
func (l lookup) absolute(address string) string {
	base, err := url.Parse(l.base + "/simple/" + l.name + "/")
	if err != nil {
		return address
	}
	u, err := base.Parse(address)
	if err != nil {
		return ""
	}
	u.Fragment = ""
	return u.String()
}

// file asks for the attestations of one file, and for the file itself where that
// is wanted.
func (l lookup) file(ctx context.Context, f file, shows bool, found *registry.Found) error {
	p := &found.Publication
	if l.source.options.Download && p.Address != "" {
		got, err := l.source.options.Client.Hash(ctx, l.addressed(p.Address, "", maxFile))
		if err != nil {
			return fmt.Errorf("fetch %s: %w", p.Name, err)
		}
		for _, declared := range p.Digests {
			for _, actual := range got.Digests {
				if declared.Algorithm == actual.Algorithm && declared.Value != actual.Value {
					found.Notes = append(found.Notes, fmt.Sprintf("the index declares %s of %s, which has %s", declared, p.Name, actual))
				}
			}
		}
		p.Digests, p.Actual = got.Digests, got.Digests[0].Value
	}
	var said registry.Text
	_ = said.UnmarshalJSON(f.Provenance) // what is no string reads as none
	if said == "" && shows {
		p.Attested = evidence.No
		return nil
	}
	return l.attestations(ctx, string(said), found)
}

// addressed is a request for an address that the index gave: its host must be the
// index's own, built in or allowed.
func (l lookup) addressed(address, accept string, limit int64) web.Request {
	request := l.request(address, accept, limit)
	request.Named = true
	return request
}

// attestations fetches the provenance of one file. Where the index did not name
// it, the integrity API is asked at its usual place.
func (l lookup) attestations(ctx context.Context, said string, found *registry.Found) error {
	p := &found.Publication
	const accept = "application/vnd.pypi.integrity.v1+json"
	request := l.request(l.base+"/integrity/"+l.name+"/"+url.PathEscape(p.Version)+"/"+url.PathEscape(p.Name)+"/provenance", accept, verify.MaxProof)
	if said != "" {
		request = l.addressed(l.absolute(said), accept, verify.MaxProof)
	}
	response, err := l.source.options.Client.Do(ctx, request)
	switch {
	case err == nil && held(response.Body):
		p.Attested = evidence.Yes
		found.Materials = append(found.Materials, verify.Material{Format: evidence.ProofPEP740, Raw: response.Body, Origin: response.URL})
		return nil
	case err != nil && said != "" && !web.NotFound(err):
		return fmt.Errorf("fetch the attestations of %s: %w", p.Name, err)
	case said != "":
		p.Why = p.Host + " says that there are attestations of " + p.Name + " but does not hand them out"
	case web.NotFound(err) && response != nil && none(response.Body):
		p.Attested = evidence.No
		return nil
	case err != nil && !web.NotFound(err):
		p.Why = "whether there are attestations could not be asked: " + err.Error()
	default:
		p.Why = p.Host + " does not tell of attestations, as older indexes and mirrors"
	}
	p.Unlock = "ask the public index, or a mirror that keeps the key provenance (PEP 740)"
	return nil
}

// held says whether an answer holds attestations.
func held(raw []byte) bool {
	var answer struct {
		Bundles []struct {
			Attestations []json.RawMessage `json:"attestations"`
		} `json:"attestation_bundles"`
	}
	if json.Unmarshal(raw, &answer) != nil {
		return false
	}
	for _, b := range answer.Bundles {
		if len(b.Attestations) > 0 {
			return true
		}
	}
	return false
}

// none knows the words of the integrity API for a file without attestations. A
// 404 in other words may be that of an index without that API.
func none(raw []byte) bool {
	var answer struct {
		Message registry.Text `json:"message"`
	}
	return json.Unmarshal(raw, &answer) == nil && strings.HasPrefix(string(answer.Message), "No provenance available")
}
