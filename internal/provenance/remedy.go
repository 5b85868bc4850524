package provenance

import "github.com/sealvet/sealvet/internal/evidence"

// Remedy says in one sentence what to do about a class.
func Remedy(class evidence.ProofClass) string {
	if m, known := meanings[class]; known {
		return m.remedy
	}
	return "Update the program: it does not know what this verdict means."
}
