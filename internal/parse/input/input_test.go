package input

import "testing"

func TestLooks(t *testing.T) {
	for _, c := range []struct {
		name, description string
		want              bool
	}{
		{"ACME_API_KEY", "", true},
		{"GITHUB_TOKEN", "", true},
		{"KUBECONFIG_YAML", "", true},
		{"GOOGLE_CREDENTIALS_JSON", "", true},
		{"SERVICE_ACCOUNT_B64", "", true},
		{"KUBECONFIG_PATH", "", false},
		{"OUTPUT_JSON", "", false},
		{"githubToken", "", true},
		{"api-key", "", true},
		{"--api-key", "", true},
		{"DB_PASSWORD", "", true},
		{"CLIENT_SECRET", "", true},
		{"Authorization", "", true},
		{"X-API-Key", "", true},
		{"CONTEXT7", "API key for authentication", true},
		{"auth", "Optional GitHub Personal Access Token. Omit to log in.", true},
		{"x", "Your SonarQube USER token", true},
		{"MAX_TOKENS", "", false},
		{"MAX_TOKEN", "", false},
		{"JIRA_PROJECT_KEY", "", false},
		{"SSH_PUBLIC_KEY", "", false},
		{"key", "", false},
		{"TOKEN_FILE", "", false},
		{"MASK_SECRETS", "Set to false to disable automatic secrets masking in responses.", false},
		{"TOKEN_URL", "URL of the token endpoint", false},
		{"SONARQUBE_ORG", "Your organization key (if using the cloud)", false},
		{"REGION", "AWS region", false},
		{"", "", false},
	} {
		if got := Looks(c.name, c.description); got != c.want {
			t.Errorf("Looks(%q, %q) = %v", c.name, c.description, got)
		}
	}
}
