//go:build !linux

package main

// dataLimit: elsewhere RLIMIT_DATA does not see Go's heap, and the limit is the
// collector's alone: it slows down, but it does not stop.
const dataLimit = false
