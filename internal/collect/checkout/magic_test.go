package checkout

import (
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

func TestMagic(t *testing.T) {
	dos := "MZ" + strings.Repeat("\x00", 58) + "\x40\x00\x00\x00"
	for _, test := range []struct {
		name, head string
		want       evidence.Magic
	}{
		{"server", "\x7fELF\x02\x01", evidence.ELF},
		{"server", "\xcf\xfa\xed\xfe\x07\x00", evidence.MachO},
		{"fat", "\xca\xfe\xba\xbe\x00\x00\x00\x02", evidence.MachO},
		{"A.class", "\xca\xfe\xba\xbe\x00\x00\x00\x41", evidence.JavaClass},
		{"a.exe", dos + "PE\x00\x00", evidence.PE},
		{"mz.txt", "MZ is how DOS programs begin, as everybody who has looked into one of them knows.", ""},
		{"old.com", dos + "none", ""},
		{"a.jar", "PK\x03\x04\x14\x00", evidence.Zip},
		{"a.tar", strings.Repeat("a", 257) + "ustar\x00", evidence.Tar},
		{"BZhotel.md", "BZhotel is a word of our own", ""},
		{"m.pyc", "\xcb\x0d\r\n" + strings.Repeat("\x00", 16), evidence.PythonCode},
		{"logo.png", "\x89PNG\r\n\x1a\n", ""},
		{"model.bin", "version https://git-lfs.github.com/spec/v1\n", evidence.LFSPointer},
		{"main.py", "import os\n", ""},
	} {
		if got := magic([]byte(test.head), test.name); got != test.want {
			t.Errorf("%s is %q, not %q", test.name, got, test.want)
		}
	}
}
