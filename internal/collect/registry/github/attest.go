package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"github.com/sealvet/sealvet/internal/collect/registry/folder"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/verify"
)

const (
	bulkMost   = 1024      // digests of one bulk request
	bulkPages  = 20        // pages of it that are read
	singleMost = 100       // digests that are asked for one by one with a token,
	plainMost  = 12        // and without: 60 requests an hour are all there is
	proofMost  = 30        // attestations of one digest that are read
	bytesMost  = 128 << 20 // of all attestations of a repository that one run reads
)

var errEnough = fmt.Errorf("the attestations of the repository have more than the %d MiB that are read", bytesMost>>20)

// attested is what GitHub stores of one digest.
type attested struct {
	answer    evidence.Answer
	why       string
	unlock    string
	materials []verify.Material
	bill      bool
	cut       bool // there are more than were read
}

// stored is an attestation as the API answers it. Newer versions of the API give
// the address of the bundle alone.
type stored struct {
	Bundle     json.RawMessage `json:"bundle"`
	Address    string          `json:"bundle_url"`
	Repository int64           `json:"repository_id"`
}

// attestations fills the answers for digests that nobody has asked about yet: many
// in one request where the host allows it, else one by one.
func (r *repository) attestations(ctx context.Context, digests []string) {
	var open []string
	for _, digest := range digests {
		if r.attested[digest] == nil && !slices.Contains(open, digest) {
			open = append(open, digest)
		}
	}
	for chunk := range slices.Chunk(open, bulkMost) {
		if err := r.bulk(ctx, chunk); err != nil && stop(err) {
			r.unknown(chunk, err)
			return
		}
	}
	most := singleMost
	if r.source.token.Value == "" {
		most = plainMost
	}
	asked := 0
	for _, digest := range open {
		if r.attested[digest] != nil {
			continue // the bulk answer has it
		}
		if asked == most {
			r.attested[digest] = &attested{
				why:    fmt.Sprintf("attestations were asked for %d assets, and not for the others", most),
				unlock: "a token (attestations: read), with which GitHub answers for many assets at once",
			}
			continue
		}
		asked++
		if err := r.single(ctx, digest); err != nil && (stop(err) || web.Denied(err)) {
			r.unknown(open, err) // nor would the others be answered
			return
		}
	}
}

// stop says whether an error will come again for every other digest.
func stop(err error) bool {
	var limited *Limited
	return errors.As(err, &limited) || errors.Is(err, web.ErrOffline) || errors.Is(err, web.ErrBudget) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

func (r *repository) unknown(digests []string, err error) {
	for _, digest := range digests {
		if r.attested[digest] == nil {
			r.attested[digest] = &attested{why: "attestations were not read: " + err.Error(), unlock: unlock(err)}
		}
	}
}

// single asks for one digest. 404 says that there is nothing: the repository itself
// was seen before.
func (r *repository) single(ctx context.Context, digest string) error {
	list, cut, err := r.list(ctx, digest, "")
	if err != nil {
		r.attested[digest] = &attested{why: "attestations were not read: " + err.Error(), unlock: unlock(err)}
		return err
	}
	r.keep(ctx, digest, list, cut)
	return nil
}

func (r *repository) list(ctx context.Context, digest, predicate string) (list []stored, cut bool, err error) {
	path := r.path("attestations", url.PathEscape(digest)) + fmt.Sprintf("?per_page=%d", proofMost)
	if predicate != "" {
		path += "&predicate_type=" + url.QueryEscape(predicate)
	}
	var answer struct {
		Attestations []stored `json:"attestations"`
	}
	response, err := r.source.get(ctx, path, &answer)
	switch {
	case web.NotFound(err):
		return nil, false, nil
	case err != nil:
		return nil, false, err
	}
	return answer.Attestations, response.After != "" || response.NextPage != 0, nil
}

// keep turns stored attestations into materials.
func (r *repository) keep(ctx context.Context, digest string, list []stored, cut bool) {
	a := &attested{answer: evidence.Known(len(list) > 0), cut: cut || len(list) > proofMost}
	r.attested[digest] = a
	for i, one := range list[:min(len(list), proofMost)] {
		raw, err := r.bundle(ctx, one)
		if err != nil {
			a.why, a.unlock = fmt.Sprintf("GitHub has an attestation that could not be read: %v", err), "a run when its storage answers"
			var refused *web.Refused
			if errors.As(err, &refused) {
				a.unlock = "allow " + refused.Host + ", where GitHub keeps it, by flag or in a trusted policy"
			}
			continue // the others may be readable
		}
		m := verify.Material{Format: evidence.ProofBundle, Raw: raw, Origin: fmt.Sprintf("%s/%s/%s attestation %d of %s", r.source.host(), r.owner, r.name, i+1, short(digest))}
		a.bill = a.bill || folder.Peek(m).Bill()
		a.materials = append(a.materials, m)
	}
	if len(a.materials) == 0 && len(list) > 0 {
		a.answer = evidence.Unknown
	}
}

// bundle reads one, while there is room for it.
func (r *repository) bundle(ctx context.Context, one stored) ([]byte, error) {
	if r.spent > bytesMost {
		return nil, errEnough
	}
	raw, err := r.source.bundle(ctx, one)
	r.spent += len(raw)
	return raw, err
}

// short is a digest for people.
func short(digest string) string {
	if len(digest) > len("sha256:")+12 {
		return digest[:len("sha256:")+12]
	}
	return digest
}

// ofRelease brings the attestation that GitHub makes of an immutable release. It is
// kept under the SHA of the tag.
func (r *repository) ofRelease(ctx context.Context, one release) ([]verify.Material, string) {
	if one.Immutable == nil || !*one.Immutable {
		return nil, "" // GitHub makes none
	}
	ref, err := r.tag(ctx, one.Tag)
	if err != nil {
		return nil, "the attestation of the immutable release was not read: " + err.Error()
	}
	list, _, err := r.list(ctx, "sha1:"+ref.object, "release")
	if err != nil {
		return nil, "the attestation of the immutable release was not read: " + err.Error()
	}
	if len(list) == 0 {
		return nil, "the release is immutable, and GitHub has no attestation of it"
	}
	var found []verify.Material
	for i, s := range list[:min(len(list), proofMost)] {
		raw, err := r.bundle(ctx, s)
		if err != nil {
			return found, "the attestation of the immutable release was not read: " + err.Error()
		}
		found = append(found, verify.Material{Format: evidence.ProofBundle, Raw: raw, Origin: fmt.Sprintf("%s/%s/%s attestation %d of release %s", r.source.host(), r.owner, r.name, i+1, one.Tag)})
	}
	return found, ""
}
