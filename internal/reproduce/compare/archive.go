package compare

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

// kind is a form that can be opened.
type kind string

const (
	gzipped kind = "gzip"
	zipped  kind = "a zip"
	tarred  kind = "a tar"
	other   kind = "a plain file"
)

func sniff(data []byte) kind {
	switch {
	case bytes.HasPrefix(data, []byte{0x1f, 0x8b}):
		return gzipped
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return zipped
	case len(data) > 262 && bytes.Equal(data[257:262], []byte("ustar")):
		return tarred
	}
	return other
}

// gzip looks at the header and then at what is inside.
func (c *comparison) gzip(name, inside string, a, b []byte, depth int) {
	one, headA, errA := c.gunzip(a)
	two, headB, errB := c.gunzip(b)
	if err := errors.Join(errA, errB); err != nil {
		c.note(inside, evidence.CauseUnopened, "%v", err)
		return
	}
	if !headA.ModTime.Equal(headB.ModTime) {
		c.note(inside, evidence.CauseGzip, "its time, %s in one and %s in the other", when(headA.ModTime), when(headB.ModTime))
	}
	if headA.Name != headB.Name {
		c.note(inside, evidence.CauseGzip, "its name, %q in one and %q in the other", headA.Name, headB.Name)
	}
	if headA.OS != headB.OS || headA.Comment != headB.Comment || !bytes.Equal(headA.Extra, headB.Extra) {
		c.note(inside, evidence.CauseGzip, "its system, comment or extra field")
	}
	if bytes.Equal(one, two) {
		return
	}
	c.compare(strings.TrimSuffix(name, ".gz"), inside, one, two, depth+1)
}

func (c *comparison) gunzip(data []byte) ([]byte, gzip.Header, error) {
	reader, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, gzip.Header{}, err
	}
	header := reader.Header
	content, err := c.read(reader)
	return content, header, err
}

// read takes what may still be unpacked, and fails where there is more.
func (c *comparison) read(from io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(from, c.left+1))
	if c.left -= int64(len(data)); c.left < 0 {
		return nil, fmt.Errorf("it unpacks to more than %d MB", c.limits.Content>>20)
	}
	return data, err
}

// entry is one member of an archive.
type entry struct {
	name    string
	mode    fs.FileMode
	owner   string
	time    time.Time
	link    string
	content []byte
}

// archives compares two archives member by member. Members of one name are
// matched in order.
func (c *comparison) archives(inside string, a, b []byte, depth int, read func(*comparison, []byte) ([]entry, error)) {
	one, errA := read(c, a)
	two, errB := read(c, b)
	if err := errors.Join(errA, errB); err != nil {
		c.note(inside, evidence.CauseUnopened, "%v", err)
		return
	}
	byName := make(map[string][]entry, len(two))
	for _, e := range two {
		byName[e.name] = append(byName[e.name], e)
	}
	names := make(map[string]int, len(one))
	for _, e := range one {
		at := names[e.name]
		names[e.name]++
		if same := byName[e.name]; at < len(same) {
			c.entries(join(inside, e.name), e, same[at], depth)
		} else {
			c.note(join(inside, e.name), evidence.CauseMissing, "only the first build packed it")
		}
	}
	for _, e := range two {
		if names[e.name]--; names[e.name] < 0 {
			c.note(join(inside, e.name), evidence.CauseMissing, "only the second build packed it")
		}
	}
	if at := disorder(one, two); at >= 0 {
		c.note(inside, evidence.CauseOrder, "entry %d is %s in one and %s in the other", at+1, one[at].name, two[at].name)
	}
}

// disorder gives the first place at which two archives of the same members list
// another one, or -1.
func disorder(one, two []entry) int {
	names := func(list []entry) []string {
		var names []string
		for _, e := range list {
			names = append(names, e.name)
		}
		slices.Sort(names)
		return names
	}
	if !slices.Equal(names(one), names(two)) {
		return -1
	}
	for i := range one {
		if one[i].name != two[i].name {
			return i
		}
	}
	return -1
}

func (c *comparison) entries(name string, a, b entry, depth int) {
	if !a.time.Equal(b.time) {
		c.note(name, evidence.CauseTime, "the entry's own time, %s", c.times(a.time, b.time))
	}
	if a.mode != b.mode {
		c.note(name, evidence.CauseMode, "%s in one and %s in the other", a.mode, b.mode)
	}
	if a.owner != b.owner {
		c.note(name, evidence.CauseOwner, "%s in one and %s in the other", a.owner, b.owner)
	}
	if a.link != b.link {
		c.content(name, []byte(a.link), []byte(b.link))
	}
	c.deeper(name, a.content, b.content, depth)
}

func (c *comparison) deeper(name string, a, b []byte, depth int) {
	if strings.HasSuffix(name, ".dist-info/RECORD") && bytes.Equal(recorded(a), recorded(b)) {
		return // the hashes of a wheel's files follow their content
	}
	if !bytes.Equal(a, b) {
		c.compare(name, name, a, b, depth+1)
	}
}

// recorded is a wheel's list of files without their hashes and sizes.
func recorded(list []byte) []byte {
	var names []byte
	for line := range bytes.Lines(list) {
		name, _, _ := bytes.Cut(line, []byte(","))
		names = append(append(names, name...), '\n')
	}
	return names
}

// times says where the time of an entry comes from, so that entries with many
// times have one cause.
func (c *comparison) times(a, b time.Time) string {
	switch {
	case near(a, c.first.Stamp) && near(b, c.second.Stamp):
		return "taken from the file's"
	case c.first.during(a) && c.second.during(b):
		return "taken from the clock"
	}
	return fmt.Sprintf("%s in one and %s in the other", when(a), when(b))
}

// near allows for the two seconds of a zip, and for a zone.
func near(a, b time.Time) bool {
	apart := a.Sub(b).Abs()
	return apart <= 26*time.Hour && apart.Truncate(15*time.Minute)+3*time.Second >= apart
}

func (w World) during(at time.Time) bool {
	return at.After(w.Start.Add(-26*time.Hour)) && at.Before(w.End.Add(26*time.Hour))
}

func when(at time.Time) string {
	if at.IsZero() {
		return "none"
	}
	return at.UTC().Format(time.RFC3339)
}

func readTar(c *comparison, data []byte) (entries []entry, err error) {
	reader := tar.NewReader(bytes.NewReader(data))
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return entries, nil
		}
		if err != nil {
			return nil, err
		}
		if len(entries) >= c.limits.Entries {
			return nil, fmt.Errorf("it holds more than %d entries", c.limits.Entries)
		}
		content, err := c.read(reader)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{
			name: header.Name, mode: header.FileInfo().Mode(), time: header.ModTime, link: header.Linkname, content: content,
			owner: fmt.Sprintf("%d:%d (%s:%s)", header.Uid, header.Gid, header.Uname, header.Gname),
		})
	}
}

func readZip(c *comparison, data []byte) (entries []entry, err error) {
	reader, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	if len(reader.File) > c.limits.Entries {
		return nil, fmt.Errorf("it holds more than %d entries", c.limits.Entries)
	}
	for _, file := range reader.File {
		opened, err := file.Open()
		if err != nil {
			return nil, err
		}
		content, err := c.read(opened)
		if err := errors.Join(err, opened.Close()); err != nil {
			return nil, fmt.Errorf("%s: %w", file.Name, err)
		}
		entries = append(entries, entry{name: file.Name, mode: file.Mode(), time: file.Modified, content: content})
	}
	return entries, nil
}

func join(inside, name string) string {
	if inside == "" {
		return name
	}
	return inside + "!" + name
}
