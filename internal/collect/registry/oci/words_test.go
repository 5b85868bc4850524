package oci_test

import (
	"net/http"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/provenance"
)

const (
	ok            = provenance.OK
	mismatch      = provenance.SubjectMismatch
	provenanceV02 = "https://slsa.dev/provenance/v0.2"
)

// nothing has nothing.
func nothing() http.Handler { return http.NotFoundHandler() }

func subject(found registry.Found) provenance.Subject {
	return provenance.Subject{Digests: found.Publication.Digests}
}
