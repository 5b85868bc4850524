package signing

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

// signer is a command that signs.
type signer struct {
	subject  string
	key      string // as written
	keyless  bool   // by the identity of the run
	service  bool   // by a key that a key service keeps
	secret   bool   // by a secret: found where that is handed over
	variable bool   // by a variable
	domain   bool   // to prove a domain to the MCP registry
}

// keyServices are the schemes of keys that never leave their service.
var keyServices = []string{"awskms://", "gcpkms://", "azurekms://", "hashivault://", "k8s://", "pkcs11:"}

// readSigner knows cosign sign and attest, and logins to the MCP registry by the
// key of a domain.
func readSigner(command *evidence.Command) (signer, bool) {
	words := command.Words
	if len(words) < 2 {
		return signer{}, false
	}
	var s signer
	switch program, verb := evidence.ProgramName(words[0].Value), words[1].Value; {
	case program == "cosign" && slices.Contains([]string{"sign", "sign-blob", "attest", "attest-blob"}, verb):
		s.key = flag(words, "--key")
		s.keyless = s.key == ""
	case program == "mcp-publisher" && verb == "login" && len(words) > 2:
		switch words[2].Value {
		case "github-oidc":
			s.keyless = true
		case "dns", "http":
			s.key, s.domain = flag(words, "--private-key", "-private-key"), true
			s.service = s.key == "" && len(words) > 3
		default:
			return signer{}, false
		}
	default:
		return signer{}, false
	}
	s.subject = trace.Line(command, 60)
	s.service = s.service || slices.ContainsFunc(keyServices, func(scheme string) bool { return strings.HasPrefix(s.key, scheme) })
	s.secret = len(trace.SecretNames(s.key)) > 0 || strings.HasPrefix(s.key, "env://") || strings.HasPrefix(s.key, "$")
	s.variable = strings.HasPrefix(s.key, "$") || strings.HasPrefix(s.key, "env://")
	s.key = strings.TrimPrefix(s.key, "env://")
	return s, true
}

func flag(words []evidence.Word, names ...string) string {
	for i, word := range words {
		name, value, joined := strings.Cut(word.Value, "=")
		switch {
		case !slices.Contains(names, name):
		case joined:
			return value
		case i+1 < len(words):
			return words[i+1].Value
		}
	}
	return ""
}
