package nuget

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/parsetest"
	"github.com/sealvet/sealvet/internal/parse/text"
)

var manifests = []struct{ path, data, want string }{
	{"src/Weather.csproj", `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><Version>1.2.0</Version><HostVersion>9.0.1</HostVersion><ToolCommandName>weather</ToolCommandName></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Central" />
    <PackageReference Include="Host" Version="$(HostVersion)" />
    <PackageReference Include="Any" Version="*" />
    <PackageReference Include="Inner"><Version>[2.0.0]</Version></PackageReference>
    <PackageReference Include="Elsewhere" Version="$(FromProps)" />
    <PackageReference Remove="Gone" />
    <ProjectReference Include="../Other/Other.csproj" />
  </ItemGroup>
</Project>
`, `4:32-39 PackageReference Central ""  inherits
2:55-60 PackageReference Host "9.0.1" range
6:46-47 PackageReference Any "*" unbounded
7:48-55 PackageReference Inner "[2.0.0]" exact
8:52-64 PackageReference Elsewhere "$(FromProps)" 
`},
	{"Directory.Packages.props", `<Project><ItemGroup>
<PackageVersion Include="Central" Version="1.0.0" />
<GlobalPackageReference Include="Analyzers" Version="3.*" />
</ItemGroup></Project>
`, `2:44-49 central Central "1.0.0" range
3:54-57 GlobalPackageReference Analyzers "3.*" range
`},
	{"packages.config", `<packages><package id="Old" version="1.0.0" /></packages>`, "1:38-43 packages Old \"1.0.0\" exact\n"},
	{".config/dotnet-tools.json", `{"tools": {"csharpier": {"version": "1.1.2", "commands": ["csharpier"]}}}`, "1:38-43 tools csharpier \"1.1.2\" exact\n"},
}

func TestManifests(t *testing.T) {
	for _, test := range manifests {
		t.Run(test.path, func(t *testing.T) {
			out := parsetest.Read(t, ReadManifest, test.path, test.data)
			if diff := cmp.Diff(test.want, parsetest.Dependencies(out.Manifests[0])); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestProjectIsNamedByItsFile(t *testing.T) {
	m := parsetest.Read(t, ReadManifest, manifests[0].path, manifests[0].data).Manifests[0]
	if m.Name != "Weather" || m.Version.Value != "1.2.0" || len(m.Bins) != 1 || m.LockOptional != "" {
		t.Errorf("%+v", m)
	}
}

func TestSettingsAloneDeclareNothing(t *testing.T) {
	out := parsetest.Read(t, ReadManifest, "Directory.Build.props", "<Project><PropertyGroup><Nullable>enable</Nullable></PropertyGroup></Project>")
	if len(out.Manifests) != 0 {
		t.Errorf("%+v", out.Manifests)
	}
}

const lockJSON = `{"version": 1, "dependencies": {
"net8.0": {"Host": {"type": "Direct", "requested": "[9.0.1, )", "resolved": "9.0.1", "contentHash": "aa=="},
  "other": {"type": "Project"}, "Bare": {"type": "Transitive", "resolved": "1.0.0"}},
"net9.0": {"Host": {"type": "Direct", "requested": "[9.0.1, )", "resolved": "9.0.1", "contentHash": "aa=="}}}}
`

func TestLock(t *testing.T) {
	out := parsetest.Read(t, ReadLock, "packages.lock.json", lockJSON)
	want := `2:13-17 Host 9.0.1 sha512-aa==
3:4-9 other   path
3:34-38 Bare 1.0.0  unhashed 1
2:13-17 declared ""  Host "[9.0.1, )"
`
	if diff := cmp.Diff(want, parsetest.Entries(out.Lockfiles[0])); diff != "" {
		t.Error(diff)
	}
}

func FuzzRead(f *testing.F) {
	seeds := map[string]string{"packages.lock.json": lockJSON}
	for _, test := range manifests {
		seeds[test.path] = test.data
	}
	parsetest.Fuzz(f, func(src *text.Source, out *evidence.Snapshot) error {
		if TakesLock(src.Path()) {
			return ReadLock(src, out)
		}
		return ReadManifest(src, out)
	}, seeds)
}
