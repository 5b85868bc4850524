package trace

import (
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

func TestPublishes(t *testing.T) {
	for line, want := range map[string]string{
		"npm publish --provenance --access public":                  "npm npm yes",
		"npm publish --dry-run":                                     "",
		"npm pack":                                                  "",
		"npm run publish":                                           "",
		"pnpm -r publish --no-git-checks":                           "pnpm npm unknown",
		"pnpm run publish":                                          "",
		"pnpm semantic-release":                                     "semantic-release npm unknown",
		"yarn npm publish":                                          "yarn npm unknown",
		"yarn workspaces foreach -A npm publish":                    "yarn npm unknown",
		"bun publish":                                               "bun npm unknown",
		"npx --yes semantic-release@24":                             "semantic-release npm unknown",
		"npx semantic-release --dry-run":                            "",
		"pnpm exec changeset publish":                               "changeset npm unknown",
		"pnpm changeset version":                                    "",
		"uv publish --token x":                                      "uv pypi unknown",
		"uv build":                                                  "",
		"python -m twine upload dist/*":                             "twine pypi unknown",
		"twine check dist/*":                                        "",
		"poetry publish --build":                                    "poetry pypi unknown",
		"cargo publish -p x":                                        "cargo crates.io unknown",
		"cargo publish --dry-run":                                   "",
		"dotnet nuget push x.nupkg":                                 "dotnet nuget unknown",
		"./gradlew :lib:publishToSonatype":                          "gradle maven unknown",
		"./gradlew publishToMavenLocal":                             "",
		"mvn -B deploy -DskipTests":                                 "mvn maven unknown",
		"goreleaser release --clean":                                "goreleaser release unknown",
		"goreleaser release --snapshot --clean":                     "",
		"goreleaser check":                                          "",
		"go run github.com/goreleaser/goreleaser/v2@v2.1.0 release": "goreleaser release unknown",
		"docker run --rm -v x:/x ghcr.io/goreleaser/goreleaser-cross:v1.2 release --clean": "goreleaser release unknown",
		"docker push ghcr.io/a/b":                         "docker oci unknown",
		"docker push localhost:5000/a/b":                  "",
		"npm publish --registry http://localhost:4873":    "",
		"npm publish --registry=https://npm.example.com":  "npm npm unknown",
		"docker build -t a .":                             "",
		"docker buildx build --push --provenance=false .": "docker oci no",
		"docker buildx build --output type=registry .":    "docker oci unknown",
		"docker buildx imagetools create -t a b":          "docker oci unknown",
		"podman manifest push a":                          "podman oci unknown",
		"ko build ./cmd/x":                                "ko oci unknown",
		"ko build --local ./cmd/x":                        "",
		"helm push x.tgz oci://ghcr.io/a":                 "helm helm unknown",
		"gh release create v1 dist/x":                     "gh release unknown",
		"gh release download v1":                          "",
		"gh release view v1":                              "",
		"./mcp-publisher publish":                         "mcp-publisher mcp-registry unknown",
		"./mcp-publisher login github-oidc":               "",
		"npx @anthropic-ai/mcpb pack":                     "",
		"vsce publish -p x":                               "vsce vscode-marketplace unknown",
		"gem push x.gem":                                  "gem rubygems unknown",
		"glab release create v1":                          "glab release unknown",
	} {
		c := command("", line)
		got := ""
		if p, is := publishes(&c); is {
			got = p.kind + " " + string(p.registry) + " " + p.provenance.String()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}

func TestActionPublishes(t *testing.T) {
	for uses, want := range map[string]string{
		"pypa/gh-action-pypi-publish@release/v1":                                                          "pypi unknown",
		"pypa/gh-action-pypi-publish@v1|attestations=false":                                               "pypi no",
		"docker/build-push-action@v6":                                                                     "",
		"docker/build-push-action@v6|push=false":                                                          "",
		"docker/build-push-action@v6|push=${{ github.event_name != 'pull_request' }}|provenance=mode=max": "oci yes",
		"docker/build-push-action@v6|outputs=type=image,push-by-digest=true,push=true":                    "oci unknown",
		"acme/actions/docker-build@v1|push=true|context=.":                                                "oci unknown",
		"acme/deploy@v1|push=true":                                                                        "",
		"docker/build-push-action@v6|push=true|tags=localhost:5000/a\nlocalhost:5000/b":                   "",
		"docker/build-push-action@v6|push=true|tags=localhost:5000/a\nghcr.io/a/b":                        "oci unknown",
		"goreleaser/goreleaser-action@v6|args=release --clean":                                            "release unknown",
		"goreleaser/goreleaser-action@v6|args=release --snapshot":                                         "",
		"goreleaser/goreleaser-action@v6|args=check":                                                      "",
		"goreleaser/goreleaser-action@v6|install-only=true":                                               "",
		"SoftProps/Action-GH-Release@v2":                                                                  "release unknown",
		"actions/deploy-pages@v4":                                                                         "",
		"./.github/actions/publish":                                                                       "",
		"pyo3/maturin-action@v1|command=build":                                                            "",
		"pyo3/maturin-action@v1|command=upload":                                                           "pypi unknown",
	} {
		parts := strings.Split(uses, "|")
		step := &evidence.Step{Uses: evidence.Text{Value: parts[0]}}
		for _, input := range parts[1:] {
			name, value, _ := strings.Cut(input, "=")
			step.With = append(step.With, evidence.Variable{Name: name, Value: value})
		}
		got := ""
		if p, is := actionPublishes(step); is {
			got = string(p.registry) + " " + p.provenance.String()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", uses, got, want)
		}
	}
}

func TestSecretNames(t *testing.T) {
	for value, want := range map[string]string{
		"${{ secrets.NPM_TOKEN }}":                     "NPM_TOKEN",
		"${{ secrets['NPM_TOKEN'] || secrets.OTHER }}": "NPM_TOKEN OTHER",
		"${{ secrets.A }}-${{ secrets.A }}":            "A",
		"secrets.NPM_TOKEN":                            "",
		"${{ toJSON(secrets) }}":                       "",
		"${{ env.X }}":                                 "",
	} {
		if got := strings.Join(SecretNames(value), " "); got != want {
			t.Errorf("%s: %q, want %q", value, got, want)
		}
	}
}

func TestMentions(t *testing.T) {
	for word, want := range map[string]bool{"$TOKEN": true, "x:${TOKEN}": true, "$env:TOKEN": true, "%TOKEN%": true, "$TOKENS": false, "TOKEN": false, "$MY_TOKEN": false} {
		if got := mentions(word, "TOKEN"); got != want {
			t.Errorf("%s: %v", word, got)
		}
	}
}

// A called workflow has at most the rights of its caller.
func TestGrants(t *testing.T) {
	write := evidence.Permissions{Declared: true, Scopes: []evidence.Variable{{Name: "id-token", Value: "write"}}}
	none := evidence.Permissions{Declared: true}
	seen := &evidence.Snapshot{Workflows: []evidence.Workflow{
		{Path: ".github/workflows/a.yml", Triggers: []evidence.Trigger{{Event: "push"}}, Jobs: []evidence.Job{
			{ID: "with", Permissions: write, Uses: evidence.Text{Value: "./.github/workflows/b.yml"}},
			{ID: "without", Permissions: none, Uses: evidence.Text{Value: "./.github/workflows/c.yml"}},
			{ID: "silent"},
		}},
		{Path: ".github/workflows/b.yml", Triggers: []evidence.Trigger{{Event: "workflow_call"}}, Jobs: []evidence.Job{{ID: "inherits"}, {ID: "less", Permissions: none}}},
		{Path: ".github/workflows/c.yml", Triggers: []evidence.Trigger{{Event: "workflow_call"}}, Jobs: []evidence.Job{{ID: "asks", Permissions: write}}},
	}}
	want := map[string]evidence.Answer{"with": evidence.Yes, "without": evidence.No, "silent": evidence.No, "inherits": evidence.Yes, "less": evidence.No, "asks": evidence.No}
	for _, job := range newTrace(seen).Jobs {
		if got := job.Grants("id-token", "write"); got != want[job.ID] {
			t.Errorf("%s: %s, want %s", job, got, want[job.ID])
		}
	}
}

// A script that calls itself by way of others, or a job that needs itself, ends.
func TestCircles(t *testing.T) {
	seen := &evidence.Snapshot{
		Workflows: []evidence.Workflow{{Path: ".github/workflows/a.yml", Jobs: []evidence.Job{
			{ID: "a", Needs: []string{"b", "a"}, Steps: []evidence.Step{{At: evidence.Location{Path: ".github/workflows/a.yml", Line: 1, EndLine: 9}, Uses: evidence.Text{Value: "./.github/actions/x"}}}},
			{ID: "b", Needs: []string{"a"}, Uses: evidence.Text{Value: "./.github/workflows/a.yml"}},
		}}},
		Actions: []evidence.Action{{Path: ".github/actions/x/action.yml", Steps: []evidence.Step{{Uses: evidence.Text{Value: "./.github/actions/x"}}}}},
		Scripts: []evidence.Script{
			{Path: ".github/workflows/a.yml", Group: "jobs/a", Origin: evidence.FromStep, At: evidence.Location{Path: ".github/workflows/a.yml", Line: 2, EndLine: 3}, Commands: []evidence.Command{command("", "make a"), command("", "npm publish")}},
			{Path: "Makefile", Anchor: "targets/a", Origin: evidence.FromMake, Needs: []string{"b"}},
			{Path: "Makefile", Anchor: "targets/b", Origin: evidence.FromMake, Needs: []string{"a"}, Commands: []evidence.Command{command("", "make b")}},
		},
	}
	traced := newTrace(seen)
	if len(traced.Publishers) == 0 {
		t.Fatal("nothing publishes")
	}
	if way, on := traced.On(&seen.Scripts[2]); !on || way.String() != "a.yml job a > step ./.github/actions/x > make a > make b" {
		t.Errorf("the way to make b is %q", way)
	}
}
