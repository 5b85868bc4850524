package template

import "testing"

func TestVersion(t *testing.T) {
	for version, want := range map[string]bool{
		"${VERSION}": true, "$VERSION": true, "<<Version>>": true, "{{version}}": true, "{{ .Version }}": true,
		"__VERSION__": true, "@VERSION@": true, "%VERSION%": true, "<version>": true, "v${VERSION}": true,
		"0.0.0": true, "v0.0.0": true, "0.0.0-dev": true, "0.0.0-development": true,
		"1.2.3": false, "0.0.1": false, "": false, "0.0.0-alpha.3": false, "latest": false, ">=1.0 <2": false, "{version": false,
	} {
		if got := Version(version); got != want {
			t.Errorf("Version(%q) = %v", version, got)
		}
	}
}

func TestFill(t *testing.T) {
	if got := Fill("ghcr.io/acme/weather:${VERSION}@<<Digest>>", "1"); got != "ghcr.io/acme/weather:1@1" {
		t.Error(got)
	}
	if got := Fill("https://mcp.{region}.example.com/a", "1"); got != "https://mcp.{region}.example.com/a" {
		t.Error(got)
	}
}
