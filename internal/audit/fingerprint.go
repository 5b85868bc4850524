package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
)

// FingerprintVersion stands in front of every fingerprint. It changes only when
// the recipe below does, because baselines and alerts hang on it.
const FingerprintVersion = "v1"

// fingerprint names each finding by check, path, anchor and thing, not by line
// or version: a moved line or an update from @v4 to @v5 is the same finding.
// True repeats are told apart by their ordinal in file order.
//
//	v1:hex(sha256(check NUL path NUL anchor NUL thing NUL ordinal))[:32]
func fingerprint(findings []Finding) {
	seen := make(map[string]int)
	for i := range findings {
		f := &findings[i]
		thing := f.Thing
		if thing == "" {
			thing = f.Subject
		}
		key := strings.Join([]string{f.Check, f.Location.Path, f.Anchor, thing}, "\x00")
		f.Fingerprint = digest(key, seen[key])
		seen[key]++
	}
}

func digest(key string, ordinal int) string {
	sum := sha256.Sum256([]byte(key + "\x00" + strconv.Itoa(ordinal)))
	return FingerprintVersion + ":" + hex.EncodeToString(sum[:16])
}
