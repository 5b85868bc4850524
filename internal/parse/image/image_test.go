package image

import (
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

var digest = "sha256:" + strings.Repeat("0f", 32)

func TestClassify(t *testing.T) {
	for _, c := range []struct {
		ref  string
		pin  evidence.Pin
		why  string
		name string
	}{
		{"scratch", evidence.PinLocal, "", "scratch"},
		{"", evidence.PinUnknown, "no image is named", ""},
		{"node", evidence.PinFloating, "no tag and no digest: latest is used", "node"},
		{"node:20", evidence.PinFloating, "no digest: the tag 20 can move", "node"},
		{"node@" + digest, evidence.PinExact, "", "node"},
		{"node:20@" + digest, evidence.PinExact, "", "node"},
		{"node@sha512:" + strings.Repeat("0f", 64), evidence.PinExact, "", "node"},
		{"registry.example.com:5000/team/app", evidence.PinFloating, "no tag and no digest: latest is used", "registry.example.com:5000/team/app"},
		{"registry.example.com:5000/team/app:1.2", evidence.PinFloating, "no digest: the tag 1.2 can move", "registry.example.com:5000/team/app"},

		{"${BASE}", evidence.PinUnknown, "${BASE} is known to the run only", "${BASE}"},
		{"$CI_REGISTRY_IMAGE/app:1", evidence.PinUnknown, "$CI_REGISTRY_IMAGE/app:1 is known to the run only", "$CI_REGISTRY_IMAGE/app"},
		{"${BASE:-node:20}", evidence.PinUnknown, "${BASE:-node:20} is known to the run only", "${BASE:-node:20}"},
		{"node:${V:-20}", evidence.PinUnknown, "the tag ${V:-20} is known to the run only", "node"},
		{"node:${{ matrix.node }}", evidence.PinUnknown, "the tag ${{ matrix.node }} is known to the run only", "node"},
		{"node:{{ version }}-slim", evidence.PinUnknown, "the tag {{ version }}-slim is known to the run only", "node"},
		{"node:<version>", evidence.PinUnknown, "the tag <version> is known to the run only", "node"},
		{"node:@VERSION@", evidence.PinFloating, "VERSION@ is no digest", "node"},
		// A digest names the same bytes wherever they come from.
		{"node:${V}@" + digest, evidence.PinExact, "", "node"},
		{"${REGISTRY}/node:20@" + digest, evidence.PinExact, "", "${REGISTRY}/node"},
		{"node@${DIGEST}", evidence.PinUnknown, "the digest ${DIGEST} is known to the run only", "node"},
		{"node@sha256:${DIGEST}", evidence.PinUnknown, "the digest sha256:${DIGEST} is known to the run only", "node"},

		{"Node:20", evidence.PinUnknown, "not an image reference: its name has capital letters", "Node"},
		{"node@sha256:abc", evidence.PinFloating, "sha256:abc is no digest", "node"},
		{"node:20@sha256:" + strings.Repeat("x", 64), evidence.PinFloating, "sha256:" + strings.Repeat("x", 64) + " is no digest", "node"},
		{"node 20", evidence.PinUnknown, "not an image reference: invalid reference format", "node 20"},
		{"node@" + digest + "@" + digest, evidence.PinFloating, digest + "@" + digest + " is no digest", "node"},
		{strings.Repeat("a", 2000), evidence.PinUnknown, "longer than 1024 characters: no image reference", strings.Repeat("a", 2000)},
	} {
		pin, why := Classify(c.ref)
		if pin != c.pin || why != c.why {
			t.Errorf("Classify(%q) = %s, %q, want %s, %q", c.ref, pin, why, c.pin, c.why)
		}
		if name := Name(c.ref); name != c.name {
			t.Errorf("Name(%q) = %q, want %q", c.ref, name, c.name)
		}
	}
}

func FuzzClassify(f *testing.F) {
	for _, ref := range []string{"node:20", "node@" + digest, "a:1/b:${X:-1}@x", "{{x}}@${", "a@@", "::", "{}}:@"} {
		f.Add(ref)
	}
	f.Fuzz(func(t *testing.T, ref string) {
		pin, why := Classify(ref)
		if !strings.HasPrefix(ref, Name(ref)) {
			t.Errorf("Name(%q) = %q", ref, Name(ref))
		}
		switch pin {
		case evidence.PinExact, evidence.PinLocal:
			if why != "" {
				t.Errorf("Classify(%q) = %s with a reason %q", ref, pin, why)
			}
		case evidence.PinFloating, evidence.PinUnknown:
			if why == "" {
				t.Errorf("Classify(%q) = %s without a reason", ref, pin)
			}
		default:
			t.Errorf("Classify(%q) = %s", ref, pin)
		}
	})
}
