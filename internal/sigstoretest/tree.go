package sigstoretest

import (
	"crypto/sha256"
	"fmt"
)

// tree is a Merkle tree of RFC 6962, held as the hashes of its leaves.
type tree [][]byte

// newTree has a few entries of others, so that proofs have a length.
func newTree(name string) tree {
	var t tree
	for i := range 5 {
		t.add(fmt.Appendf(nil, "entry %d of %s", i, name))
	}
	return t
}

func (t *tree) add(entry []byte) (index int64) {
	hash := sha256.Sum256(append([]byte{0}, entry...))
	*t = append(*t, hash[:])
	return int64(len(*t) - 1)
}

func (t tree) root() []byte {
	if len(t) == 1 {
		return t[0]
	}
	half := split(len(t))
	return node(t[:half].root(), t[half:].root())
}

// proof is the path from a leaf to the root, from below.
func (t tree) proof(index int64) [][]byte {
	if len(t) == 1 {
		return nil
	}
	half := split(len(t))
	if index < int64(half) {
		return append(t[:half].proof(index), t[half:].root())
	}
	return append(t[half:].proof(index-int64(half)), t[:half].root())
}

// split is the largest power of two below n.
func split(n int) int {
	half := 1
	for half*2 < n {
		half *= 2
	}
	return half
}

func node(left, right []byte) []byte {
	hash := sha256.Sum256(append(append([]byte{1}, left...), right...))
	return hash[:]
}
