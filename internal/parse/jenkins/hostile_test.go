package jenkins

import (
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

func TestHostileInput(t *testing.T) {
	const many = 1 << 18
	for name, data := range map[string]string{
		"words":        strings.Repeat("sh stage dir ", many/13),
		"brackets":     strings.Repeat("docker.image(", many/13),
		"holes":        `"` + strings.Repeat("${", many/2),
		"dollars":      `"` + strings.Repeat("$", many) + `"`,
		"dots":         "sh a" + strings.Repeat(".a", many/2),
		"sums":         "sh ''" + strings.Repeat("+''", many/3),
		"stages":       strings.Repeat("stage('x') { agent { docker 'x' } environment { A = 'b' } } ", many/60),
		"nested":       strings.Repeat("stage('x') { ", 100) + strings.Repeat("sh 'x'\n", many/7),
		"environments": strings.Repeat("environment { A = 'b' } ", many/24),
		"assignments":  strings.Repeat("a = 'b'\n", many/8),
		"matrix":       "matrix { axes { " + strings.Repeat("axis { name 'X'; values 'a', 'b' } ", many/35) + "} }",
		"commas":       "library(" + strings.Repeat("'a@b',", many/6) + "'')",
		"agents":       strings.Repeat("agent { ", 150) + strings.Repeat("docker { image 'x' } ", many/21),
	} {
		start := time.Now()
		var out evidence.Snapshot
		source := text.NewSource("Jenkinsfile", []byte(data))
		_ = Read(source, &out)
		_ = ReadCommands(source, &out)
		t.Logf("%s: %v", name, time.Since(start))
		if took := time.Since(start); took > time.Minute { // a watchdog: what grows too fast takes far longer
			t.Errorf("%s took %v", name, took)
		}
	}
}
