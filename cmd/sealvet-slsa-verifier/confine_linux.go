package main

// dataLimit: since Linux 4.7 RLIMIT_DATA counts private writable mappings, which is
// what Go's heap is made of. (RLIMIT_AS would count the address space that the
// runtime only reserves, and stop it at its start.)
const dataLimit = true
