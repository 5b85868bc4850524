package archive

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

type file struct{ name, content string }

func makeZip(t testing.TB, files ...file) []byte {
	t.Helper()
	var buffer bytes.Buffer
	w := zip.NewWriter(&buffer)
	for _, f := range files {
		to, err := w.Create(f.name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(to, f.content)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

func makeTar(t testing.TB, headers ...tar.Header) []byte {
	t.Helper()
	var buffer bytes.Buffer
	w := tar.NewWriter(&buffer)
	for _, h := range headers {
		if h.Typeflag == 0 {
			h.Typeflag = tar.TypeReg
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			w.Write(bytes.Repeat([]byte("a"), int(h.Size)))
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

func gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var buffer bytes.Buffer
	w := gzip.NewWriter(&buffer)
	w.Write(data)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

// walk reads everything, and lists it.
func walk(entries Entries) (listed string, err error) {
	var out strings.Builder
	for entry, err := range entries {
		if err != nil {
			return out.String(), err
		}
		n := int64(0)
		if entry.Kind == File {
			from, err := entry.Open()
			if err != nil {
				return out.String(), err
			}
			if n, err = io.Copy(io.Discard, from); err != nil {
				return out.String(), err
			}
		}
		fmt.Fprintf(&out, "%s %s %d\n", entry.Name, entry.Kind, n)
	}
	return out.String(), nil
}

func zipOf(data []byte, limits Limits) Entries {
	return Zip(bytes.NewReader(data), int64(len(data)), limits)
}

func TestZip(t *testing.T) {
	data := makeZip(t, file{"manifest.json", "{}"}, file{"server/", ""}, file{"./server/index.js", "x"})
	got, err := walk(zipOf(data, Limits{}))
	if want := "manifest.json file 2\nserver folder 0\nserver/index.js file 1\n"; err != nil || got != want {
		t.Errorf("got %q, %v", got, err)
	}
	content, err := Read(zipOf(data, Limits{}), "manifest.json", 10)
	if err != nil || string(content) != "{}" {
		t.Errorf("Read gives %q, %v", content, err)
	}
	if _, err := Read(zipOf(data, Limits{}), "manifest.json", 1); !errors.Is(err, ErrTooLarge) {
		t.Errorf("more than asked for: %v", err)
	}
	if _, err := Read(zipOf(data, Limits{}), "none", 1); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

// An archive inside an archive is a file: nothing that holds itself is endless.
func TestArchiveInsideAnArchiveIsAFile(t *testing.T) {
	inner := makeZip(t, file{"a", "b"})
	got, err := walk(zipOf(makeZip(t, file{"inner.zip", string(inner)}), Limits{}))
	if want := fmt.Sprintf("inner.zip file %d\n", len(inner)); err != nil || got != want {
		t.Errorf("got %q, %v", got, err)
	}
}

// central finds the nth header of the directory.
func central(data []byte, n int) []byte {
	at := 0
	for ; n >= 0; n-- {
		at += bytes.Index(data[at:], []byte("PK\x01\x02")) + 4
	}
	return data[at-4:]
}

func TestHostileZips(t *testing.T) {
	zeros := strings.Repeat("\x00", 20<<20)
	two := func() []byte { return makeZip(t, file{"a", "aaaa"}, file{"b", "bbbb"}) }
	patched := func(patch func(data []byte)) []byte {
		data := two()
		patch(data)
		return data
	}
	many := func() []byte {
		var files []file
		for i := range 3000 {
			files = append(files, file{fmt.Sprintf("%04d", i), ""})
		}
		return makeZip(t, files...)
	}
	for name, c := range map[string]struct {
		data   []byte
		limits Limits
		want   error
	}{
		"climbs":                {makeZip(t, file{"a/../../b", ""}), Limits{}, ErrName},
		"climbs with \\":        {makeZip(t, file{`a\..\..\b`, ""}), Limits{}, ErrName},
		"absolute":              {makeZip(t, file{"/etc/passwd", ""}), Limits{}, ErrName},
		"drive":                 {makeZip(t, file{"C:x", ""}), Limits{}, ErrName},
		"share":                 {makeZip(t, file{`\\host\x`, ""}), Limits{}, ErrName},
		"zero byte":             {makeZip(t, file{"a\x00.js", ""}), Limits{}, ErrName},
		"long name":             {makeZip(t, file{strings.Repeat("a", 1025), ""}), Limits{}, ErrName},
		"twice":                 {makeZip(t, file{"a", "1"}, file{"./a", "2"}), Limits{}, ErrDuplicate},
		"file and folder":       {makeZip(t, file{"a", "1"}, file{"a/", ""}), Limits{}, ErrDuplicate},
		"too many":              {two(), Limits{Entries: 1}, ErrTooMany},
		"directory too large":   {many(), Limits{Entries: 10}, ErrTooMany},
		"too large":             {two(), Limits{Entry: 3}, ErrTooLarge},
		"too much":              {two(), Limits{Total: 7}, ErrTooLarge},
		"bomb":                  {makeZip(t, file{"a", zeros}), Limits{}, ErrRatio},
		"not a zip":             {[]byte("PK\x03\x04 is all there is"), Limits{}, ErrMalformed},
		"empty":                 {nil, Limits{}, ErrMalformed},
		"declares less":         {patched(func(d []byte) { binary.LittleEndian.PutUint32(central(d, 0)[24:], 3) }), Limits{}, ErrSize},
		"declares more":         {patched(func(d []byte) { binary.LittleEndian.PutUint32(central(d, 0)[24:], 5) }), Limits{}, ErrTruncated},
		"packed beyond its end": {patched(func(d []byte) { binary.LittleEndian.PutUint32(central(d, 1)[20:], 1<<30) }), Limits{}, ErrTruncated},
		"overlapping":           {overlapping(t), Limits{}, ErrOverlap},
		"two names":             {patched(func(d []byte) { d[30] = 'c' }), Limits{}, ErrMalformed},
		"encrypted":             {patched(func(d []byte) { central(d, 0)[8] |= 1 }), Limits{}, ErrUnsupported},
		"unknown method":        {patched(func(d []byte) { central(d, 0)[10] = 14 }), Limits{}, ErrUnsupported},
		"wrong checksum":        {patched(func(d []byte) { central(d, 0)[16] ^= 1 }), Limits{}, ErrMalformed},
	} {
		_, err := walk(zipOf(c.data, c.limits))
		var typed *Error
		if !errors.Is(err, c.want) || !errors.As(err, &typed) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// overlapping has an entry b that lies inside the content of a.
func overlapping(t *testing.T) []byte {
	inner := makeZip(t, file{"b", "bbbb"})
	var buffer bytes.Buffer
	w := zip.NewWriter(&buffer)
	a, err := w.CreateHeader(&zip.FileHeader{Name: "a", Method: zip.Store})
	if err != nil {
		t.Fatal(err)
	}
	a.Write(inner[:bytes.Index(inner, []byte("PK\x01\x02"))])
	b, err := w.Create("b")
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(b, "bbbb")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	data := buffer.Bytes()
	second := data[bytes.LastIndex(data, []byte("PK\x01\x02")):]
	binary.LittleEndian.PutUint32(second[42:], uint32(headerSize+len("a")))
	return data
}

// far is a file of which all but the end is zeros that nobody keeps.
type far struct {
	zeros int64
	end   []byte
}

func (f far) ReadAt(p []byte, at int64) (int, error) {
	clear(p)
	n := 0
	if at < f.zeros {
		n = int(min(int64(len(p)), f.zeros-at))
	}
	if n == len(p) {
		return n, nil
	}
	m, err := bytes.NewReader(f.end).ReadAt(p[n:], at+int64(n)-f.zeros)
	return n + m, err
}

func TestZip64(t *testing.T) {
	var buffer bytes.Buffer
	w := zip.NewWriter(&buffer)
	w.SetOffset(5 << 30)
	to, _ := w.Create("a")
	io.WriteString(to, "content")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	long := far{5 << 30, buffer.Bytes()}
	got, err := walk(Zip(long, 5<<30+int64(buffer.Len()), Limits{}))
	if err != nil || got != "a file 7\n" {
		t.Errorf("got %q, %v", got, err)
	}

	buffer.Reset()
	w = zip.NewWriter(&buffer)
	w.CreateRaw(&zip.FileHeader{Name: "a", Method: zip.Deflate, UncompressedSize64: 1 << 62, CompressedSize64: 0})
	w.Close()
	if _, err := walk(zipOf(buffer.Bytes(), Limits{})); !errors.Is(err, ErrTooLarge) {
		t.Errorf("four exabytes: %v", err)
	}
}

func TestTruncatedZip(t *testing.T) {
	data := makeZip(t, file{"a", "aaaa"}, file{"b", strings.Repeat("bc", 500)})
	for n := range data {
		if _, err := walk(zipOf(data[:n], Limits{})); err == nil {
			t.Fatalf("the first %d of %d bytes are no zip", n, len(data))
		}
	}
}

func TestTar(t *testing.T) {
	data := makeTar(t,
		tar.Header{Name: "pax_global_header", Typeflag: tar.TypeXGlobalHeader, PAXRecords: map[string]string{"comment": "a commit"}},
		tar.Header{Name: "./", Typeflag: tar.TypeDir, Mode: 0o755},
		tar.Header{Name: "package/package.json", Size: 700},
		tar.Header{Name: "package/link", Typeflag: tar.TypeSymlink, Linkname: "package.json"})
	want := "package/package.json file 700\npackage/link link 0\n"
	var zst bytes.Buffer
	z, _ := zstd.NewWriter(&zst)
	z.Write(data)
	z.Close()
	for name, packed := range map[string][]byte{"plain": data, "gzip": gzipped(t, data), "zstd": zst.Bytes()} {
		if got, err := walk(Tar(bytes.NewReader(packed), Limits{})); err != nil || got != want {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	content, err := Read(Tar(bytes.NewReader(data), Limits{}), "package/package.json", 1000)
	if err != nil || len(content) != 700 {
		t.Errorf("Read gives %d bytes, %v", len(content), err)
	}
}

func TestHostileTars(t *testing.T) {
	plain := makeTar(t, tar.Header{Name: "a", Size: 600})
	sparse := makeTar(t, tar.Header{Name: "a", Size: 0})
	for name, c := range map[string]struct {
		data   []byte
		limits Limits
		want   error
	}{
		"climbs":                    {makeTar(t, tar.Header{Name: "../a"}), Limits{}, ErrName},
		"twice":                     {makeTar(t, tar.Header{Name: "a"}, tar.Header{Name: "./a"}), Limits{}, ErrDuplicate},
		"too many":                  {makeTar(t, tar.Header{Name: "a"}, tar.Header{Name: "b"}), Limits{Entries: 1}, ErrTooMany},
		"too large":                 {plain, Limits{Entry: 599}, ErrTooLarge},
		"too much":                  {plain, Limits{Total: 600}, ErrTooLarge},
		"bomb":                      {gzipped(t, makeTar(t, tar.Header{Name: "a", Size: 30 << 20})), Limits{}, ErrRatio},
		"bomb behind":               {gzipped(t, append(bytes.Clone(sparse), make([]byte, 30<<20)...)), Limits{}, ErrRatio},
		"truncated":                 {plain[:700], Limits{}, ErrTruncated},
		"gzip cut off":              {gzipped(t, plain)[:40], Limits{}, ErrTruncated},
		"gzip without its checksum": {func() []byte { d := gzipped(t, plain); return d[:len(d)-8] }(), Limits{}, ErrTruncated},
		"hidden behind the end":     {append(bytes.Clone(plain), plain...), Limits{}, ErrMalformed},
		"noise":                     {bytes.Repeat([]byte("noise"), 300), Limits{}, ErrMalformed},
	} {
		_, err := walk(Tar(bytes.NewReader(c.data), c.limits))
		var typed *Error
		if !errors.Is(err, c.want) || !errors.As(err, &typed) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func FuzzZip(f *testing.F) {
	f.Add(makeZip(f, file{"a", "b"}, file{"c/", ""}))
	f.Add(makeZip(f, file{"a", strings.Repeat("b", 5000)}))
	f.Fuzz(func(t *testing.T, data []byte) {
		walk(zipOf(data, Limits{Entries: 100, Entry: 1 << 20, Total: 4 << 20}))
	})
}

func FuzzTar(f *testing.F) {
	f.Add(makeTar(f, tar.Header{Name: "a", Size: 5}))
	f.Add(gzipped(f, makeTar(f, tar.Header{Name: "a", Size: 5})))
	f.Fuzz(func(t *testing.T, data []byte) {
		walk(Tar(bytes.NewReader(data), Limits{Entries: 100, Entry: 1 << 20, Total: 4 << 20}))
	})
}
