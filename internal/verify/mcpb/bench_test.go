package mcpb

import (
	"bytes"
	"context"
	"crypto/x509"
	"io"
	"runtime"
	"testing"

	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
)

// long is a signed bundle that begins with zeros, which nobody keeps in memory.
type long struct {
	zeros int64
	end   []byte
}

func (l long) ReadAt(p []byte, at int64) (int, error) {
	n := 0
	if at < l.zeros {
		n = int(min(int64(len(p)), l.zeros-at))
		clear(p[:n])
	}
	if n == len(p) {
		return n, nil
	}
	m, err := bytes.NewReader(l.end).ReadAt(p[n:], at+int64(n)-l.zeros)
	return n + m, err
}

func longBundle(t testing.TB, zeros int64) verify.Question {
	zip := bundleZip(t)
	content, err := io.ReadAll(io.NewSectionReader(long{zeros, zip}, 0, zeros+int64(len(zip))))
	if err != nil {
		t.Fatal(err)
	}
	signed := withTrailer(zip, signer{}.der(t, content))
	return verify.Question{Now: now, Material: verify.Material{File: long{zeros, signed}, FileSize: zeros + int64(len(signed))}}
}

// A bundle is never held in memory.
func TestMemoryIsFlat(t *testing.T) {
	q := longBundle(t, 64<<20)
	engine := &Engine{Roots: x509.NewCertPool()}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := engine.Verify(context.Background(), q)[0]
	runtime.ReadMemStats(&after)
	if got.Class != provenance.OKSelf {
		t.Errorf("%s: %s", got.Class, got.Detail)
	}
	if spent := after.TotalAlloc - before.TotalAlloc; spent > 4<<20 {
		t.Errorf("64 MiB cost %d bytes of memory", spent)
	}
}

func BenchmarkVerify100MB(b *testing.B) {
	q := longBundle(b, 100<<20)
	engine := &Engine{Roots: x509.NewCertPool()}
	b.SetBytes(q.Material.FileSize)
	b.ReportAllocs()
	for b.Loop() {
		if got := engine.Verify(context.Background(), q)[0]; got.Class != provenance.OKSelf {
			b.Fatal(got.Detail)
		}
	}
}

func BenchmarkVerifySmall(b *testing.B) {
	data := real(b, "signed-self.mcpb")
	b.ReportAllocs()
	for b.Loop() {
		judge(data)
	}
}
