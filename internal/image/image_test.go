package image_test

import (
	"bytes"
	"debug/buildinfo"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"github.com/sealvet/sealvet/internal/image"
)

const root = "../.."

var (
	made   = time.Unix(1_700_000_000, 0)
	target = v1.Platform{OS: "linux", Architecture: runtime.GOARCH}
)

// TestImageRuns assembles the image of this repository's Dockerfile, and runs what
// is in it.
func TestImageRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	context := t.TempDir()
	binary := filepath.Join(context, "bin", "sealvet")
	build(t, binary)
	write(t, filepath.Join(context, "bin", "sealvet-slsa-verifier"), "a stand-in: its module is built elsewhere")

	first, second := assemble(t, context), assemble(t, context)
	checkValid(t, first)
	if a, b := digest(t, first), digest(t, second); a != b {
		t.Errorf("the same files gave %s and %s", a, b)
	}
	checkConfig(t, first)
	dir := extract(t, first)
	checkFiles(t, dir)
	t.Run("roots", func(t *testing.T) { checkRoots(t, binary) })
	t.Run("run", func(t *testing.T) { checkRuns(t, dir) })
	t.Run("scanned by itself", func(t *testing.T) { checkOwnScan(t, binary) })
}

// checkValid looks at the image as it is stored: digests, sizes, the order of layers.
func checkValid(t *testing.T, built v1.Image) {
	store, err := layout.Write(t.TempDir(), empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.AppendImage(built); err != nil {
		t.Fatal(err)
	}
	index, err := store.ImageIndex()
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(index); err != nil {
		t.Errorf("the image is not valid: %v", err)
	}
}

func checkConfig(t *testing.T, built v1.Image) {
	file, err := built.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	config := file.Config
	if config.User != "65532:65532" {
		t.Errorf("user is %q: Kubernetes' runAsNonRoot takes a number only", config.User)
	}
	if diff := cmp.Diff([]string{"/sealvet"}, config.Entrypoint); diff != "" {
		t.Error(diff)
	}
	if config.WorkingDir != "/repo" {
		t.Errorf("working directory is %q: beside the programs the second one is not started", config.WorkingDir)
	}
	for _, label := range []string{"title", "description", "url", "source", "documentation", "vendor", "licenses"} {
		if config.Labels["org.opencontainers.image."+label] == "" {
			t.Errorf("there is no label %s", label)
		}
	}
	documentation := config.Labels["org.opencontainers.image.documentation"]
	if _, err := os.Stat(filepath.Join(root, "docs", path.Base(documentation))); err != nil {
		t.Errorf("the label names a page that is not there: %v", err)
	}
	for label := range config.Labels {
		if path.Base(strings.ReplaceAll(label, ".", "/")) == "created" {
			t.Error("a time in the file is a lie at every build but one")
		}
	}
}

// checkRoots says whether the program brings its root certificates: the image has none.
func checkRoots(t *testing.T, binary string) {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	for _, module := range info.Deps {
		if module.Path == "golang.org/x/crypto/x509roots/fallback" {
			return
		}
	}
	t.Error("the program has no root certificates in it")
}

func TestOnlyTheKnownIsAssembled(t *testing.T) {
	files := fstest.MapFS{"bin/a": {Data: []byte("a"), Mode: 0o755}}
	for name, text := range map[string]string{
		"a base":            "FROM alpine\n",
		"a second stage":    "FROM scratch\nFROM scratch\n",
		"a name":            "FROM scratch AS a\n",
		"a platform":        "FROM --platform=linux/arm64 scratch\n",
		"before the stage":  "ARG A=1\nFROM scratch\n",
		"a command":         "FROM scratch\nRUN true\n",
		"a download":        "FROM scratch\nADD https://example.com/a /\n",
		"a variable":        "FROM scratch\nLABEL a=$B\n",
		"a shell":           "FROM scratch\nENTRYPOINT /a\n",
		"another stage":     "FROM scratch\nCOPY --from=b /a /\n",
		"a mode in words":   "FROM scratch\nCOPY --chmod=a+x bin/a /\n",
		"a relative folder": "FROM scratch\nCOPY bin/a .\n",
		"no such file":      "FROM scratch\nCOPY bin/b /\n",
		"a folder":          "FROM scratch\nCOPY bin /\n",
		"out of the tree":   "FROM scratch\nCOPY ../a /\n",
		"no Dockerfile":     "",
	} {
		if _, err := image.Assemble(strings.NewReader(text), files, target, made); err == nil {
			t.Errorf("%s: assembled", name)
		}
	}
	if _, err := image.Assemble(strings.NewReader("FROM scratch\nCOPY bin/a /\n"), files, target, made); err != nil {
		t.Error(err)
	}
}

func assemble(t *testing.T, context string) v1.Image {
	t.Helper()
	built, err := image.Assemble(bytes.NewReader(dockerfile(t)), os.DirFS(context), target, made)
	if err != nil {
		t.Fatal(err)
	}
	return built
}

func dockerfile(t *testing.T) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func digest(t *testing.T, built v1.Image) string {
	t.Helper()
	sum, err := built.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return sum.String()
}
