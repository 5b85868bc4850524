package vet

import (
	"errors"

	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

// classOf is the class of an artifact that could not be looked at. None of them is
// a verdict on the artifact.
func classOf(err error) evidence.ProofClass {
	if errors.Is(err, web.ErrOffline) {
		return provenance.NeedsNetwork
	}
	return provenance.Unknown
}
