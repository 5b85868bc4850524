package gradle

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/parsetest"
	"github.com/sealvet/sealvet/internal/parse/text"
)

var manifests = []struct{ path, data, want string }{
	{"gradle/libs.versions.toml", `[versions]
mcp = "0.9.0"
any = { strictly = "latest.release" }
[libraries]
mcp = { module = "io.example:mcp", version.ref = "mcp" }
any = { group = "a", name = "any", version.ref = "any" }
short = "a:short:1.+"
managed = { module = "a:managed" }
[plugins]
spring = { id = "org.example.boot", version = "3.1" }
`, `2:8-13 libraries io.example:mcp "0.9.0" exact
3:21-35 libraries a:any "latest.release" unbounded
7:18-21 libraries a:short "1.+" range
8:1-8 libraries a:managed ""  inherits
10:48-51 plugins org.example.boot "3.1" exact
`},
	{"build.gradle.kts", `plugins {
    java
    id("org.example.boot") version "3.1"
}
dependencies {
    implementation("io.example:mcp:0.9.0")
    implementation(libs.mcp.core)
    testImplementation(platform("a:bom:+"))
    runtimeOnly("a:managed")
    api("a:b:$version")
    implementation(project(":core"))
}
`, `3:37-40 plugins org.example.boot "3.1" exact
6:36-41 implementation io.example:mcp "0.9.0" exact
7:20-33 implementation libs.mcp.core ""  inherits
8:40-41 testImplementation a:bom "+" unbounded
9:18-27 runtimeOnly a:managed ""  inherits
10:10-22 api a:b "$version"  inherits
`},
	{"build.gradle", `dependencies {
    implementation 'io.example:mcp:latest.release'
}
`, "2:36-50 implementation io.example:mcp \"latest.release\" unbounded\n"},
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

const (
	lockFile = `# written by Gradle
a:b:1.0=compileClasspath,runtimeClasspath
empty=annotationProcessor
`
	verification = `<verification-metadata><components>
<component group="a" name="b" version="1.0"><artifact name="b.jar"><sha256 value="aa" origin="x"/></artifact></component>
<component group="a" name="c" version="1.0"><artifact name="c.jar"/></component>
</components></verification-metadata>
`
)

func TestLocks(t *testing.T) {
	for path, test := range map[string][2]string{
		"gradle.lockfile":                  {lockFile, "2:1-8 a:b 1.0  unhashed 1\n"},
		"gradle/verification-metadata.xml": {verification, "2:28-29 a:b 1.0 sha256:aa\n3:28-29 a:c 1.0  unhashed 1\n"},
	} {
		out := parsetest.Read(t, ReadLock, path, test[0])
		if diff := cmp.Diff(test[1], parsetest.Entries(out.Lockfiles[0])); diff != "" {
			t.Error(path, diff)
		}
	}
}

func FuzzRead(f *testing.F) {
	seeds := map[string]string{"gradle.lockfile": lockFile, "gradle/verification-metadata.xml": verification}
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
