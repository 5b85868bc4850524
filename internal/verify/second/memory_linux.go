package second

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// resident is how many bytes of memory a process holds, 0 where that cannot be
// read. The program limits itself; this is for one that does not.
func resident(pid int) int64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(raw))
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}
