package checkout

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

// The vectors are those by which codeql-action tests its own hash: GitHub follows
// an alert only as long as ours is the same.
func TestLineHashes(t *testing.T) {
	greetings := []string{"e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1", "b3edc88f2938467e:1", "c8e28b0b4002a3a0:1", "c129715d7a2bc9a3:1"}
	for _, c := range []struct {
		data string
		want []string
	}{
		{"", []string{"c129715d7a2bc9a3:1"}},
		{" a\nb\n  \t\tc\n d", []string{"271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"}},
		{" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End", []string{"8b7cf3e952e7aeb2:1", "b1ae1287ec4718d9:1", "bff680108adb0fcc:1", "c6805c5e1288b612:1", "b86d3392aea1be30:1", "e6ceba753e1a442:1"}},
		{" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", greetings},
		{" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", greetings},
		{" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", greetings},
		{" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", greetings},
		{strings.Repeat("Lorem ipsum dolor sit amet.\n", 10), []string{
			"a7f2ff13bc495cf2:1", "a7f2ff13bc495cf2:2", "a7f2ff13bc495cf2:3", "a7f2ff13bc495cf2:4", "a7f2ff13bc495cf2:5", "a7f2ff13bc495cf2:6",
			"a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1", "55ec222b86bcae53:1", "cc97dc7b1d7d8f7b:1", "c129715d7a2bc9a3:1",
		}},
	} {
		all := make(map[int]bool)
		for line := range c.want {
			all[line+1] = true
		}
		got := lineHashes([]byte(c.data), all)
		for line, want := range c.want {
			if got[line+1] != want {
				t.Errorf("%q line %d: %s, want %s", c.data, line+1, got[line+1], want)
			}
		}
		last := len(c.want)
		if got := lineHashes([]byte(c.data), map[int]bool{last: true, last + 7: true}); len(got) != 1 || got[last] != c.want[last-1] {
			t.Errorf("%q: only line %d was asked for, got %v", c.data, last, got)
		}
	}
}

// Lines with evidence are named, those of a lock are not.
func TestEvidenceLines(t *testing.T) {
	here := func(line int) evidence.Location { return evidence.Location{Path: "x", Line: line, Column: 1} }
	part := &evidence.Snapshot{
		Lockfiles: []evidence.Lockfile{{Path: "x", Entries: []evidence.LockEntry{{At: here(9)}}}},
		Scripts:   []evidence.Script{{At: here(3), Commands: []evidence.Command{{Words: []evidence.Word{{At: here(5)}}}}}},
	}
	got := evidenceLines(part)
	for _, line := range []int{1, 3, 5} {
		if !got[line] {
			t.Errorf("line %d holds evidence", line)
		}
	}
	if len(got) != 3 {
		t.Errorf("lines %v", got)
	}
	if part.Scripts = nil; len(evidenceLines(part)) != 0 {
		t.Error("a lock alone needs no names of lines")
	}
}

func BenchmarkLineHashes(b *testing.B) {
	data := []byte(strings.Repeat("      - uses: actions/checkout@v4 # a comment\n", 2000))
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		lineHashes(data, map[int]bool{1: true, 2000: true})
	}
}

// FuzzLineHashes holds the rolling hash against one that starts anew at each line.
func FuzzLineHashes(f *testing.F) {
	for _, seed := range []string{"", "a\r\nb\n\tc", "\r \n\n", "é\U0001F600\n\xff\n", strings.Repeat("uses: actions/checkout@v4\n", 9)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		units, starts := hashedUnits(data)
		all := make(map[int]bool)
		for line := range starts {
			all[line+1] = true
		}
		got := lineHashes(data, all)
		again := make(map[uint64]int)
		for line, start := range starts {
			var hash uint64
			for _, unit := range units[start : start+hashedWindow] {
				hash = hash*37 + uint64(unit)
			}
			again[hash]++
			if want := fmt.Sprintf("%x:%d", hash, again[hash]); got[line+1] != want {
				t.Fatalf("line %d: %s, want %s", line+1, got[line+1], want)
			}
		}
	})
}
