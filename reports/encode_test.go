package reports_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/reports"
	"github.com/sealvet/sealvet/reports/internal/specimen"
)

// What is written is inert, and read back it is what it was.
func TestEncodeJSON(t *testing.T) {
	for what, poison := range specimen.Poison {
		want := map[string]string{poison: "### " + poison}
		var out bytes.Buffer
		if err := reports.EncodeJSON(&out, want); err != nil {
			t.Fatal(err)
		}
		specimen.Inert(t, what, out.Bytes(), false)
		var got map[string]string
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Errorf("%s: %v in %.200s", what, err, out.Bytes())
			continue
		}
		key := strings.ToValidUTF8(poison, "\uFFFD")
		if what == "invalid utf-8" {
			key = string([]rune(poison)) // a character for each bad byte
		}
		if got[key] != "### "+key {
			t.Errorf("%s: read back as %.200q", what, got)
		}
	}
}
