package checkout

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// sniffed is how many bytes tell what a file is; the mark of a tar stands last.
const sniffed = 512

// sniff looks at the beginning of a file that no reader has read.
func sniff(tree *folders, file *evidence.File, limits Limits) {
	if file.Size < 4 {
		return
	}
	handle, err := tree.file(file.Path)
	if err != nil {
		return // whoever needs the file notes a gap
	}
	defer handle.Close()
	var buffer [sniffed]byte
	n, _ := io.ReadFull(handle, buffer[:])
	head := buffer[:n]
	file.Magic = magic(head, file.Path)
	file.Binary = bytes.IndexByte(head, 0) >= 0
	if !isWrapper(file.Path) || file.Magic != evidence.Zip || file.Size > limits.FileSize {
		return
	}
	hash := sha256.New()
	hash.Write(head)
	if _, err := io.Copy(hash, io.LimitReader(handle, limits.FileSize)); err == nil {
		file.SHA256 = hex.EncodeToString(hash.Sum(nil))
	}
}

// isWrapper knows the programs that build tools keep in every repository.
func isWrapper(file string) bool {
	name := path.Base(file)
	return name == "gradle-wrapper.jar" || name == "maven-wrapper.jar"
}

// marks are beginnings that need no second look.
var marks = []struct {
	start string
	is    evidence.Magic
}{
	{"\x7fELF", evidence.ELF},
	{"\xfe\xed\xfa\xce", evidence.MachO}, {"\xfe\xed\xfa\xcf", evidence.MachO},
	{"\xce\xfa\xed\xfe", evidence.MachO}, {"\xcf\xfa\xed\xfe", evidence.MachO},
	{"\x00asm", evidence.WASM}, {"dex\n0", evidence.Dex}, {"BC\xc0\xde", evidence.Bitcode}, {"!<arch>\n", evidence.StaticLib},
	{"PK\x03\x04", evidence.Zip}, {"PK\x05\x06", evidence.Zip}, {"\x1f\x8b\x08", evidence.Gzip}, {"\xfd7zXZ\x00", evidence.XZ},
	{"\x28\xb5\x2f\xfd", evidence.Zstd}, {"7z\xbc\xaf\x27\x1c", evidence.SevenZip}, {"Rar!\x1a\x07", evidence.RAR},
	{"MSCF\x00\x00\x00\x00", evidence.Cabinet}, {"\xed\xab\xee\xdb", evidence.RPM},
	{"version https://git-lfs.github.com/spec/", evidence.LFSPointer},
}

// magic says what the first bytes of a file make it; "" is anything else.
func magic(head []byte, name string) evidence.Magic {
	for _, mark := range marks {
		if bytes.HasPrefix(head, []byte(mark.start)) {
			return mark.is
		}
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xca\xfe\xba\xbe")) && len(head) >= 8:
		// A class file has its version here, which starts at 45; a fat Mach-O how many programs it holds.
		if binary.BigEndian.Uint32(head[4:]) < 40 {
			return evidence.MachO
		}
		return evidence.JavaClass
	case bytes.HasPrefix(head, []byte("MZ")) && isPE(head):
		return evidence.PE
	case bytes.HasPrefix(head, []byte("BZh")) && len(head) > 10 && bytes.Equal(head[4:10], []byte("1AY&SY")):
		return evidence.Bzip2
	case len(head) >= 16 && head[2] == '\r' && head[3] == '\n' && strings.HasSuffix(name, ".pyc"):
		return evidence.PythonCode
	case len(head) >= 263 && string(head[257:262]) == "ustar":
		return evidence.Tar
	}
	return ""
}

// isPE follows the offset that a DOS header holds; where it leads beyond what was
// read, the header alone has to do, and text has no NUL in it.
func isPE(head []byte) bool {
	if len(head) < 64 || bytes.IndexByte(head[:64], 0) < 0 {
		return false
	}
	at := int64(binary.LittleEndian.Uint32(head[0x3c:]))
	if at+4 <= int64(len(head)) {
		return at >= 4 && string(head[at:at+4]) == "PE\x00\x00"
	}
	return true
}
