package compose

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/parse/parsetest"
)

var serviceFiles = map[string]string{
	"compose.yaml": `services:
  a:
    build: .
    privileged: true
    network_mode: ${MODE:-host}
    volumes:
      - /:/host
      - {type: bind, source: /var/run/docker.sock, target: /s}
      - 1: 2
    cap_add: [ALL]
    pid: {}
  b:
    image: x
  c: nothing
`,
}

func TestReadServices(t *testing.T) {
	var got strings.Builder
	for _, service := range parsetest.Read(t, ReadServices, "compose.yaml", serviceFiles["compose.yaml"]).Services {
		fmt.Fprintf(&got, "%d:%d %s %v", service.At.Line, service.At.Column, service.Name, service.Builds)
		for _, setting := range service.Settings {
			fmt.Fprintf(&got, " %s=%s@%d:%d", setting.Name, setting.Value, setting.At.Line, setting.At.Column)
		}
		got.WriteByte('\n')
	}
	want := "2:3 a true privileged=true@4:17 network_mode=host@5:19 volumes=/:/host@7:9 volumes=/var/run/docker.sock@8:30 cap_add=ALL@10:15\n12:3 b false\n"
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func FuzzReadServices(f *testing.F) { parsetest.Fuzz(f, ReadServices, serviceFiles) }
