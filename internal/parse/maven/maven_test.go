package maven

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/parse/parsetest"
)

const pomXML = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <parent><groupId>com.example</groupId><artifactId>parent</artifactId><version>1.0</version></parent>
  <artifactId>weather</artifactId>
  <version>2.0</version>
  <modules><module>core</module></modules>
  <properties><mcp.version>${base}</mcp.version><base>0.9.0</base><loop>${loop}</loop></properties>
  <dependencyManagement><dependencies>
    <dependency><groupId>a</groupId><artifactId>managed</artifactId><version>[1,2)</version></dependency>
  </dependencies></dependencyManagement>
  <dependencies>
    <dependency><groupId>a</groupId><artifactId>managed</artifactId></dependency>
    <dependency><groupId>io.example</groupId><artifactId>mcp</artifactId><version>${mcp.version}</version></dependency>
    <dependency><groupId>${project.groupId}</groupId><artifactId>core</artifactId><version>${project.version}</version></dependency>
    <dependency><groupId>a</groupId><artifactId>fresh</artifactId><version>1-SNAPSHOT</version></dependency>
    <dependency><groupId>a</groupId><artifactId>far</artifactId><version>${loop}</version></dependency>
  </dependencies>
  <build><plugins><plugin><artifactId>maven-jar-plugin</artifactId></plugin></plugins></build>
</project>
`

func TestRead(t *testing.T) {
	out := parsetest.Read(t, Read, "pom.xml", pomXML)
	want := `2:81-84 parent com.example:parent "1.0" exact
11:49-56 dependencies a:managed ""  inherits
12:83-97 dependencies io.example:mcp "0.9.0" exact
13:92-110 dependencies com.example:core "2.0" exact
14:76-86 dependencies a:fresh "1-SNAPSHOT" unbounded
15:74-81 dependencies a:far "${loop}" 
8:78-83 dependencyManagement a:managed "[1,2)" range
17:39-55 plugins org.apache.maven.plugins:maven-jar-plugin ""  inherits
`
	if diff := cmp.Diff(want, parsetest.Dependencies(out.Manifests[0])); diff != "" {
		t.Error(diff)
	}
	if m := out.Manifests[0]; m.Name != "com.example:weather" || m.Version.Value != "2.0" || m.LockOptional == "" {
		t.Errorf("%+v", m)
	}
}

func FuzzRead(f *testing.F) {
	parsetest.Fuzz(f, Read, map[string]string{"pom.xml": pomXML})
}
