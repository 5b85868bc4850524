package evidence

// Magic is a sort of file that no one can read as source, told by its first
// bytes.
type Magic string

const (
	ELF        Magic = "elf"
	MachO      Magic = "mach-o"
	PE         Magic = "pe"
	WASM       Magic = "wasm"
	JavaClass  Magic = "class"
	PythonCode Magic = "pyc"
	Dex        Magic = "dex"
	Bitcode    Magic = "bitcode"
	StaticLib  Magic = "ar"
	Zip        Magic = "zip" // and jar, whl, nupkg, mcpb
	Gzip       Magic = "gzip"
	Bzip2      Magic = "bzip2"
	XZ         Magic = "xz"
	Zstd       Magic = "zstd"
	SevenZip   Magic = "7z"
	RAR        Magic = "rar"
	Cabinet    Magic = "cab"
	RPM        Magic = "rpm"
	Tar        Magic = "tar"
	LFSPointer Magic = "lfs" // a pointer of Git LFS: the bytes lie elsewhere
)

// Native tells code that a processor runs as it is.
func (m Magic) Native() bool { return m == ELF || m == MachO || m == PE }

// Code tells what is executed, by a processor or by a virtual machine.
func (m Magic) Code() bool {
	switch m {
	case WASM, JavaClass, PythonCode, Dex, Bitcode, StaticLib:
		return true
	}
	return m.Native()
}
