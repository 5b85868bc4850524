package registry

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/parsetest"
	"github.com/sealvet/sealvet/internal/parse/text"
)

var tests = []struct{ path, data, want string }{
	{".npmrc", `; ours
registry=https://npm.example.com/
@acme:registry = "https://user:secret@packages.example.com:8443/npm/" # scoped
//packages.example.com/npm/:_authToken=${NPM_TOKEN}
strict-ssl=false
`, `2:10-34 npm registry https://npm.example.com/ host "npm.example.com"
3:19-69 npm @acme:registry https://packages.example.com:8443/npm/ host "packages.example.com" for @acme
5:12-17 npm strict-ssl false host ""
`},
	{".yarnrc", `registry "https://npm.example.com/"
"@acme:registry" "https://packages.example.com/"
`, `1:11-35 npm registry https://npm.example.com/ host "npm.example.com"
2:19-48 npm @acme:registry https://packages.example.com/ host "packages.example.com" for @acme
`},
	{".yarnrc.yml", `npmRegistryServer: "https://npm.example.com"
npmScopes:
  acme:
    npmRegistryServer: https://packages.example.com
unsafeHttpWhitelist: [intranet.example.com]
`, `1:21-44 npm npmRegistryServer https://npm.example.com host "npm.example.com"
4:24-52 npm npmRegistryServer https://packages.example.com host "packages.example.com" for @acme
5:23-43 npm unsafeHttpWhitelist intranet.example.com host "intranet.example.com"
`},
	{"pnpm-workspace.yaml", `packages: [a]
registries:
  default: https://npm.example.com
  '@acme': https://packages.example.com
`, `3:12-35 npm registries https://npm.example.com host "npm.example.com"
4:12-40 npm registries https://packages.example.com host "packages.example.com" for @acme
`},
	{".gitlab-ci.yml", `variables:
  PIP_INDEX_URL: {value: https://pypi.example.com/simple, description: ours}
build:
  variables:
    GOPROXY: "https://go.example.com,direct"
  script: [make]
`, `2:26-57 pypi PIP_INDEX_URL https://pypi.example.com/simple host "pypi.example.com"
5:15-44 golang GOPROXY https://go.example.com host "go.example.com"
`},
	{"compose.yaml", `services:
  web:
    build: {context: ., args: [npm_config_registry=https://npm.example.com]}
    environment: {GOSUMDB: "off"}
`, `4:29-32 golang GOSUMDB off host ""
3:52-75 npm NPM_CONFIG_REGISTRY https://npm.example.com host "npm.example.com"
`},
	{"bunfig.toml", `[install]
registry = { url = "https://npm.example.com", token = "$T" }
[install.scopes]
acme = "https://packages.example.com"
`, `2:21-44 npm install.registry https://npm.example.com host "npm.example.com"
4:9-37 npm install.scopes https://packages.example.com host "packages.example.com" for @acme
`},
	{"pip.conf", `[global]
index-url = https://pypi.example.com/simple
extra-index-url =
    https://a.example.com/simple
    https://b.example.com/simple
trusted-host = b.example.com
`, `2:13-44 pypi index-url https://pypi.example.com/simple host "pypi.example.com"
4:5-33 pypi extra-index-url https://a.example.com/simple host "a.example.com" extra
5:5-33 pypi extra-index-url https://b.example.com/simple host "b.example.com" extra
6:16-29 pypi trusted-host b.example.com host "b.example.com"
`},
	{"requirements.txt", `-i https://pypi.example.com/simple
--extra-index-url=https://a.example.com/simple
--find-links ./wheels
torch
`, `1:4-35 pypi index-url https://pypi.example.com/simple host "pypi.example.com"
2:19-47 pypi extra-index-url https://a.example.com/simple host "a.example.com" extra
`},
	{"pyproject.toml", `[[tool.uv.index]]
name = "torch"
url = "https://a.example.com/whl"
explicit = true
[[tool.uv.index]]
url = "https://b.example.com/simple"
[[tool.uv.index]]
url = "https://c.example.com/simple"
default = true
[[tool.poetry.source]]
name = "acme"
url = "https://d.example.com/simple"
priority = "supplemental"
[[tool.pdm.source]]
name = "private"
url = "https://e.example.com/simple"
include_packages = ["acme-*"]
[tool.uv.sources]
torch = [{ index = "torch" }]
[[tool.uv.index]]
name = "publish-only"
url = "https://f.example.com/simple"
explicit = true
`, `3:8-33 pypi index https://a.example.com/whl host "a.example.com" for explicit
6:8-36 pypi index https://b.example.com/simple host "b.example.com" extra
8:8-36 pypi index https://c.example.com/simple host "c.example.com"
12:8-36 pypi tool.poetry.source https://d.example.com/simple host "d.example.com" extra
16:8-36 pypi tool.pdm.source https://e.example.com/simple host "e.example.com" for acme-*
`},
	{"Pipfile", `[[source]]
url = "http://pypi.example.com/simple"
verify_ssl = false
name = "acme"
`, `2:8-38 pypi source http://pypi.example.com/simple host "pypi.example.com"
3:14-19 pypi verify_ssl false host ""
`},
	{".cargo/config.toml", `[source.crates-io]
replace-with = "mirror"
[source.mirror]
registry = "sparse+https://cargo.example.com/index/"
[source.vendored]
directory = "vendor"
[registries.acme]
index = "https://packages.example.com/index"
`, `4:13-52 cargo source.registry sparse+https://cargo.example.com/index/ host "cargo.example.com"
8:10-44 cargo registries.index https://packages.example.com/index host "packages.example.com" for registry=acme
`},
	{"NuGet.Config", `<?xml version="1.0"?>
<configuration>
  <packageSources>
    <clear />
    <add key="nuget.org" value="https://api.nuget.org/v3/index.json" />
    <add key='acme' value='https://packages.example.com/v3/index.json' />
    <add key="local" value="./packages" />
  </packageSources>
</configuration>
`, `5:33-68 nuget packageSources https://api.nuget.org/v3/index.json host "api.nuget.org" extra
6:28-70 nuget packageSources https://packages.example.com/v3/index.json host "packages.example.com" extra
`},
	{"mapped/nuget.config", `<configuration>
<packageSources><clear/><add key="acme" value="https://packages.example.com/v3/index.json"/></packageSources>
<packageSourceMapping><packageSource key="ACME"><package pattern="Acme.*"/></packageSource></packageSourceMapping>
</configuration>
`, `2:48-90 nuget packageSources https://packages.example.com/v3/index.json host "packages.example.com" for Acme.*
`},
	{"Directory.Build.props", `<Project><PropertyGroup>
<RestoreSources>$(RestoreSources);https://api.nuget.org/v3/index.json; https://packages.example.com/v3/index.json;$(Local)/x</RestoreSources>
</PropertyGroup></Project>
`, `2:35-70 nuget RestoreSources https://api.nuget.org/v3/index.json host "api.nuget.org"
2:72-114 nuget RestoreSources https://packages.example.com/v3/index.json host "packages.example.com"
2:115-125 nuget RestoreSources $(Local)/x host "$(Local)/x"
`},
	{"pom.xml", `<project><repositories>
  <repository><id>acme</id><url>https://maven.example.com/releases</url></repository>
</repositories></project>
`, `2:33-67 maven repositories https://maven.example.com/releases host "maven.example.com" extra
`},
	{"settings.xml", `<settings><mirrors><mirror><id>m</id><mirrorOf>*</mirrorOf><url>https://maven.example.com/</url></mirror></mirrors></settings>`,
		"1:65-91 maven mirrors https://maven.example.com/ host \"maven.example.com\"\n"},
	{"composer.json", `{"repositories": [{"type": "composer", "url": "https://php.example.com"}, {"type": "vcs", "url": "https://git.example.com/a/b"}]}`,
		"1:48-71 composer repositories https://php.example.com host \"php.example.com\"\n"},
	{"Gemfile", `source "https://gems.example.com"
source 'https://packages.example.com' do
  gem "acme"
end
`, `1:9-33 gem source https://gems.example.com host "gems.example.com"
2:9-37 gem source https://packages.example.com host "packages.example.com" for source block
`},
}

func TestRead(t *testing.T) {
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			if !Takes(test.path) {
				t.Fatal("not taken")
			}
			out := parsetest.Read(t, Read, test.path, test.data)
			if diff := cmp.Diff(test.want, parsetest.Registries(out.Registries)); diff != "" {
				t.Error(diff)
			}
			parsetest.Inside(t, text.NewSource(test.path, []byte(test.data)), out)
		})
	}
}

func TestAddressHost(t *testing.T) {
	for address, want := range map[string][2]string{
		"https://u:p@A.Example.com:8443/x": {"a.example.com", "https://A.Example.com:8443/x"},
		"sparse+https://b.example.com/":    {"b.example.com", "sparse+https://b.example.com/"},
		"//c.example.com/npm":              {"c.example.com", "//c.example.com/npm"},
		"https://${HOST}/simple":           {"${host}", "https://${HOST}/simple"},
		"$INDEX":                           {"$INDEX", "$INDEX"},
		"./wheels":                         {"", "./wheels"},
		"file:///srv/wheels":               {"", "file:///srv/wheels"},
		"https://d.example.com?x=@y":       {"d.example.com", "https://d.example.com?x=@y"},
	} {
		host, clean := evidence.AddressHost(address)
		if got := [2]string{host, clean}; got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	seeds := make(map[string]string)
	for _, test := range tests {
		seeds[test.path] = test.data
	}
	parsetest.Fuzz(f, Read, seeds)
}
