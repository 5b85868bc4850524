package compare

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

var (
	stamp = time.Date(2019, 3, 4, 5, 6, 8, 0, time.UTC)
	later = time.Date(2023, 11, 12, 13, 14, 16, 0, time.UTC)
	start = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	one   = World{Paths: []string{"/build/src", "/home/alice"}, Names: []string{"north-builder", "alice"}, Start: start, End: start.Add(time.Minute), Stamp: stamp}
	two   = World{Paths: []string{"/srv/longer/project", "/var/lib/bart"}, Names: []string{"south-machine", "bart"}, Start: start.Add(time.Minute), End: start.Add(2 * time.Minute), Stamp: later}
)

// member is one entry of an archive that a test packs.
type member struct {
	name, content string
	mode          int64
	at            time.Time
	owner         int
}

func tgz(at time.Time, members ...member) []byte {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	zip.ModTime = at
	archive := tar.NewWriter(zip)
	for _, m := range members {
		must(archive.WriteHeader(&tar.Header{Name: m.name, Size: int64(len(m.content)), Mode: 0o644 | m.mode, ModTime: m.at, Uid: m.owner, Gid: m.owner, Format: tar.FormatUSTAR}))
		_, err := archive.Write([]byte(m.content))
		must(err)
	}
	must(archive.Close())
	must(zip.Close())
	return out.Bytes()
}

func pack(level uint16, members ...member) []byte {
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for _, m := range members {
		header := &zip.FileHeader{Name: m.name, Method: level, Modified: m.at}
		header.SetMode(0o644 | fs.FileMode(m.mode))
		entry, err := archive.CreateHeader(header)
		must(err)
		_, err = entry.Write([]byte(m.content))
		must(err)
	}
	must(archive.Close())
	return out.Bytes()
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func text(content string) member { return member{name: "p/x.js", content: content} }

func TestCauses(t *testing.T) {
	for _, test := range []struct {
		name, a, b string
		want       string // cause: part of the detail; joined by " | "
	}{
		{"moment in words", "at = '2026-11-24T10:00:01.123Z'\n", "at = '2026-11-24T10:01:01.456Z'\n", "timestamp: (line 1)"},
		{"moment in milliseconds", "v=1795514401123;", "v=1795514461456;", "timestamp: 1795514401123"},
		{"moment in seconds", "\nv=1795514401;", "\nv=1795514461;", "timestamp: (line 2)"},
		{"mtime of a file", "v=1551675968", "v=1699794856", "timestamp: 1551675968"},
		{"time of day", "built 10:00:01", "built 15:46:02", "timestamp: 10:00:01"},
		{"month", "built Nov 24 by x", "built Dez 24 by x", "unknown: Nov"},
		{"path", "root = '/build/src/x'", "root = '/srv/longer/project/x'", "absolute path: /build/src in one and /srv/longer/project"},
		{"home", "cache = '/home/alice/.npm'", "cache = '/var/lib/bart/.npm'", "absolute path: /home/alice"},
		{"user", "by = 'alice'", "by = 'bart'", "user or host name: alice"},
		{"host", "on = 'north-builder'", "on = 'south-machine'", "user or host name: north-builder"},
		{"path and moment", "r='/build/src'\nt='10:00:01'", "r='/srv/longer/project'\nt='10:01:02'", "absolute path: (line 1) | timestamp: (line 2)"},
		{"order", "b\na\nc\n", "c\na\nb\n", "order: lines"},
		{"random hex", "id='6f9619ff8b86d011'", "id='9b2d6a7710c44a1f'", "random value: 6f9619ff8b86d011"},
		{"random fraction", "r=0.73482910334", "r=0.11928374655", "random value: 0.73482910334"},
		{"uuid", "u='6f9619ff-8b86-d011-b42d-00cf4fc964ff'", "u='11111111-2222-4333-8444-555555555555'", "random value: 6f9619ff"},
		{"anything", "n = 1", "n = 2", "unknown: \"1\" in one and \"2\" in the other"},
		{"more lines", "a\n", "a\nb\n", "unknown: "},
		{"a word that both hold", "alice and bart: 1", "alice and bart: 2", "unknown: \"1\""},
	} {
		t.Run(test.name, func(t *testing.T) {
			expect(t, tgz(time.Time{}, text(test.a)), tgz(time.Time{}, text(test.b)), test.want, "p/x.js")
		})
	}
}

func TestArchives(t *testing.T) {
	a, b := member{name: "a", content: "a"}, member{name: "b", content: "b"}
	at := func(m member, at time.Time) member { m.at = at; return m }
	mode := func(m member, mode int64) member { m.mode = mode; return m }
	owner := func(m member, owner int) member { m.owner = owner; return m }
	inner := func(at string) member {
		return member{name: "inner.zip", content: string(pack(zip.Store, member{name: "deep", content: at}))}
	}
	for _, test := range []struct {
		name string
		a, b []byte
		want string
	}{
		{"gzip header", tgz(start, a), tgz(later, a), "gzip header: its time, 2026-11-24T10:00:00Z in one"},
		{"time of the file", tgz(time.Time{}, at(a, stamp)), tgz(time.Time{}, at(a, later)), "timestamp: taken from the file's"},
		{"time of the clock", tgz(time.Time{}, at(a, start)), tgz(time.Time{}, at(a, start.Add(70*time.Second))), "timestamp: taken from the clock"},
		{"mode", tgz(time.Time{}, a), tgz(time.Time{}, mode(a, 0o111)), "file mode: -rw-r--r-- in one and -rwxr-xr-x"},
		{"owner", tgz(time.Time{}, owner(a, 1)), tgz(time.Time{}, owner(a, 2)), "owner: 1:1"},
		{"order", tgz(time.Time{}, a, b), tgz(time.Time{}, b, a), "order: entry 1 is a in one and b in the other"},
		{"missing", tgz(time.Time{}, a, b), tgz(time.Time{}, a), "missing file: only the first build"},
		{"added", tgz(time.Time{}, a), tgz(time.Time{}, a, b), "missing file: only the second build"},
		{"zip's time", pack(zip.Store, at(a, stamp)), pack(zip.Store, at(a, later)), "timestamp: taken from the file's"},
		{"compression", pack(zip.Store, a), pack(zip.Deflate, a), "packing: "},
		{"zip in tar", tgz(time.Time{}, inner("10:00:00")), tgz(time.Time{}, inner("10:00:59")), "timestamp: 10:00:00"},
		{"broken", []byte("\x1f\x8bx"), []byte("\x1f\x8by"), "not opened: "},
		{"other kinds", pack(zip.Store, a), tgz(start, a), "unknown: one is a zip, the other is gzip"},
	} {
		t.Run(test.name, func(t *testing.T) { expect(t, test.a, test.b, test.want, "") })
	}
}

// expect compares two artifacts, and their differences with what is wanted.
func expect(t *testing.T, a, b []byte, want, file string) {
	t.Helper()
	artifact := compared(t, a, b)
	wanted := strings.Split(want, " | ")
	if len(artifact.Differences) != len(wanted) || artifact.Reproduced() {
		t.Fatalf("%d differences, not %d: %+v", len(artifact.Differences), len(wanted), artifact.Differences)
	}
	for i, d := range artifact.Differences {
		cause, detail, _ := strings.Cut(wanted[i], ": ")
		if string(d.Cause) != cause || !strings.Contains(d.Detail, detail) || !strings.Contains(d.File, file) {
			t.Errorf("got %+v, want %s", d, wanted[i])
		}
	}
}

func compared(t testing.TB, a, b []byte) evidence.Artifact {
	t.Helper()
	first, second := t.TempDir(), t.TempDir()
	must(os.WriteFile(filepath.Join(first, "x.tgz"), a, 0o644))
	must(os.WriteFile(filepath.Join(second, "x.tgz"), b, 0o644))
	artifacts, err := Folders(first, second, one, two, DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	if len(artifacts) != 1 {
		t.Fatalf("%d artifacts", len(artifacts))
	}
	return artifacts[0]
}

// The hashes in a wheel's RECORD are no difference of their own.
func TestRecordFollows(t *testing.T) {
	wheel := func(value, hash string) []byte {
		return pack(zip.Store, member{name: "w/x.py", content: "t = '" + value + "'"}, member{name: "w-1.dist-info/RECORD", content: "w/x.py,sha256=" + hash + ",9\n"})
	}
	expect(t, wheel("10:00:00", "aaaaaaaaaaaaaaaa"), wheel("10:00:59", "bbbbbbbbbbbbbbbb"), "timestamp: 10:00:00", "w/x.py")
}

// What differs at every entry is told once.
func TestManyEntriesFold(t *testing.T) {
	many := func(at time.Time) (members []member) {
		for i := range 40 {
			members = append(members, member{name: "f" + string(rune('a'+i%26)) + string(rune('a'+i/26)), at: at})
		}
		return members
	}
	artifact := compared(t, tgz(time.Time{}, many(stamp)...), tgz(time.Time{}, many(later)...))
	if len(artifact.Differences) != 1 || artifact.Differences[0].File != "40 entries" {
		t.Errorf("%+v", artifact.Differences)
	}
}

func TestMissingArtifactAndSame(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	must(os.WriteFile(filepath.Join(first, "a"), []byte("a"), 0o644))
	must(os.WriteFile(filepath.Join(first, "same"), nil, 0o644))
	must(os.WriteFile(filepath.Join(second, "same"), nil, 0o644))
	artifacts, err := Folders(first, second, one, two, DefaultLimits)
	if err != nil || len(artifacts) != 2 {
		t.Fatalf("%v, %v", artifacts, err)
	}
	if artifacts[0].Reproduced() || artifacts[0].Differences[0].Cause != evidence.CauseMissing || !artifacts[1].Reproduced() {
		t.Errorf("%+v", artifacts)
	}
}

// A bomb is named, not unpacked.
func TestLimits(t *testing.T) {
	bomb := func(tail string) []byte { return tgz(time.Time{}, text(strings.Repeat("0", 1<<20)+tail)) }
	c := &comparison{first: one, second: two, limits: DefaultLimits, left: 1 << 19}
	c.compare("x.tgz", "", bomb("a"), bomb("b"), 0)
	if len(c.found) != 1 || c.found[0].Cause != evidence.CauseUnopened {
		t.Errorf("%+v", c.found)
	}
}

func FuzzCompare(f *testing.F) {
	f.Add(tgz(start, text("a")), tgz(later, text("b")))
	f.Add(pack(zip.Deflate, text("10:00")), pack(zip.Store, text("10:01")))
	f.Add([]byte("\x7fELF\x02\x01\x01"), []byte("\x7fELF\x02\x01\x02"))
	f.Add([]byte("/build/src\n12"), []byte("/srv/longer/project\n13"))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		c := &comparison{first: one, second: two, limits: Limits{Content: 1 << 20, Entries: 100, Depth: 3}, left: 1 << 20}
		c.compare("x", "", a, b, 0)
		if (len(c.found) == 0) != bytes.Equal(a, b) {
			t.Errorf("%d differences of %q and %q", len(c.found), a, b)
		}
		c.told(5)
	})
}

func TestBuildIDsAreNoRandomValues(t *testing.T) {
	for run, want := range map[string]bool{
		`Go build ID: "fe_TIQYv2fyd/ozeyVQUNALC/3R859mAq5PAk/lHSqz"`: true,
		"fe_TIQYv2fyd/ozeyVQUNALC/3R859mAq5PAk/lHSqz":                true,
		"built at 2026-11-24T17:01:14Z":                              false,
		"/usr/lib/go/src/fmt":                                        false,
	} {
		if buildID(run) != want {
			t.Errorf("%s: %v", run, !want)
		}
	}
}
