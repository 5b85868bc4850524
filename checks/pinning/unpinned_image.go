package pinning

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed unpinned_image.md
var unpinnedImageDoc string

// UnpinnedImage finds container images whose bytes can change under the name
// they are called by.
var UnpinnedImage = &audit.Check{
	ID:       "unpinned-image",
	Title:    "Container image is named by a tag that can move",
	Family:   audit.Pinning,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Images, evidence.Workflows},
	Doc:      unpinnedImageDoc,
	Controls: []string{"OSPS-BR-05.01", "CIS-SSC-2.4.2", "CIS-SSC-3.1.7", "SSDF-PW.4.1", "S2C2F-ENF-1", "CICD-SEC-3", "OWASP-MCP04"},
	Inspect:  inspectUnpinnedImage,
}

func inspectUnpinnedImage(seen *evidence.Snapshot, record *audit.Record) {
	told := make(map[evidence.Location]bool)
	for _, image := range seen.Images {
		if told[image.At] {
			continue // an alias of what is told already: it stands in one place, and is mended there
		}
		told[image.At] = true
		switch image.Pin {
		case evidence.PinExact, evidence.PinLocked:
			record.Pass(image.Ref, image.At)
		case evidence.PinLocal:
			// Nothing is fetched: scratch, an earlier stage, or an image built here.
		case evidence.PinUnknown:
			record.Doubt(audit.Doubt{
				Subject:  image.Written,
				Location: image.At,
				Reason:   image.Why,
				Unlock:   imageUnlock(image),
			})
		case evidence.PinFloating:
			record.Defect(floatingImage(image))
		}
	}
}

func floatingImage(image evidence.Image) audit.Finding {
	name, tag := imageName(image.Ref)
	finding := audit.Finding{
		Subject:  image.Ref,
		Thing:    name,
		Anchor:   image.Anchor,
		Location: image.At,
		Message:  floatingMessage(image, tag),
	}
	if image.Use == evidence.ImageSyntax {
		finding.Severity = audit.Low // it reads the Dockerfile, and is no part of what is built
	}
	for _, from := range image.Filled {
		finding.Related = append(finding.Related, audit.Related{
			Location: from.At,
			Message:  fmt.Sprintf("%s is put in from here", from.Value),
		})
	}
	return finding
}

func floatingMessage(image evidence.Image, tag string) string {
	subject := image.Ref
	if image.Written != image.Ref && strings.Contains(image.Written, "$") {
		subject = fmt.Sprintf("%s, which %s stands for,", image.Ref, image.Written)
	}
	if _, digest, found := strings.Cut(image.Ref, "@"); found {
		return fmt.Sprintf("%s names an image by %s, which is no digest and so pins nothing; write the whole of it, sha256: and 64 hexadecimal digits", subject, digest)
	}
	if tag == "" {
		return fmt.Sprintf("%s names an image by neither tag nor digest, so the newest one is used; pin it by digest, as %s:TAG@sha256:...", subject, image.Ref)
	}
	return fmt.Sprintf("%s names an image by a tag that can move; pin it by digest, as %s@sha256:...", subject, image.Ref)
}

// imageUnlock says what would tell which image is meant.
func imageUnlock(image evidence.Image) string {
	switch image.Use {
	case evidence.ImageBase:
		return "give the build argument a default that ends in a digest, or write the digest in the FROM"
	case evidence.ImageCopy:
		return "name the image with its digest in a stage of its own, and copy from that stage"
	}
	return "write the reference with its digest in place of what the run fills in"
}
