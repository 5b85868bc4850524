package signing

import "testing"

func TestSortOf(t *testing.T) {
	for names, want := range map[string]string{
		"COSIGN_PRIVATE_KEY COSIGN_PRIVATE_KEY": "replaceable",
		"KEY RELEASE_GPG_PRIVATE_KEY":           "replaceable",
		"MINISIGN_SECRET_KEY X":                 "replaceable",
		"MCP_PRIVATE_KEY MCP_PRIVATE_KEY":       "replaceable",
		"TAURI_SIGNING_PRIVATE_KEY X":           "demanded",
		"ORG_GRADLE_PROJECT_signingKey GPG":     "demanded",
		"MACOS_CERTIFICATE X":                   "certified",
		"CSC_LINK WINDOWS_PFX":                  "certified",
		"GPG_PASSPHRASE GPG_PASSPHRASE":         "",
		"GPG_KEY_ID GPG_KEY_ID":                 "",
		"SSH_PRIVATE_KEY SSH_PRIVATE_KEY":       "",
		"api-key SIGNING_SERVICE_API_KEY":       "",
		"private-key MCP_BOT_PRIVATE_KEY":       "",
		"CERTIFICATE_PASSWORD P12_PASSWORD":     "",
		"NODE_AUTH_TOKEN NPM_TOKEN":             "",
	} {
		sort, is := sortOf(names)
		got := ""
		if is {
			got = [...]string{replaceable: "replaceable", demanded: "demanded", certified: "certified"}[sort]
		}
		if got != want {
			t.Errorf("%s is %q, want %q", names, got, want)
		}
	}
}
