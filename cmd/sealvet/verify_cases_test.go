package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/reports/verdict"
)

// provenanceCase is one of testdata/provenance/cases.json: real proofs, and what a
// verifier should say of them.
type provenanceCase struct {
	ID             string            `json:"id"`
	Format         string            `json:"format"`
	File           string            `json:"file"`
	Trust          string            `json:"trust"`
	NPMKeys        string            `json:"npmKeys"`
	Artifact       map[string]string `json:"artifact"`
	Source         string            `json:"source"`
	Issuer         string            `json:"issuer"`
	SignerWorkflow string            `json:"signerWorkflow"`
	Key            string            `json:"key"`
	KeyID          string            `json:"keyId"`
	Verifier       string            `json:"verifier"`
	ResourceURI    string            `json:"resourceUri"`
	Levels         []string          `json:"levels"`
	Policy         string            `json:"policy"`
	Expect         string            `json:"expect"`
	Class          string            `json:"class"`
}

const provenanceData = "../../testdata/provenance"

// TestVerifyCases holds the command line against every case, verdict and class.
func TestVerifyCases(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(provenanceData, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all struct{ Cases []provenanceCase }
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Cases) < 75 {
		t.Fatalf("%d cases, want 75", len(all.Cases))
	}
	second := buildSecond(t)
	for _, c := range all.Cases {
		t.Run(c.ID, func(t *testing.T) {
			got, code := runVerify(t, append(c.args(t), "--second-verifier", second))
			if string(got.Outcome) != c.Expect || string(got.Class) != c.Class {
				t.Errorf("verify says %s (%s): %s; want %s (%s)", got.Outcome, got.Class, got.Detail, c.Expect, c.Class)
			}
			want := map[string]int{"pass": exitMet, "fail": exitNotMet, "absent": exitNotMet, "undetermined": exitUnfinished}[c.Expect]
			if code != want {
				t.Errorf("exit code %d, want %d", code, want)
			}
		})
	}
}

// buildSecond builds the second verifier out of its own module.
func buildSecond(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "sealvet-slsa-verifier")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".")
	build.Dir = "../sealvet-slsa-verifier"
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the second verifier: %v\n%s", err, out)
	}
	return program
}

// args are the words that a user would type for the case.
func (c provenanceCase) args(t *testing.T) []string {
	file := filepath.Join(provenanceData, c.File)
	args := []string{"verify", "--offline", "--cache-dir", "none", "--format", "json"}
	flag := func(name, value string) {
		if value != "" {
			args = append(args, "--"+name, value)
		}
	}
	if c.Trust != "" {
		flag("trusted-root", filepath.Join(provenanceData, c.Trust))
	}
	if c.NPMKeys != "" {
		flag("npm-keys", filepath.Join(provenanceData, c.NPMKeys))
	}
	if c.Key != "" {
		flag("key", filepath.Join(provenanceData, c.Key))
	}
	flag("key-id", c.KeyID)
	flag("expect-repo", c.Source)
	flag("expect-issuer", c.Issuer)
	flag("expect-workflow", c.SignerWorkflow)
	flag("expect-verifier", c.Verifier)
	flag("expect-resource", c.ResourceURI)
	for _, level := range c.Levels {
		flag("expect-level", level)
	}
	if c.Policy == "tsa-only" {
		args = append(args, "--timestamps-only")
	}
	switch c.Format {
	case "mcpb":
		return append(args, file)
	case "git-commit", "git-tag":
		id, _, _ := strings.Cut(filepath.Base(file), ".")
		flag("proof", file)
		return append(args, "digest:gitCommit:"+id)
	case "conformance":
		return append(args, conformance(filepath.Dir(file), flag)...)
	}
	flag("proof", file)
	return append(args, c.artifact(t))
}

func (c provenanceCase) artifact(t *testing.T) string {
	var names []string
	for algorithm, value := range c.Artifact {
		names = append(names, "digest:"+algorithm+":"+value)
	}
	slices.Sort(names)
	if len(names) == 0 {
		t.Fatal("the case names no artifact")
	}
	return names[0]
}

// conformance follows the rules of sigstore-conformance: what a folder does not
// hold is the default.
func conformance(dir string, flag func(name, value string)) []string {
	read := func(name, otherwise string) string {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return otherwise
		}
		return string(bytes.TrimSpace(data))
	}
	exists := func(name string) bool {
		_, err := os.Stat(filepath.Join(dir, name))
		return err == nil
	}
	if exists("key.pub") {
		flag("key", filepath.Join(dir, "key.pub"))
	} else {
		flag("expect-identity", read("identity", "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main"))
		flag("expect-issuer", read("issuer", "https://token.actions.githubusercontent.com"))
	}
	if exists("trusted_root.json") {
		flag("trusted-root", filepath.Join(dir, "trusted_root.json"))
	}
	flag("proof", filepath.Join(dir, "bundle.sigstore.json"))
	artifact := filepath.Join(dir, "..", "a.txt")
	if exists("artifact") {
		artifact = filepath.Join(dir, "artifact")
	}
	return []string{artifact}
}

// runVerify runs the command on one artifact in this process.
func runVerify(t *testing.T, args []string) (provenance.Verdict, int) {
	t.Helper()
	document, code := runVerifyAll(t, args)
	if len(document.Results) != 1 {
		t.Fatalf("sealvet %v: %d verdicts, want one", args, len(document.Results))
	}
	return document.Results[0], code
}

func runVerifyAll(t *testing.T, args []string) (document verdict.Document, code int) {
	t.Helper()
	var out, complaints bytes.Buffer
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(&out)
	root.SetErr(&complaints)
	err := root.ExecuteContext(t.Context())
	var exit exitCode
	switch {
	case errors.As(err, &exit):
		code = exit.code
	case err != nil:
		t.Fatalf("sealvet %v: %v", args, err)
	}
	if err := json.Unmarshal(out.Bytes(), &document); err != nil {
		t.Fatalf("sealvet %v writes no verdicts: %v\n%s%s", args, err, out.String(), complaints.String())
	}
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := verdictSchema(t).Validate(instance); err != nil {
		t.Errorf("sealvet %v: not as docs/schema/verify.v1.json has it: %v", args, err)
	}
	return document, code
}

// verdictSchema is the published one, which lets unknown fields pass; here none may.
func verdictSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	data, err := os.ReadFile("../../docs/schema/verify.v1.json")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	closeAll(schema)
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("verify.v1.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("verify.v1.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func closeAll(schema any) {
	switch s := schema.(type) {
	case map[string]any:
		_, described := s["properties"]
		if _, open := s["additionalProperties"]; described && !open {
			s["additionalProperties"] = false
		}
		for _, part := range s {
			closeAll(part)
		}
	case []any:
		for _, part := range s {
			closeAll(part)
		}
	}
}
