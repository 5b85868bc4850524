package policy

import (
	"bytes"
	"os"
	"strconv"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

const waiver = "{check: unpinned-image, path: Dockerfile, reason: base image, owner: '@base', until: 2026-12-01}"

// The published schema, by which an editor helps to write a policy, and Load,
// which reads it, accept and refuse the same files.
func TestSchemaAgreesWithLoad(t *testing.T) {
	schema := compileSchema(t)
	for _, c := range []struct {
		policy string
		valid  bool
	}{
		{"", true},
		{"{}", true},
		{"# only a comment\n", true},
		{"fail-at: critical", true},
		{"fail-at: never", true},
		{"fail-at: High", false},
		{"fail-at:", false},
		{"fail-at: [high]", false},
		{"fail_at: high", false},
		{"profile: strict", true},
		{"profile: lax", false},
		{"profile: owasp-mcp", true},
		{"profile: [standard, slsa]", true},
		{"profile: []", false},
		{"profile: [lax]", false},
		{"profile:", false},
		{"extends: .github/base.yml", true},
		{"extends: acme/policies@v2", true},
		{"extends: acme/policies/servers/strict.yaml@release/2", true},
		{"extends: [acme/policies@v2]", false},
		{"extends:", false},
		{"allow-loosening: [fail-at, waivers, review, review.solo, unpinned-image]", true},
		{"allow-loosening: []", true},
		{"allow-loosening: waivers", false},
		{"on-unknown: fail", true},
		{"on-unknown: pass", false},
		{"include-fixtures: true", true},
		{"include-fixtures: 'true'", false},
		{"include-fixtures: yes", false},
		{"max-waiver-days: 30", true},
		{"max-waiver-days: '30'", false},
		{"max-waiver-days: 0", false},
		{"max-waiver-days: 3661", false},
		{"max-waiver-days: 1.5", false},
		{"exclude: [third_party/**, '*.md']", true},
		{"exclude: []", true},
		{"exclude: third_party", false},
		{"exclude:", false},
		{"exclude: [1]", false},
		{"exclude: [[a]]", false},
		{"exclude: ['']", false},
		{"checks: {unpinned-image: {severity: low, on-unknown: report, allow: ['node:*']}}", true},
		{"checks: {unpinned-image: }", true},
		{"checks:", false},
		{"checks: [unpinned-image]", false},
		{"checks: {unpinned-image: low}", false},
		{"checks: {unpinned-image: {severity: }}", false},
		{"checks: {unpinned-image: {severity: never}}", false},
		{"checks: {unpinned-image: {severty: low}}", false},
		{"checks: {unpinned-image: {allow: 'node:*'}}", false},
		{"checks: {Unpinned_Image: {severity: low}}", false},
		{"waivers:", true},
		{"waivers: []", true},
		{"waivers: [" + waiver + "]", true},
		{"waivers: [" + waiver + ", {}]", false},
		{"waivers: {a: b}", false},
		{"waivers: [all]", false},
		{"waivers: [null]", false},
		{"waivers: [{check: unpinned-image, subject: 'node:*', reason: r, owner: o, until: '2026-12-01'}]", true},
		{"waivers: [{check: unpinned-image, reason: r, owner: o, until: 2026-12-01}]", false},
		{"waivers: [{path: x, reason: r, owner: o, until: 2026-12-01}]", false},
		{"waivers: [{check: unpinned-image, path: x, owner: o, until: 2026-12-01}]", false},
		{"waivers: [{check: unpinned-image, path: x, reason: r, until: 2026-12-01}]", false},
		{"waivers: [{check: unpinned-image, path: x, reason: r, owner: o}]", false},
		{"waivers: [{check: unpinned-image, path: x, reason: '  ', owner: o, until: 2026-12-01}]", false},
		{"waivers: [{check: unpinned-image, path: x, reason: 5, owner: o, until: 2026-12-01}]", false},
		{"waivers: [{check: unpinned-image, path: '', subject: y, reason: r, owner: o, until: 2026-12-01}]", false},
		{"waivers: [{check: unpinned-image, path: x, reason: r, owner: o, until: 2026-12-32}]", false},
		{"waivers: [{check: unpinned-image, path: x, reason: r, owner: o, until: 1.12.2026}]", false},
		{"waivers: [{check: unpinned-image, path: x, reason: r, owner: o, until: 2026-12-01, by: me}]", false},
		{"provenance:", true},
		{"provenance: {min-level: 2, registries: [npm.example.com, 'oci.example.com:5000']}", true},
		{"provenance: {min-level: 4}", false},
		{"provenance: {min-level: '2'}", false},
		{"provenance: {min_level: 2}", false},
		{"provenance: {builders: [{issuer: 'https://issuer.example.com', signer: 'https://host.example.com/acme/*', level: 3}]}", true},
		{"provenance: {builders: [{issuer: 'https://issuer.example.com', signer: 'https://host.example.com/acme/*'}]}", false},
		{"provenance: {builders: [{issuer: issuer.example.com, signer: x, level: 3}]}", false},
		{"provenance: {builders: [{issuer: 'https://issuer.example.com', signer: '*', level: 3}]}", false},
		{"provenance: {builders: [{issuer: 'https://issuer.example.com', signer: 'a*b', level: 3}]}", false},
		{"provenance: {builders: [null]}", false},
		{"provenance: {builders: {}}", false},
		{"provenance: {identities: [{issuer: 'https://issuer.example.com', identity: robot@example.com}]}", true},
		{"provenance: {identities: [{identity: robot@example.com}]}", false},
		{"provenance: {registries: ['https://npm.example.com']}", false},
		{"signing: {require-signed-commits: true, allowed-signers: .github/signers, revoked-keys: ['SHA256:x']}", true},
		{"signing: {require-signed-commits: 1}", false},
		{"signing: {signers: ['SHA256:x', release@example.com], keyrings: [.github/keys.asc]}", true},
		{"signing: {signers: ['*']}", false},
		{"signing: {keyrings: .github/keys.asc}", false},
		{"signing: {allowed-signers: ''}", false},
		{"signing: {revoked-keys: abc}", false},
		{"signing: {max-key-age: 365}", true},
		{"signing: {max-key-age: 0}", false},
		{"signing: {max-key-age: 1y}", false},
		{"branches:", true},
		{"branches: {release: ['release/*', 'v1.x']}", true},
		{"branches: {release: main}", false},
		{"branches: {release: [1]}", false},
		{"branches: {protected: [main]}", false},
		{"review:", true},
		{"review: {approvals: 2, since: 2026-06-01, solo: false, bots: ['dependabot[bot]', 'renovate*']}", true},
		{"review: {approvals: 0}", false},
		{"review: {approvals: 11}", false},
		{"review: {approvals: '2'}", false},
		{"review: {since: 1.6.2026}", false},
		{"review: {since: 2026-06-31}", false},
		{"review: {since: }", false},
		{"review: {solo: 'yes'}", false},
		{"review: {bots: ['*']}", false},
		{"access:", true},
		{"access: {max-secret-age: 90, max-owners: 3, min-log-days: 30}", true},
		{"access: {max-secret-age: 3661}", false},
		{"access: {max-owners: 0}", false},
		{"access: {min-log-days: 1.5}", false},
		{"access: {max_owners: 3}", false},
		{"deny: [evil.example.com/owner/*]", true},
		{"deny: ['*']", false},
		{"deny: all", false},
		{"[1, 2]", false},
		{"high", false},
	} {
		_, loadErr := Load(Name, []byte(c.policy), register, now)
		schemaErr := schema.Validate(parse(t, c.policy))
		if (loadErr == nil) != c.valid {
			t.Errorf("%q: Load says %v", c.policy, loadErr)
		}
		if (schemaErr == nil) != c.valid {
			t.Errorf("%q: the schema says %v", c.policy, schemaErr)
		}
	}
}

// What needs the register, the day or a grammar is Load's alone to refuse.
func TestOnlyLoadCanTell(t *testing.T) {
	schema := compileSchema(t)
	for _, policy := range []string{
		"checks: {no-such-check: {severity: low}}",
		"exclude: ['[']",
		"extends: ../base.yml",
		"extends: base.txt",
		"extends: acme@v2",
		"extends: acme/policies/secrets.txt@v2",
		"allow-loosening: [deny]",
		"signing: {allowed-signers: ../signers}",
		"signing: {allowed-signers: /signers}",
		"signing: {keyrings: [../keys.asc]}",
		"waivers: [{check: no-such-check, path: x, reason: r, owner: o, until: 2026-12-01}]",
		"waivers: [{check: unpinned-image, path: x, reason: r, owner: o, until: 2028-12-01}]",
	} {
		if _, err := Load(Name, []byte(policy), register, now); err == nil {
			t.Errorf("%q: Load takes it", policy)
		}
		if err := schema.Validate(parse(t, policy)); err != nil {
			t.Errorf("%q: the schema refuses it: %v", policy, err)
		}
	}
}

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	data, err := os.ReadFile("../../docs/schema/policy.v1.json")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("policy.v1.json", schema); err != nil {
		t.Fatal(err)
	}
	return compiler.MustCompile("policy.v1.json")
}

// parse reads YAML as an editor does before it asks the schema.
func parse(t *testing.T, policy string) any {
	t.Helper()
	documents, err := doc.YAML(text.NewSource(Name, []byte(policy)))
	if err != nil {
		t.Fatalf("%q: %v", policy, err)
	}
	if len(documents) == 0 {
		return nil
	}
	return plain(documents[0])
}

func plain(n *doc.Node) any {
	switch n.Kind {
	case doc.Null:
		return nil
	case doc.Bool:
		yes, _ := n.Bool()
		return yes
	case doc.Number:
		number, _ := strconv.ParseFloat(n.String(), 64)
		return number
	case doc.String:
		return n.String()
	case doc.List:
		items := []any{}
		for _, item := range n.Items {
			items = append(items, plain(item))
		}
		return items
	}
	fields := map[string]any{}
	for name, value := range n.All() {
		fields[name.Value] = plain(value)
	}
	return fields
}
