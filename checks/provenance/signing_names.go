package provenance

import "strings"

// looksLikeKey tells a secret that signs from one that is shown.
func looksLikeKey(secret string) bool {
	name := strings.ToUpper(secret)
	return strings.Contains(name, "KEY") && !strings.Contains(name, "API") && !strings.Contains(name, "TOKEN")
}
