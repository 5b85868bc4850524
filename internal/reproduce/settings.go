package reproduce

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/reproduce/sandbox"
)

// passed are the variables that a fetch gets of the caller's: where the packages
// come from, by which proxy, and whose certificates are trusted. Those that hold
// a credential lose it.
var passed = []string{
	"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
	"GOPROXY", "GOSUMDB", "GONOSUMDB", "GOPRIVATE", "GONOPROXY", "GOINSECURE", "GOVCS",
	"npm_config_registry", "NPM_CONFIG_REGISTRY", "npm_config_cafile", "NPM_CONFIG_CAFILE",
	"PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_DEFAULT_TIMEOUT", "UV_INDEX_URL", "UV_DEFAULT_INDEX",
	"CARGO_REGISTRIES_CRATES_IO_PROTOCOL",
}

// trusted are the variables that name certificates.
var trusted = []string{
	"NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "CARGO_HTTP_CAINFO", "GIT_SSL_CAINFO",
}

// settings are the variables of a fetch: the caller's own, and what the package
// manager's configuration of the caller adds. No token is among them.
func settings(ctx context.Context, recipe string) []string {
	var env []string
	for _, name := range append(passed, trusted...) {
		if value, set := os.LookupEnv(name); set {
			env = append(env, name+"="+withoutCredentials(value))
		}
	}
	switch recipe {
	case "go":
		for _, name := range []string{"GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOSUMDB", "GONOPROXY"} {
			env = append(env, name+"="+withoutCredentials(ask(ctx, "go", "env", name)))
		}
	case "npm", "mcpb":
		for _, name := range []string{"registry", "cafile"} {
			if value := ask(ctx, "npm", "config", "get", name); value != "" && value != "null" && value != "undefined" {
				env = append(env, npmVariables[name]+"="+withoutCredentials(value))
			}
		}
	}
	return env
}

// ask runs a tool of the caller's for one of its settings, away from the repository.
func ask(ctx context.Context, tool string, args ...string) string {
	ctx, stop := context.WithTimeout(ctx, 20*time.Second)
	defer stop()
	cmd := exec.CommandContext(ctx, tool, args...)
	cmd.Dir = string(filepath.Separator)
	out, err := cmd.Output()
	if err != nil {
		return "" // its own default then
	}
	return strings.TrimSpace(string(out))
}

// withoutCredentials takes user and password out of each address in a setting.
func withoutCredentials(value string) string {
	parts := strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == '|' || r == ' ' })
	for _, part := range parts {
		if parsed, err := url.Parse(part); err == nil && parsed.User != nil {
			parsed.User = nil
			value = strings.ReplaceAll(value, part, parsed.String())
		}
	}
	return value
}

// certificates are shown to a fetch where they lie outside of the system's folders.
func certificates() []sandbox.Bind {
	var binds []sandbox.Bind
	seen := make(map[string]bool)
	for _, name := range trusted {
		file := os.Getenv(name)
		if !filepath.IsAbs(file) || strings.HasPrefix(file, "/etc/") || strings.HasPrefix(file, "/usr/") || strings.HasPrefix(file, "/opt/") || seen[file] {
			continue
		}
		if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() {
			continue
		}
		seen[file] = true
		binds = append(binds, sandbox.Bind{Outside: file, Inside: file})
	}
	return binds
}

// toolEnv tells version managers where they live, since HOME is another one.
func toolEnv() []string {
	home, _ := os.UserHomeDir()
	var env []string
	add := func(name, otherwise string) string {
		value := os.Getenv(name)
		if value == "" {
			value = otherwise
		}
		if _, err := os.Stat(value); err != nil {
			return ""
		}
		env = append(env, name+"="+value)
		return value
	}
	add("RUSTUP_HOME", filepath.Join(home, ".rustup"))
	if root := add("PYENV_ROOT", filepath.Join(home, ".pyenv")); root != "" {
		if version, err := os.ReadFile(filepath.Join(root, "version")); err == nil {
			env = append(env, "PYENV_VERSION="+strings.Join(strings.Fields(string(version)), ":"))
		}
	}
	return append(env, "RUSTUP_AUTO_INSTALL=0")
}

// npmVariables hand npm's settings to a fetch: the registry as the user's, which
// the repository's own .npmrc may overrule.
var npmVariables = map[string]string{"registry": "NPM_REGISTRY", "cafile": "npm_config_cafile"}
